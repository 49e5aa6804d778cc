#include "question.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdlib.h>

//  A text with its length before it: two texts can never read as two others.
static bool
s_add (EVP_MD_CTX *context, slice_t text)
{
    return EVP_DigestUpdate (context, &text.size, sizeof text.size) == 1 && EVP_DigestUpdate (context, text.data, text.size) == 1;
}

status_t
question_init (question_t *self, const aws_request_t *request, const char *account, const char *region)
{
    static_assert (QUESTION_DIGEST_BYTES == 32, "SHA-256");
    *self = (question_t) { .service = request->service, .api = request->api, .account = account, .region = region, .body = request->body };
    EVP_MD_CTX *context = EVP_MD_CTX_new ();
    slice_t service = { (const char *) &self->service, sizeof self->service };
    bool done = context && EVP_DigestInit_ex (context, EVP_sha256 (), NULL) == 1 && s_add (context, service)
        && s_add (context, slice_of (self->api)) && s_add (context, slice_of (account)) && s_add (context, slice_of (region))
        && s_add (context, self->body) && EVP_DigestFinal_ex (context, self->digest, NULL) == 1;
    EVP_MD_CTX_free (context);
    return done ? STATUS_OK : STATUS_NO_MEMORY;
}

bool
question_same (const question_t *a, const question_t *b)
{
    return memcmp (a->digest, b->digest, sizeof a->digest) == 0 && a->service == b->service && strcmp (a->api, b->api) == 0
        && strcmp (a->account, b->account) == 0 && strcmp (a->region, b->region) == 0 && slice_eq (a->body, b->body);
}

size_t
question_bytes (const question_t *self)
{
    return strlen (self->account) + 1 + strlen (self->region) + 1 + self->body.size;
}

//  Account, region and body behind each other.
status_t
question_keep (const question_t *self, question_t *copy)
{
    size_t account_size = strlen (self->account) + 1, region_size = strlen (self->region) + 1;
    *copy = *self;
    copy->kept = malloc (question_bytes (self));
    if (!copy->kept)
        return STATUS_NO_MEMORY;
    char *region = copy->kept + account_size, *body = region + region_size;
    memcpy (copy->kept, self->account, account_size);
    memcpy (region, self->region, region_size);
    if (self->body.size)
        memcpy (body, self->body.data, self->body.size);
    copy->account = copy->kept;
    copy->region = region;
    copy->body = (slice_t) { body, self->body.size };
    return STATUS_OK;
}

void
question_deinit (question_t *self)
{
    free (self->kept);
    *self = (question_t) { 0 };
}
