#include "terms.h"

static bool
s_is_upper (char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool
s_is_lower (char c)
{
    return c >= 'a' && c <= 'z';
}

static bool
s_is_digit (char c)
{
    return c >= '0' && c <= '9';
}

static bool
s_is_word (char c)
{
    return s_is_upper (c) || s_is_lower (c) || s_is_digit (c);
}

//  Does a new word begin at this letter, which is not the word's first? IPv6 and TCPv4 are one.
static bool
s_begins (slice_t text, size_t at)
{
    char before = text.data [at - 1], here = text.data [at];
    if (!s_is_upper (here))
        return false;
    if (s_is_lower (before))
        return true;
    bool small_follows = at + 1 < text.size && s_is_lower (text.data [at + 1]);
    bool version = small_follows && text.data [at + 1] == 'v' && at + 2 < text.size && s_is_digit (text.data [at + 2]);
    bool plural = small_follows && text.data [at + 1] == 's' && (at + 2 == text.size || !s_is_lower (text.data [at + 2]));
    return s_is_upper (before) && small_follows && !version && !plural;
}

bool
term_next (slice_t *rest, term_t *term)
{
    while (rest->size) {
        size_t start = 0;
        while (start < rest->size && !s_is_word (rest->data [start]))
            start++;
        size_t end = start;
        while (end < rest->size && s_is_word (rest->data [end]) && (end == start || !s_begins (*rest, end)))
            end++;
        slice_t word = { rest->data + start, end - start };
        *rest = (slice_t) { rest->data + end, rest->size - end };
        if (word.size == 0 || (word.size == 1 && !s_is_digit (word.data [0])))
            continue;
        term->size = word.size < TERM_BYTES_MAX ? word.size : TERM_BYTES_MAX;
        for (size_t i = 0; i < term->size; i++)
            term->text [i] = (char) (s_is_upper (word.data [i]) ? word.data [i] - 'A' + 'a' : word.data [i]);
        term->text [term->size] = '\0';
        return true;
    }
    return false;
}

static bool
s_ends (const term_t *term, const char *ending)
{
    size_t size = strlen (ending);
    return term->size > size && memcmp (term->text + term->size - size, ending, size) == 0;
}

static void
s_cut (term_t *term, size_t letters)
{
    term->size -= letters;
    term->text [term->size] = '\0';
}

static bool
s_has_vowel (const term_t *term, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (strchr ("aeiouy", term->text [i]))
            return true;
    return false;
}

static void
s_cut_plural (term_t *term)
{
    if (term->size < 4 || !s_ends (term, "s"))
        return;
    if (s_ends (term, "ies") && term->size > 4) {
        s_cut (term, 2);
        term->text [term->size - 1] = 'y';
    } else if (s_ends (term, "sses") || s_ends (term, "xes") || s_ends (term, "ches") || s_ends (term, "shes")) {
        s_cut (term, 2);
    } else if (!s_ends (term, "ss") && !s_ends (term, "us") && !s_ends (term, "is")) {
        s_cut (term, 1);
    }
}

//  stopp is stop, but miss and fall stay.
static void
s_undouble (term_t *term)
{
    char last = term->text [term->size - 1];
    if (term->size > 3 && last == term->text [term->size - 2] && !strchr ("lsz", last))
        s_cut (term, 1);
}

static void
s_cut_tense (term_t *term)
{
    size_t letters = s_ends (term, "ing") ? 3 : s_ends (term, "ed") && !s_ends (term, "eed") ? 2 : 0;
    if (!letters || term->size < letters + 3 || !s_has_vowel (term, term->size - letters))
        return;
    s_cut (term, letters);
    s_undouble (term);
}

void
term_stem (term_t *term)
{
    s_cut_plural (term);
    if (s_ends (term, "isation"))
        term->text [term->size - 6] = 'z';      //  As in American names
    s_cut_tense (term);
    if (term->size > 6 && s_ends (term, "tion"))
        s_cut (term, 3);
    if (term->size > 4 && s_ends (term, "e"))
        s_cut (term, 1);
}
