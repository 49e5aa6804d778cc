#include "aws_wire.h"

#include "aws_xml.h"
#include "form.h"
#include "retry.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

//  What differs between the services.
static const struct {
    const char *target;         //  X-Amz-Target's prefix; NULL of the Query protocol
    const char *content_type;
    bool query_mode;            //  Ask for the old error codes, which are what people know
    const char *version;        //  Of the Query protocol's API
} WIRES [AWS_SERVICES] = {
    [AWS_MONITORING] = { "GraniteServiceVersion20100801", "application/x-amz-json-1.0", true, NULL },
    [AWS_LOGS] = { "Logs_20140328", "application/x-amz-json-1.1", false, NULL },
    [AWS_STS] = { NULL, "application/x-www-form-urlencoded", false, "2011-06-15" },
};

enum { FIELDS_MAX = 10, FORM_BYTES_MAX = 64 * 1024 };

//  A clock outside of these years is broken, and a signature that follows it would be too.
enum { YEAR_MIN = 2000, YEAR_MAX = 2999 };

typedef struct {
    transfer_field_t fields [FIELDS_MAX];
    size_t count;
} fields_t;

static void
s_add (fields_t *self, const char *name, const char *value)
{
    self->fields [self->count++] = (transfer_field_t) { name, value };
}

//  RFC 9562, version 4.
static void
s_write_uuid (const uint64_t random [2], char *text, size_t size)
{
    snprintf (text, size, "%08x-%04x-4%03x-%04x-%012llx", (unsigned) (random [0] >> 32), (unsigned) (random [0] >> 16 & 0xffff),
              (unsigned) (random [0] & 0xfff), (unsigned) (0x8000 | (random [1] >> 48 & 0x3fff)), (unsigned long long) (random [1] & 0xffffffffffff));
}

//  The parameters of a Query service: those that all have, and the members of the request, which are texts.
static status_t
s_write_form (const aws_wire_request_t *request, buffer_t *form)
{
    yyjson_doc *doc;
    status_t status = json_read (request->body, JSON_DEPTH_MAX, &doc, NULL);
    if (status != STATUS_OK)
        return status;
    form_append (form, "Action", slice_of (request->api));
    form_append (form, "Version", slice_of (WIRES [request->service].version));
    size_t index, count;
    yyjson_val *name, *value;
    yyjson_obj_foreach (yyjson_doc_get_root (doc), index, count, name, value) {
        assert (yyjson_is_str (value));         //  Requests are ours
        form_append (form, yyjson_get_str (name), (slice_t) { yyjson_get_str (value), yyjson_get_len (value) });
    }
    yyjson_doc_free (doc);
    return buffer_status (form);
}

//  Signs and starts what is written already.
static transfer_t *
s_start (const aws_wire_request_t *request, slice_t body, sigv4_t *signer, transfers_t *transfers, int64_t connect_ms, int64_t total_ms,
         size_t answer_bytes_max, void (*done) (void *arg, const transfer_answer_t *answer), void *arg, status_t *status)
{
    const char *content_type = WIRES [request->service].content_type;
    assert (content_type);              //  Who signs in signs nothing
    const char *prefix = WIRES [request->service].target;
    char target [96] = "";
    if (prefix)
        snprintf (target, sizeof target, "%s.%s", prefix, request->api);

    //  What is signed: no more than what AWS asks for, so that nothing on the way can break the signature.
    sigv4_field_t signed_fields [4] = {
        { "host", slice_of (request->endpoint->host) },
        { "content-type", slice_of (content_type) },
        { "x-amz-target", slice_of (target) },
        { "x-amzn-query-mode", SLICE ("true") },
    };
    sigv4_request_t to_sign = {
        .method = "POST", .path = slice_of (request->endpoint->path), .fields = signed_fields, .body = body,
        .fields_count = WIRES [request->service].query_mode ? 4 : prefix ? 3 : 2,
        .region = request->endpoint->region, .service = request->endpoint->service, .wall_ms = request->wall_ms,
    };
    sigv4_signature_t signature;
    *status = sigv4_sign (signer, request->keys, &to_sign, &signature);
    if (*status != STATUS_OK)
        return NULL;

    buffer_t authorization, token;
    buffer_init (&authorization, 4096);
    buffer_init_secret (&token, 16384 + 1);
    buffer_append_slice (&authorization, buffer_slice (&signature.authorization));
    buffer_append_char (&authorization, 0);
    buffer_append_slice (&token, request->keys->token);
    buffer_append_char (&token, 0);
    char url [sizeof request->endpoint->url + 1], invocation [40], attempt [48];
    snprintf (url, sizeof url, "%s/", request->endpoint->url);
    s_write_uuid (request->invocation, invocation, sizeof invocation);
    snprintf (attempt, sizeof attempt, "attempt=%d; max=%d", request->attempt, request->attempts_max);

    fields_t fields = { .count = 0 };
    s_add (&fields, "Content-Type", content_type);
    if (prefix)
        s_add (&fields, "X-Amz-Target", target);
    if (WIRES [request->service].query_mode)
        s_add (&fields, "X-Amzn-Query-Mode", "true");
    s_add (&fields, "X-Amz-Date", signature.date);
    if (request->keys->token.size)
        s_add (&fields, "X-Amz-Security-Token", token.data);
    s_add (&fields, "Authorization", authorization.data);
    s_add (&fields, "amz-sdk-invocation-id", invocation);
    s_add (&fields, "amz-sdk-request", attempt);

    transfer_t *transfer = NULL;
    *status = buffer_status (&token);
    if (*status == STATUS_OK)
        *status = buffer_status (&authorization);
    if (*status == STATUS_OK) {
        transfer_request_t http = {
            .method = "POST", .url = url, .fields = fields.fields, .fields_count = fields.count, .body = body,
            .connect_ms = connect_ms, .first_byte_ms = request->first_byte_ms, .total_ms = total_ms, .answer_bytes_max = answer_bytes_max,
        };
        transfer = transfer_start (transfers, &http, done, arg);
        *status = transfer ? STATUS_OK : STATUS_NO_MEMORY;
    }
    buffer_deinit (&authorization);
    buffer_deinit (&token);
    sigv4_signature_deinit (&signature);
    return transfer;
}

transfer_t *
aws_wire_start (const aws_wire_request_t *request, sigv4_t *signer, transfers_t *transfers, int64_t connect_ms, int64_t total_ms,
                size_t answer_bytes_max, void (*done) (void *arg, const transfer_answer_t *answer), void *arg, status_t *status)
{
    if (!WIRES [request->service].version)
        return s_start (request, request->body, signer, transfers, connect_ms, total_ms, answer_bytes_max, done, arg, status);
    buffer_t form;
    buffer_init (&form, FORM_BYTES_MAX);
    transfer_t *transfer = NULL;
    *status = s_write_form (request, &form);
    if (*status == STATUS_OK)
        transfer = s_start (request, buffer_slice (&form), signer, transfers, connect_ms, total_ms, answer_bytes_max, done, arg, status);
    buffer_deinit (&form);
    return transfer;
}

//  So many digits as a number; -1 when one of them is none.
static int
s_digits (const char *text, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text [i] < '0' || text [i] > '9')
            return -1;
        value = 10 * value + (text [i] - '0');
    }
    return value;
}

//  0 for "Jan"; -1 for what is no month. strptime would follow the locale, so the months are our own.
static int
s_month (const char *text)
{
    static const char MONTHS [] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int month = 0; month < 12; month++)
        if (memcmp (text, MONTHS + 3 * month, 3) == 0)
            return month;
    return -1;
}

bool
aws_wire_date (slice_t text, int64_t *wall_ms)
{
    static const char FORM [] = "###, ## ### #### ##:##:## GMT";
    if (text.size != sizeof FORM - 1)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (FORM [i] != '#' && text.data [i] != FORM [i])
            return false;
    struct tm tm = {
        .tm_mday = s_digits (text.data + 5, 2), .tm_mon = s_month (text.data + 8), .tm_year = s_digits (text.data + 12, 4) - 1900,
        .tm_hour = s_digits (text.data + 17, 2), .tm_min = s_digits (text.data + 20, 2), .tm_sec = s_digits (text.data + 23, 2),
    };
    bool is_a_day = tm.tm_mday >= 1 && tm.tm_mday <= 31 && tm.tm_mon >= 0;
    bool is_a_time = tm.tm_hour >= 0 && tm.tm_hour <= 23 && tm.tm_min >= 0 && tm.tm_min <= 59 && tm.tm_sec >= 0 && tm.tm_sec <= 60;
    if (!is_a_day || !is_a_time || tm.tm_year + 1900 < YEAR_MIN || tm.tm_year + 1900 > YEAR_MAX)
        return false;
    *wall_ms = (int64_t) timegm (&tm) * 1000;
    return true;
}

//  The network failed, not AWS: what curl said decides whether asking again may help.
static void
s_read_failure (const transfer_answer_t *transfer, aws_wire_answer_t *answer)
{
    bool again = transfer->status == STATUS_UNREACHABLE || transfer->status == STATUS_MALFORMED || transfer->status == STATUS_DEADLINE;
    answer->error.class = again ? AWS_TRANSIENT : AWS_INVALID;
}

static void
s_say_broken (const transfer_answer_t *transfer, const char *what, aws_wire_answer_t *answer)
{
    yyjson_doc_free (answer->doc);
    answer->doc = NULL;
    answer->error.class = AWS_BROKEN;
    snprintf (answer->error.code, sizeof answer->error.code, "HTTP %d", transfer->http_status);
    snprintf (answer->error.message, sizeof answer->error.message, "The answer is not %s.", what);
}

static void
s_read_json (const transfer_answer_t *transfer, aws_wire_answer_t *answer)
{
    if (transfer->http_status >= 300)
        aws_error_read (transfer->http_status, transfer_answer_header (transfer, "x-amzn-errortype"),
                        transfer_answer_header (transfer, "x-amzn-query-error"), transfer->body, &answer->error);
    else if (json_read (transfer->body, JSON_DEPTH_MAX_AWS, &answer->doc, NULL) != STATUS_OK || !yyjson_is_obj (yyjson_doc_get_root (answer->doc)))
        s_say_broken (transfer, "JSON", answer);
}

static void
s_read_xml (const transfer_answer_t *transfer, aws_wire_answer_t *answer)
{
    yyjson_doc *doc;
    status_t status = aws_xml_read (transfer->body, &doc);
    if (transfer->http_status >= 300) {
        const yyjson_val *error = yyjson_obj_get (yyjson_doc_get_root (doc), "Error");
        aws_error_say (transfer->http_status, json_text (error, "Code"), json_text (error, "Message"), &answer->error);
        yyjson_doc_free (doc);
    } else if (status == STATUS_OK)
        answer->doc = doc;
    else
        s_say_broken (transfer, "XML", answer);
}

void
aws_wire_read (aws_service_t service, const transfer_answer_t *transfer, aws_wire_answer_t *answer)
{
    *answer = (aws_wire_answer_t) { .retry_after_ms = -1 };
    if (transfer->status != STATUS_OK) {
        s_read_failure (transfer, answer);
        return;
    }
    //  A cache's answer (Age) says nothing of the clock now.
    if (!transfer_answer_header (transfer, "age").data)
        answer->has_date = aws_wire_date (transfer_answer_header (transfer, "date"), &answer->date_ms);
    if (transfer->http_status >= 300)
        answer->retry_after_ms = retry_after_parse (transfer_answer_header (transfer, "x-amz-retry-after"));
    if (WIRES [service].version)
        s_read_xml (transfer, answer);
    else
        s_read_json (transfer, answer);
}
