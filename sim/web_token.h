/*  web_token - the token with which somebody else vouches for whoever asks

    A JSON Web Token: header, claims and signature, in the URL alphabet of base64, with points between. STS looks at who issued it, for whom,
    and until when. The signature is not looked at: the simulator has no keys of issuers, and takes every issuer for known.

    Thread: any; no state. */

#ifndef SIM_WEB_TOKEN_H
#define SIM_WEB_TOKEN_H

#include "buffer.h"

//  For whom tokens must be, as EKS makes them.
#define WEB_TOKEN_AUDIENCE "sts.amazonaws.com"

enum { WEB_TOKEN_CLAIM_SIZE = 256 };

typedef struct {
    char issuer [WEB_TOKEN_CLAIM_SIZE];
    char subject [WEB_TOKEN_CLAIM_SIZE];
} web_token_t;

//  NULL, or the code of the refusal (wire.h), with its message appended.
const char *web_token_read (slice_t text, int64_t now_ms, web_token_t *token, buffer_t *message);

#endif
