#include "lines_write.h"

#include "clock.h"

#include <stdio.h>
#include <time.h>

//  The long line that a careless service writes.
enum { LONG_BYTES = 20000 };

//  One order in so many goes to manual review, as the log alarm shop-fraud-review-spikes counts them; in the spike before it went back to OK,
//  minutes before now, one in four.
enum { REVIEW_ONE_IN = 36, SPIKE_ONE_IN = 4, SPIKE_FROM_MIN = 8660, SPIKE_TO_MIN = 8615 };

static const char *const BROWSERS [] = {
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "ShopApp/7.12 (Android 16)",
};

static const char *const NAMES [] = {
    "amelie", "ben", "chiara", "deniz", "emil", "fatima", "greta", "hugo", "ines", "jonas", "katja", "luca", "mira", "noah", "olga", "paul",
};

static const char *const DOMAINS [] = { "example.com", "example.net", "example.org" };

//  Numbers that payment processors give out for tests.
static const char *const CARDS [] = { "4111 1111 1111 1111", "5555 5555 5555 4444", "4242 4242 4242 4242", "3782 822463 10005" };

#define PICK(chance, list) (list) [chance_u64 (chance) % (sizeof (list) / sizeof (list) [0])]

static void
s_append_time (buffer_t *out, int64_t time_ms, char mark)
{
    char text [64];
    struct tm parts;
    time_t seconds = (time_t) (time_ms / 1000);
    if (mark == 'T') {
        buffer_append_text (out, clock_text_ms (time_ms, text));
        return;
    }
    if (mark == 'E') {
        buffer_printf (out, "%lld", (long long) seconds);
        return;
    }
    gmtime_r (&seconds, &parts);
    if (strftime (text, sizeof text, mark == 'S' ? "%Y-%m-%d %H:%M:%S UTC" : "%d/%b/%Y:%H:%M:%S +0000", &parts))
        buffer_append_text (out, text);
}

//  One of the words of the service, whose marks are replaced too.
static void
s_append_words (lines_t *self)
{
    char text [256];
    const char *words = lines_words_of (self->name);
    int count = 1;
    for (const char *c = words; *c; c++)
        count += *c == '|';
    for (int skip = lines_between (&self->chance, 0, count - 1); skip > 0; skip--)
        words = strchr (words, '|') + 1;
    snprintf (text, sizeof text, "%.*s", (int) strcspn (words, "|"), words);
    lines_fill (self, text);
}

static void
s_append_long (buffer_t *out, chance_t *chance)
{
    static const char DIGITS [] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *room = buffer_reserve (out, LONG_BYTES);
    for (int i = 0; room && i < LONG_BYTES; i++)
        room [i] = DIGITS [chance_u64 (chance) & 63];
    if (room)
        buffer_advance (out, LONG_BYTES);
}

//  Scores above 60 are reviewed.
static void
s_append_decision (lines_t *self)
{
    bool spike = self->minute_ms >= lines_story_ms (self->shop, SPIKE_FROM_MIN) && self->minute_ms < lines_story_ms (self->shop, SPIKE_TO_MIN);
    bool review = lines_between (&self->chance, 1, spike ? SPIKE_ONE_IN : REVIEW_ONE_IN) == 1;
    int score = review ? lines_between (&self->chance, 61, 97) : lines_between (&self->chance, 1, 60);
    buffer_printf (&self->text, "\"score\":%d,\"decision\":\"%s\"", score, review ? "REVIEW" : "ACCEPT");
}

static void
s_append_mark (lines_t *self, char mark)
{
    buffer_t *out = &self->text;
    chance_t *chance = &self->chance;
    switch (mark) {
    case 'r':
        buffer_append_text (out, self->request);
        break;
    case 'x':
        buffer_printf (out, "%016llx%016llx", (unsigned long long) chance_u64 (chance), (unsigned long long) chance_u64 (chance));
        break;
    case 'h':
        buffer_printf (out, "%08x", (unsigned) chance_u64 (chance));
        break;
    case 'i':
        buffer_printf (out, "%s.%d", chance_u64 (chance) & 1 ? "198.51.100" : "203.0.113", lines_between (chance, 1, 254));
        break;
    case 'p':
        buffer_printf (out, "10.0.%d.%d", lines_between (chance, 1, 6), lines_between (chance, 4, 250));
        break;
    case 'P':
        buffer_printf (out, "%d", lines_between (chance, 32768, 60999));
        break;
    case 'o':
        buffer_printf (out, "%d", lines_between (chance, 4100000, 4199999));
        break;
    case 'c':
        buffer_printf (out, "%s.%d@%s", PICK (chance, NAMES), lines_between (chance, 1, 999), PICK (chance, DOMAINS));
        break;
    case 'k':
        buffer_append_text (out, PICK (chance, CARDS));
        break;
    case 's':
        buffer_printf (out, "SKU-%05d", lines_between (chance, 1, 8400));
        break;
    case 'b':
        buffer_printf (out, "u-%d", lines_between (chance, 10000, 99999));
        break;
    case 'A':
        buffer_append_text (out, PICK (chance, BROWSERS));
        break;
    case 'L':
        s_append_long (out, chance);
        break;
    case 'v':
        buffer_append_text (out, self->name);
        break;
    case 'd':
        s_append_decision (self);
        break;
    case 'w':
        s_append_words (self);
        break;
    case 'g':
        buffer_append_text (out, self->region);
        break;
    case 'a':
        buffer_append_text (out, self->group->account);
        break;
    default:
        s_append_time (out, self->drafts [self->count].time_ms, mark);
    }
}

//  [3-80] at text; gives what is behind it.
static const char *
s_append_number (lines_t *self, const char *text)
{
    int from = 0, to = 0, size = 0;
    if (sscanf (text, "[%d-%d]%n", &from, &to, &size) != 2 || !size)
        return text;
    buffer_printf (&self->text, "%d", lines_between (&self->chance, from, to));
    return text + size;
}

void
lines_fill (lines_t *self, const char *text)
{
    for (;;) {
        size_t plain = strcspn (text, "~");
        buffer_append (&self->text, text, plain);
        text += plain;
        if (!*text)
            return;
        if (text [1] == '[')
            text = s_append_number (self, text + 1);
        else
        if (text [1]) {
            s_append_mark (self, text [1]);
            text += 2;
        }
        else
            return;
    }
}
