#include "alarm_rule.h"

#include <ctype.h>

static void
s_skip (slice_t *rest, size_t count)
{
    rest->data += count;
    rest->size -= count;
}

//  The word at the front, which may be empty.
static slice_t
s_word (slice_t rest)
{
    size_t size = 0;
    while (size < rest.size && (isalnum ((unsigned char) rest.data [size]) || rest.data [size] == '_'))
        size++;
    return (slice_t) { rest.data, size };
}

static void
s_skip_spaces (slice_t *rest)
{
    while (rest->size && isspace ((unsigned char) rest->data [0]))
        s_skip (rest, 1);
}

//  What stands between "(" and ")": in quotes, up to the closing one; bare, up to the bracket.
static slice_t
s_operand (slice_t *rest)
{
    s_skip_spaces (rest);
    bool quoted = rest->size && rest->data [0] == '"';
    if (quoted)
        s_skip (rest, 1);
    slice_t operand = { rest->data, 0 };
    while (operand.size < rest->size && operand.data [operand.size] != (quoted ? '"' : ')'))
        operand.size++;
    s_skip (rest, operand.size);
    return quoted ? operand : slice_trim (operand);
}

//  arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME is the alarm NAME.
static slice_t
s_name (slice_t operand)
{
    static const char MARK [] = ":alarm:";
    const char *mark = slice_starts (operand, "arn:") ? memmem (operand.data, operand.size, MARK, sizeof MARK - 1) : NULL;
    if (!mark)
        return operand;
    const char *name = mark + sizeof MARK - 1;
    return (slice_t) { name, operand.size - (size_t) (name - operand.data) };
}

bool
alarm_rule_next (slice_t *rest, slice_t *name)
{
    while (rest->size) {
        slice_t word = s_word (*rest);
        s_skip (rest, word.size ? word.size : 1);
        if (!slice_is (word, "ALARM") && !slice_is (word, "OK") && !slice_is (word, "INSUFFICIENT_DATA"))
            continue;
        s_skip_spaces (rest);
        if (!rest->size || rest->data [0] != '(')
            continue;
        s_skip (rest, 1);
        *name = s_name (s_operand (rest));
        return true;
    }
    return false;
}

bool
alarm_rule_refers (const char *rule, const char *name)
{
    slice_t rest = slice_of (rule);
    slice_t found;
    while (alarm_rule_next (&rest, &found))
        if (slice_is (found, name))
            return true;
    return false;
}

//  A rule on its way from the front to the back.
typedef struct {
    slice_t rest;
    alarm_rule_state_fn *state_of;
    void *context;
} reading_t;

static bool s_holds (reading_t *reading);

//  Takes the word if it comes next.
static bool
s_take (reading_t *reading, const char *word)
{
    s_skip_spaces (&reading->rest);
    bool found = slice_is (s_word (reading->rest), word);
    if (found)
        s_skip (&reading->rest, strlen (word));
    return found;
}

static bool
s_take_mark (reading_t *reading, char mark)
{
    s_skip_spaces (&reading->rest);
    bool found = reading->rest.size && reading->rest.data [0] == mark;
    if (found)
        s_skip (&reading->rest, 1);
    return found;
}

static bool
s_holds_reference (reading_t *reading, shop_state_t state)
{
    s_take_mark (reading, '(');
    slice_t name = s_name (s_operand (&reading->rest));
    s_take_mark (reading, '"');
    s_take_mark (reading, ')');
    return reading->state_of (reading->context, name) == state;
}

static bool
s_holds_one (reading_t *reading)
{
    if (s_take (reading, "NOT"))
        return !s_holds_one (reading);
    if (s_take_mark (reading, '(')) {
        bool holds = s_holds (reading);
        s_take_mark (reading, ')');
        return holds;
    }
    if (s_take (reading, "ALARM"))
        return s_holds_reference (reading, SHOP_ALARM);
    if (s_take (reading, "OK"))
        return s_holds_reference (reading, SHOP_OK);
    if (s_take (reading, "INSUFFICIENT_DATA"))
        return s_holds_reference (reading, SHOP_INSUFFICIENT_DATA);
    return s_take (reading, "TRUE") || (s_take (reading, "FALSE") && false);
}

//  Both sides are read in any case, so that the reading goes on behind them.
static bool
s_holds_all (reading_t *reading)
{
    bool holds = s_holds_one (reading);
    while (s_take (reading, "AND")) {
        bool next = s_holds_one (reading);
        holds = holds && next;
    }
    return holds;
}

static bool
s_holds (reading_t *reading)
{
    bool holds = s_holds_all (reading);
    while (s_take (reading, "OR")) {
        bool next = s_holds_all (reading);
        holds = holds || next;
    }
    return holds;
}

bool
alarm_rule_holds (const char *rule, alarm_rule_state_fn *state_of, void *context)
{
    reading_t reading = { slice_of (rule), state_of, context };
    return s_holds (&reading);
}
