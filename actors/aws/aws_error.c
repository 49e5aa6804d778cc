#include "aws_error.h"

#include "json.h"
#include "utf8.h"

#include <stdio.h>

//  An error of AWS is a few hundred bytes; something this large is another server's page.
enum { BODY_BYTES_MAX = 256 * 1024 };

//  The codes that decide something, as the SDKs know them. What is not here is decided by the HTTP status.
static const struct {
    const char *code;
    aws_error_class_t class;
} s_codes [] = {
    { "Throttling", AWS_THROTTLED },
    { "ThrottlingException", AWS_THROTTLED },
    { "ThrottledException", AWS_THROTTLED },
    { "RequestThrottledException", AWS_THROTTLED },
    { "TooManyRequestsException", AWS_THROTTLED },
    { "ProvisionedThroughputExceededException", AWS_THROTTLED },
    { "TransactionInProgressException", AWS_THROTTLED },
    { "RequestLimitExceeded", AWS_THROTTLED },
    { "BandwidthLimitExceeded", AWS_THROTTLED },
    { "LimitExceededException", AWS_THROTTLED },        //  StartQuery beyond the concurrent queries; but hard limits say it too
    { "RequestThrottled", AWS_THROTTLED },
    { "SlowDown", AWS_THROTTLED },
    { "PriorRequestNotComplete", AWS_THROTTLED },
    { "EC2ThrottledException", AWS_THROTTLED },

    { "RequestTimeout", AWS_TRANSIENT },
    { "RequestTimeoutException", AWS_TRANSIENT },
    { "InternalError", AWS_TRANSIENT },
    { "IDPCommunicationError", AWS_TRANSIENT },         //  STS could not reach the identity provider; comes as a 400

    { "ExpiredToken", AWS_EXPIRED },
    { "ExpiredTokenException", AWS_EXPIRED },
    { "UnrecognizedClientException", AWS_EXPIRED },
    { "InvalidClientTokenId", AWS_EXPIRED },

    { "AuthFailure", AWS_SKEWED },
    { "InvalidSignatureException", AWS_SKEWED },
    { "RequestExpired", AWS_SKEWED },
    { "RequestInTheFuture", AWS_SKEWED },
    { "RequestTimeTooSkewed", AWS_SKEWED },
    { "SignatureDoesNotMatch", AWS_SKEWED },

    { "AccessDenied", AWS_DENIED },
    { "AccessDeniedException", AWS_DENIED },            //  Some SDKs suspect the clock here too; a policy is by far likelier
    { "UnauthorizedOperation", AWS_DENIED },
};

static const char ELLIPSIS [] = "\u2026", REPLACEMENT [] = "\uFFFD";

//  Copies what fits, cut between two characters and with an ellipsis if that is not all.
static void
s_copy_printable (slice_t text, char *out, size_t size)
{
    size_t room = size - 1, used = 0, cut = 0;          //  cut: how much of out may stay in front of an ellipsis
    while (text.size) {
        uint32_t character;
        size_t taken = utf8_read (text, &character);
        slice_t shown = { text.data, taken };
        if (character == UTF8_NONE)
            shown = slice_of (REPLACEMENT);
        else if (character < 0x20 || (character >= 0x7f && character < 0xa0))
            shown = SLICE (" ");

        if (used + shown.size > room) {
            used = cut + strlen (ELLIPSIS);
            memcpy (out + cut, ELLIPSIS, strlen (ELLIPSIS));
            break;
        }
        memcpy (out + used, shown.data, shown.size);
        used += shown.size;
        if (used + strlen (ELLIPSIS) <= room)
            cut = used;
        text = (slice_t) { text.data + taken, text.size - taken };
    }
    out [used] = 0;
}

static slice_t
s_before (slice_t text, char mark)
{
    const char *end = text.size ? memchr (text.data, mark, text.size) : NULL;
    return end ? (slice_t) { text.data, (size_t) (end - text.data) } : text;
}

//  "com.amazon.coral.service#Code:http://…" is "Code"; so is "Code,…", which a proxy makes of two equal headers.
static slice_t
s_bare_code (slice_t text)
{
    text = s_before (s_before (text, ','), ':');
    slice_t space = s_before (text, '#');
    if (space.size < text.size)
        text = (slice_t) { space.data + space.size + 1, text.size - space.size - 1 };
    return slice_trim (text);
}

//  The members of a JSON body, whatever is not UTF-8 in its strings: one wrong byte must not cost us the rest. NULL for HTML and the like.
static yyjson_doc *
s_read_body (slice_t body)
{
    if (body.size == 0 || body.size > BODY_BYTES_MAX || !json_depth_within (body, JSON_DEPTH_MAX_AWS))
        return NULL;
    return yyjson_read (body.data, body.size, YYJSON_READ_ALLOW_INVALID_UNICODE);
}

static slice_t
s_first_of (const yyjson_val *object, const char *const *keys, size_t count)
{
    for (size_t index = 0; index < count; index++) {
        slice_t text = json_text (object, keys [index]);
        if (text.size)
            return text;
    }
    return SLICE_ABSENT;
}

static slice_t
s_code (slice_t errortype, slice_t query_error, const yyjson_val *body)
{
    slice_t candidates [] = {
        slice_trim (s_before (query_error, ';')),
        s_bare_code (json_text (body, "__type")),
        s_bare_code (errortype),
        slice_trim (json_text (body, "errorType")),     //  PromQL's
    };
    for (size_t index = 0; index < sizeof candidates / sizeof *candidates; index++)
        if (candidates [index].size)
            return candidates [index];
    return SLICE_ABSENT;
}

void
aws_error_read (int http_status, slice_t errortype, slice_t query_error, slice_t body, aws_error_t *error)
{
    static const char *const message_keys [] = { "message", "Message", "error" };

    yyjson_doc *document = s_read_body (body);
    const yyjson_val *root = yyjson_doc_get_root (document);
    slice_t code = s_code (errortype, query_error, root);
    slice_t message = s_first_of (root, message_keys, sizeof message_keys / sizeof *message_keys);

    aws_error_say (http_status, code, message, error);
    yyjson_doc_free (document);
}

//  A signature that does not fit is answered with what should have been signed: all signed headers, and so the session token. That is left out.
static slice_t
s_without_headers (slice_t message)
{
    static const char *const MARKS [] = { "The Canonical String", "The String-to-Sign", "x-amz-security-token" };
    for (size_t index = 0; index < sizeof MARKS / sizeof *MARKS; index++) {
        const char *end = message.size ? memmem (message.data, message.size, MARKS [index], strlen (MARKS [index])) : NULL;
        if (end)
            message.size = (size_t) (end - message.data);
        while (end && message.size && (unsigned char) message.data [message.size - 1] <= ' ')
            message.size--;
    }
    return message;
}

void
aws_error_say (int http_status, slice_t code, slice_t message, aws_error_t *error)
{
    error->class = aws_error_classify (code, http_status);
    if (code.size)
        s_copy_printable (code, error->code, sizeof error->code);
    else
        snprintf (error->code, sizeof error->code, "HTTP %d", http_status);
    s_copy_printable (s_without_headers (message), error->message, sizeof error->message);
}

aws_error_class_t
aws_error_classify (slice_t code, int http_status)
{
    for (size_t index = 0; index < sizeof s_codes / sizeof *s_codes; index++)
        if (slice_is (code, s_codes [index].code))
            return s_codes [index].class;
    if (http_status == 429)
        return AWS_THROTTLED;
    if (http_status == 500 || http_status == 502 || http_status == 503 || http_status == 504)
        return AWS_TRANSIENT;
    return http_status >= 400 && http_status < 500 ? AWS_INVALID : AWS_BROKEN;
}

status_t
aws_error_status (aws_error_class_t class)
{
    switch (class) {
    case AWS_NO_ERROR:
        return STATUS_OK;
    case AWS_THROTTLED:
        return STATUS_THROTTLED;
    case AWS_TRANSIENT:
    case AWS_BROKEN:
        return STATUS_AWS_FAULT;
    case AWS_EXPIRED:
        return STATUS_NO_CREDENTIALS;
    case AWS_SKEWED:
    case AWS_DENIED:
        return STATUS_REFUSED;
    case AWS_INVALID:
        return STATUS_INVALID_ARGUMENT;
    }
    return STATUS_INTERNAL;
}
