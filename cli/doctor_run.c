#include "doctor_run.h"

#include "cli.h"
#include "pack.h"
#include "session.h"

#include <assert.h>

typedef struct run run_t;

//  Of the account that is examined, and one of each other.
enum { PROBES_MAX = DOCTOR_PROBES_MAX + ACCOUNTS_MAX };

//  One probe under way.
typedef struct {
    run_t          *run;
    doctor_probe_t *probe;
    uint64_t        id;                 //  0: answered
} asked_t;

struct run {
    const config_t    *config;
    const contracts_t *contracts;
    doctor_report_t   *report;
    session_t *session;
    asked_t    asked [PROBES_MAX];
    size_t     open;                    //  Not answered yet, and one while they are being begun
};

void
doctor_run_collect (const config_t *config, const contracts_t *contracts, doctor_report_t *report)
{
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        for (size_t a = 0; !contract_internal (contract) && contract_action (contract, a); a++) {
            const doctor_probe_t *place = doctor_report_add (report, contract_action (contract, a), contract_name (contract));
            assert (place);             //  The contracts are ours
        }
    }
    const doctor_probe_t *identity = doctor_report_add (report, DOCTOR_IDENTITY, "");       //  Behind those whose sentences count
    assert (identity);
    for (size_t i = 0; i < config->accounts_count; i++)
        if (!config->default_account || strcmp (config->accounts [i].name, config->default_account) != 0)
            doctor_report_add_account (report, config->accounts [i].name);
}

//  The internal operation that has a probe for this action: one whose contract names it.
static const contract_t *
s_prober (const contracts_t *contracts, const char *action)
{
    for (size_t i = 0; i < contracts_count (contracts); i++) {
        const contract_t *contract = contracts_at (contracts, i);
        bool probes = contract_internal (contract) && slice_starts (slice_of (contract_name (contract)), "probe_");
        for (size_t a = 0; probes && contract_action (contract, a); a++)
            if (strcmp (contract_action (contract, a), action) == 0)
                return contract;
    }
    return NULL;
}

//  One less is waited for.
static void
s_close (run_t *self)
{
    if (--self->open == 0)
        session_stop (self->session, EXIT_DONE);
}

static void
s_done (void *arg, const dispatch_outcome_t *outcome)
{
    asked_t *asked = arg;
    asked->id = 0;
    if (outcome->status != STATUS_OK || json_read (outcome->json, JSON_DEPTH_MAX, &asked->probe->answer, NULL) != STATUS_OK) {
        buffer_append_slice (&asked->probe->trouble, outcome->text);
        if (!asked->probe->trouble.size)
            buffer_printf (&asked->probe->trouble, "It could not be tried: %s.", status_sentence (outcome->status));
    }
    s_close (asked->run);
}

static void
s_ask (run_t *self, asked_t *asked, const char *action, const char *account)
{
    const contract_t *contract = s_prober (self->contracts, action);
    if (!contract) {
        buffer_append_text (&asked->probe->trouble, "There is no probe for it.");
        return;
    }
    buffer_t arguments;
    buffer_init (&arguments, 1024);
    pack_map (&arguments, 1);
    pack_key (&arguments, "action");
    pack_text (&arguments, slice_of (action));
    self->open++;
    int64_t budget_ms = self->config->call_deadline_ms < DOCTOR_DEADLINE_MS ? self->config->call_deadline_ms : DOCTOR_DEADLINE_MS;
    asked->id = dispatch_begin (session_dispatch (self->session), &(dispatch_call_t) {
        .contract = contract, .arguments = buffer_slice (&arguments), .account = slice_of (account), .region = SLICE (""), .budget_ms = budget_ms,
        .done = s_done, .arg = asked });
    buffer_deinit (&arguments);
}

static void
s_begin (void *arg, session_t *session)
{
    run_t *self = arg;
    self->session = session;
    self->open = 1;
    asked_t *asked = self->asked;
    for (size_t i = 0; i < self->report->count; i++, asked++) {
        *asked = (asked_t) { .run = self, .probe = &self->report->probes [i] };
        s_ask (self, asked, asked->probe->action, "");
    }
    for (size_t i = 0; i < self->report->accounts_count; i++, asked++) {
        *asked = (asked_t) { .run = self, .probe = &self->report->accounts [i] };
        s_ask (self, asked, DOCTOR_IDENTITY, asked->probe->action);
    }
    s_close (self);
}

static void
s_cancel (void *arg, session_t *session)
{
    run_t *self = arg;
    for (size_t i = 0; i < self->report->count + self->report->accounts_count; i++)
        dispatch_cancel (session_dispatch (session), self->asked [i].id);
}

int
doctor_run (const config_t *config, const contracts_t *contracts, doctor_report_t *report)
{
    run_t self = { .config = config, .contracts = contracts, .report = report };
    return session_run (&(session_config_t) {
        .config = config, .contracts = contracts, .what = "The probes", .calls_max = PROBES_MAX, .begin = s_begin, .cancel = s_cancel,
        .arg = &self });
}
