/*  keyring - an actor's copy of the credentials, and the way to new ones

    Credentials are found and refreshed by the credentials actor alone; the others ask it by message (inproc only: keys never cross a network)
    and keep what they got in a keyring until its time is over. Everybody who waits for the same account shares one question.

    Keys are in memory that is wiped when they are replaced or refused, when they are looked for and their time is over, and when the
    keyring goes. They are never logged.

    Owner:   one actor, on its thread. */

#ifndef KEYRING_H
#define KEYRING_H

#include "mailbox.h"
#include "random.h"
#include "reactor.h"
#include "sigv4.h"

typedef struct keyring keyring_t;

enum { KEYRING_ACCOUNTS_MAX = 64 };

//  One who waits; the caller owns it, zero-initialised, and keeps it until it was told or was forgotten.
typedef struct keyring_wait {
    //  OK: keyring_keys has them now. Otherwise why not, with a sentence (valid during the call) for the caller.
    void (*told) (void *arg, status_t status, slice_t sentence);
    void *arg;
    struct keyring_wait *next;          //  The keyring's
    int   account;                      //  The keyring's: 1 + index, 0 when not waiting
} keyring_wait_t;

//  Connects to the credentials actor's endpoint (inproc://…; borrowed), which may be bound later, or unbound and bound again. NULL without memory.
keyring_t *keyring_new (reactor_t *reactor, const char *endpoint, const random_source_t *random);
void       keyring_destroy (keyring_t **self_p);

//  The keys of this account, good for now; false when they must be waited for. version tells one set from the next.
bool       keyring_keys (keyring_t *self, const char *account, sigv4_keys_t *keys, uint64_t *version);

//  Whose they are and how long they last, without the secret: for the doctor. False when none are held; then only the trail is set.
enum { KEYRING_SOURCE_SIZE = 32 };

typedef struct {
    slice_t key_id, trail;      //  Valid until the keyring is used again. The trail is that of the look that is known of last (trail.h)
    char    source [KEYRING_SOURCE_SIZE];       //  The provider
    int64_t left_ms;            //  Until AWS takes them no more; -1: no such time is known
    int64_t newer_ms;           //  Until newer ones are asked for, when somebody needs them; -1: never
} keyring_about_t;

bool       keyring_about (keyring_t *self, const char *account, keyring_about_t *about);

//  Asks for them. The wait is told exactly once, from a later turn. BUSY: too many accounts that have keys or are waited for.
MUST_CHECK status_t keyring_ask (keyring_t *self, const char *account, keyring_wait_t *wait);

//  No longer interested. Idempotent.
void       keyring_forget (keyring_t *self, keyring_wait_t *wait);

//  AWS refused what this version signed: the next keyring_keys says false, and the next question says that these are no good. A version that
//  has been replaced already is left alone.
void       keyring_refused (keyring_t *self, const char *account, uint64_t version);

#endif
