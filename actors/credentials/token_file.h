/*  token_file - a file that holds one token, written by somebody else and renewed every hour or so

    What Kubernetes projects into a pod: who the pod is, for STS or for the agent of EKS Pod Identity. It is small, and read anew whenever it is
    needed. White space around the token does not count.

    Thread: any; no state. */

#ifndef TOKEN_FILE_H
#define TOKEN_FILE_H

#include "buffer.h"

//  Longest token that STS takes (WebIdentityToken of AssumeRoleWithWebIdentity); those of Kubernetes have 1 to 2 KB.
enum { TOKEN_FILE_BYTES_MAX = 20000 };

//  Replaces what token, a secret buffer, holds. SYSTEM, TOO_LARGE, or MALFORMED for an empty file or one whose token has a line break or another
//  character that none has; then why goes on from the file's name: "cannot be read: Permission denied". NO_MEMORY.
MUST_CHECK status_t token_file_read (const char *path, buffer_t *token, const char **why);

//  The same for a token that comes from elsewhere: MALFORMED with why, which goes on from the source's name.
MUST_CHECK status_t token_check (slice_t token, const char **why);

#endif
