#include "http_internal.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

//        status  reason
#define REASONS(X) \
        X (100, "Continue")                         \
        X (101, "Switching Protocols")              \
        X (200, "OK")                               \
        X (201, "Created")                          \
        X (202, "Accepted")                         \
        X (204, "No Content")                       \
        X (206, "Partial Content")                  \
        X (301, "Moved Permanently")                \
        X (302, "Found")                            \
        X (303, "See Other")                        \
        X (304, "Not Modified")                     \
        X (307, "Temporary Redirect")               \
        X (308, "Permanent Redirect")               \
        X (400, "Bad Request")                      \
        X (401, "Unauthorized")                     \
        X (403, "Forbidden")                        \
        X (404, "Not Found")                        \
        X (405, "Method Not Allowed")               \
        X (406, "Not Acceptable")                   \
        X (408, "Request Timeout")                  \
        X (409, "Conflict")                         \
        X (410, "Gone")                             \
        X (411, "Length Required")                  \
        X (412, "Precondition Failed")              \
        X (413, "Content Too Large")                \
        X (414, "URI Too Long")                     \
        X (415, "Unsupported Media Type")           \
        X (417, "Expectation Failed")               \
        X (421, "Misdirected Request")              \
        X (422, "Unprocessable Content")            \
        X (426, "Upgrade Required")                 \
        X (429, "Too Many Requests")                \
        X (431, "Request Header Fields Too Large")  \
        X (500, "Internal Server Error")            \
        X (501, "Not Implemented")                  \
        X (502, "Bad Gateway")                      \
        X (503, "Service Unavailable")              \
        X (504, "Gateway Timeout")                  \
        X (505, "HTTP Version Not Supported")

const char *
http_reason (int status)
{
    switch (status) {
#define X(code, reason) case code: return reason;
    REASONS (X)
#undef X
    default: return "Unknown";
    }
}

void
http_date (int64_t wall_s, char *text)
{
    //  Not strftime: its names follow the locale
    static const char *const days [] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months [] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t) wall_s;
    struct tm tm;
    bool is_a_date = gmtime_r (&seconds, &tm) && tm.tm_year >= 0 && tm.tm_year <= 9999 - 1900;
    if (!is_a_date)
        gmtime_r (&(time_t) { 0 }, &tm);        //  A clock that far off is no reason to send a bad header
    snprintf (text, HTTP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT", days [tm.tm_wday], tm.tm_mday % 100, months [tm.tm_mon],
              (tm.tm_year + 1900) % 10000, tm.tm_hour % 100, tm.tm_min % 100, tm.tm_sec % 100);
}

bool
http_reply_is_bodiless (int status)
{
    return status < 200 || status == 204 || status == 304;
}

static void
s_append_number (buffer_t *out, size_t number)
{
    char digits [24];
    char *first = digits + sizeof digits;
    do
        *--first = (char) ('0' + number % 10);
    while ((number /= 10) > 0);
    buffer_append (out, first, (size_t) (digits + sizeof digits - first));
}

//  What is written here is ours. A line break in it would be a hole through which somebody else's headers come in.
static void
s_append_field (buffer_t *out, const char *name, const char *value)
{
    assert (!strpbrk (name, "\r\n: ") && !strpbrk (value, "\r\n"));
    buffer_append_text (out, name);
    buffer_append (out, ": ", 2);
    buffer_append_text (out, value);
    buffer_append (out, "\r\n", 2);
}

void
http_reply_head (buffer_t *out, const http_reply_t *reply, const http_answer_t *answer)
{
    assert (reply->status >= 100 && reply->status <= 599);

    buffer_append (out, "HTTP/1.1 ", 9);
    s_append_number (out, (size_t) reply->status);
    buffer_append_char (out, ' ');
    buffer_append_text (out, http_reason (reply->status));
    buffer_append (out, "\r\n", 2);
    s_append_field (out, "Date", answer->date);
    if (!http_reply_is_bodiless (reply->status)) {
        if (reply->content_type)
            s_append_field (out, "Content-Type", reply->content_type);
        if (answer->framing == HTTP_COUNTED) {
            buffer_append (out, "Content-Length: ", 16);
            s_append_number (out, answer->body_bytes);
            buffer_append (out, "\r\n", 2);
        } else if (answer->framing == HTTP_CHUNKED)
            s_append_field (out, "Transfer-Encoding", "chunked");
    }
    for (const http_field_t *field = reply->fields; field && field->name; field++)
        s_append_field (out, field->name, field->value);
    if (answer->connection)
        s_append_field (out, "Connection", answer->connection);
    buffer_append (out, "\r\n", 2);
}
