/*  admin - the simulator's own paths, for tests

        PUT    /_sim/faults              replaces the rules (faults.h)           204
        GET    /_sim/faults              the rules, with what they have met      200
        DELETE /_sim/faults              no more faults                          204
        GET    /_sim/requests[?after=N]  the journal (journal.h)                 200
        DELETE /_sim/requests            forgets them                            204
        PUT    /_sim/knobs               turns some (knobs.h)                    204
        GET    /_sim/knobs               how they stand                          200
        GET    /_sim/keys                what the STS has issued, secrets too    200
        DELETE /_sim/keys                revokes what the STS has issued so far  204

    What is wrong is answered 400, 404 or 405 with {"error": a sentence}.

    Thread: one; no state. */

#ifndef SIM_ADMIN_H
#define SIM_ADMIN_H

#include "faults.h"
#include "http.h"
#include "issued_keys.h"
#include "journal.h"
#include "knobs.h"

//  What they turn. Borrowed.
typedef struct {
    faults_t *faults;
    journal_t *journal;
    knobs_t *knobs;
    issued_keys_t *issued;
} admin_reach_t;

//  Is this one of ours?
bool admin_has_path (slice_t path);

//  Answers at once, and takes the exchange.
void admin_answer (http_exchange_t **exchange_p, const admin_reach_t *reach);

#endif
