#include "sharing.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct sharing {
    EVP_MD_CTX    *context;             //  Set to SHA-256; used again for each digest
    size_t         mask;                //  Buckets - 1
    call_entry_t **buckets;             //  Leaders
};

sharing_t *
sharing_new (size_t capacity)
{
    sharing_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    size_t buckets = 1;
    while (buckets < capacity)
        buckets *= 2;
    self->mask = buckets - 1;
    self->buckets = calloc (buckets, sizeof (call_entry_t *));
    self->context = EVP_MD_CTX_new ();
    if (!self->buckets || !self->context || EVP_DigestInit_ex (self->context, EVP_sha256 (), NULL) != 1)
        sharing_destroy (&self);
    return self;
}

void
sharing_destroy (sharing_t **self_p)
{
    sharing_t *self = *self_p;
    if (!self)
        return;
    EVP_MD_CTX_free (self->context);
    free (self->buckets);
    free (self);
    *self_p = NULL;
}

//  A text with its length before it: two texts can never read as two others.
static bool
s_add (sharing_t *self, slice_t text)
{
    return EVP_DigestUpdate (self->context, &text.size, sizeof text.size) == 1 && EVP_DigestUpdate (self->context, text.data, text.size) == 1;
}

bool
sharing_digest (sharing_t *self, const dispatch_call_t *call, call_digest_t *digest)
{
    static_assert (sizeof digest->bytes == 32, "SHA-256");
    if (!contract_idempotent (call->contract) || contract_internal (call->contract))
        return false;
    return EVP_DigestInit_ex (self->context, NULL, NULL) == 1 && s_add (self, slice_of (contract_name (call->contract)))
        && s_add (self, call->account) && s_add (self, call->region) && s_add (self, call->arguments)
        && EVP_DigestFinal_ex (self->context, digest->bytes, NULL) == 1;
}

static call_entry_t **
s_bucket (const sharing_t *self, const call_digest_t *digest)
{
    size_t start;
    memcpy (&start, digest->bytes, sizeof start);
    return &self->buckets [start & self->mask];
}

static bool
s_asks (const call_entry_t *leader, const dispatch_call_t *call, const call_digest_t *digest)
{
    const envelope_t *envelope = &leader->message->envelope;
    return memcmp (&leader->digest, digest, sizeof *digest) == 0 && leader->tool == contract_index (call->contract)
        && slice_is (call->account, envelope->account) && slice_is (call->region, envelope->region)
        && slice_eq (call->arguments, message_body (leader->message));
}

call_entry_t *
sharing_find (const sharing_t *self, const dispatch_call_t *call, const call_digest_t *digest)
{
    call_entry_t *leader = *s_bucket (self, digest);
    while (leader && !s_asks (leader, call, digest))
        leader = leader->bucket_next;
    return leader;
}

void
sharing_lead (sharing_t *self, call_entry_t *entry, const call_digest_t *digest)
{
    assert (entry->message && !entry->bucket_link && !entry->leader);
    call_entry_t **bucket = s_bucket (self, digest);
    entry->digest = *digest;
    entry->bucket_link = bucket;
    entry->bucket_next = *bucket;
    if (entry->bucket_next)
        entry->bucket_next->bucket_link = &entry->bucket_next;
    *bucket = entry;
}

void
sharing_close (sharing_t *self, call_entry_t *leader)
{
    (void) self;
    if (!leader->bucket_link)
        return;
    *leader->bucket_link = leader->bucket_next;
    if (leader->bucket_next)
        leader->bucket_next->bucket_link = leader->bucket_link;
    leader->bucket_link = NULL;
    leader->bucket_next = NULL;
}

//  As the last of the ring.
static void
s_join (call_entry_t *head, call_entry_t *entry)
{
    assert (entry->ring_next == entry);
    entry->ring_next = head;
    entry->ring_previous = head->ring_previous;
    head->ring_previous->ring_next = entry;
    head->ring_previous = entry;
}

void
sharing_follow (call_entry_t *leader, call_entry_t *follower)
{
    assert (!leader->leader && !follower->leader);
    s_join (leader, follower);
    follower->leader = leader;
}

void
sharing_leave (call_entry_t *entry)
{
    entry->ring_previous->ring_next = entry->ring_next;
    entry->ring_next->ring_previous = entry->ring_previous;
    entry->ring_next = entry->ring_previous = entry;
    entry->leader = NULL;
}

call_entry_t *
sharing_latest (const call_entry_t *leader)
{
    call_entry_t *latest = NULL;
    for (call_entry_t *entry = leader->ring_next; entry != leader; entry = entry->ring_next)
        if (!latest || entry->deadline_ms >= latest->deadline_ms)
            latest = entry;
    return latest;
}

void
sharing_hand_over (sharing_t *self, call_entry_t *leader, call_entry_t *follower)
{
    assert (follower->leader == leader);
    bool open = leader->bucket_link != NULL;
    sharing_close (self, leader);
    sharing_leave (follower);
    for (call_entry_t *entry; (entry = sharing_first (leader));) {
        sharing_leave (entry);
        sharing_follow (follower, entry);
    }
    if (open)
        sharing_lead (self, follower, &leader->digest);
}

void
sharing_release (sharing_t *self, call_entry_t *leader, call_entry_t *head)
{
    sharing_close (self, leader);
    *head = (call_entry_t) { .ring_next = head, .ring_previous = head };
    for (call_entry_t *entry; (entry = sharing_first (leader));) {
        sharing_leave (entry);
        s_join (head, entry);
    }
}

call_entry_t *
sharing_first (const call_entry_t *head)
{
    return head->ring_next != head ? head->ring_next : NULL;
}
