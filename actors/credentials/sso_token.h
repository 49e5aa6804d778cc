/*  sso_token - the token that "aws sso login" leaves in a file, for whoever acts as the person who signed in

    It lies in ~/.aws/sso/cache, in a file that is named by the SHA-1 of the session's name, or of the start URL where a profile has no session:

        {"startUrl": …, "region": …, "accessToken": …, "expiresAt": "2026-11-22T20:00:00Z",
         "refreshToken": …, "clientId": …, "clientSecret": …, "registrationExpiresAt": "2027-02-20T12:00:00Z"}

    With a refresh token, and the client that is registered, a new access token may be asked for (CreateToken). The new one is written back into the
    file, or the next who reads it would have a refresh token that was used up: whole or not at all, for the owner alone, with the members that we do
    not know as they were.

    All of it is secret, and in buffers that are wiped.

    Owner:   whoever loaded it. Thread: any; no state. Blocks: for a small file. */

#ifndef SSO_TOKEN_H
#define SSO_TOKEN_H

#include "buffer.h"

enum { SSO_TOKEN_FILE_BYTES_MAX = 64 * 1024, SSO_TOKEN_PATH_SIZE = 4096 };

typedef struct {
    buffer_t file;                      //  As it was read
    buffer_t access_token;              //  Never empty
    buffer_t refresh_token, client_id, client_secret;   //  Empty where the file has none
    int64_t  expires_ms;                //  Wall clock
    int64_t  registration_expires_ms;   //  0: the file does not say so
} sso_token_t;

void sso_token_init (sso_token_t *self);
void sso_token_deinit (sso_token_t *self);

//  The file below the home folder. TOO_LARGE: the path is too long. INTERNAL: there is no SHA-1.
MUST_CHECK status_t sso_token_path (const char *home, slice_t name, char *path, size_t size);

//  Reads the file into an empty token. NOT_FOUND: there is none. MALFORMED: it is no token; SYSTEM: it cannot be read; both with a phrase that goes
//  on from the file's name ("is not JSON", "cannot be read: …") and holds nothing of what is in it. NO_MEMORY.
MUST_CHECK status_t sso_token_load (sso_token_t *self, const char *path, buffer_t *why);

//  May a new access token be asked for?
bool sso_token_renewable (const sso_token_t *self, int64_t now_ms);

//  Appends the body of CreateToken to a secret buffer.
void sso_token_write_request (const sso_token_t *self, buffer_t *out);

//  Takes the new tokens from the answer of CreateToken. MALFORMED: it is none, and nothing has changed. NO_MEMORY.
MUST_CHECK status_t sso_token_take (sso_token_t *self, slice_t answer, int64_t now_ms);

//  Writes a token back that was loaded. SYSTEM: errno says why, and the old file is as it was. NO_MEMORY.
MUST_CHECK status_t sso_token_save (const sso_token_t *self, const char *path);

#endif
