#include "packer.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXTS_BYTES_MAX = 4 * 1024 * 1024 };

void
packer_init (packer_t *self)
{
    *self = (packer_t) { .counts = NULL };
    pool_init (&self->words);
    pool_init (&self->texts);
    buffer_init (&self->offsets, TEXTS_BYTES_MAX);
    buffer_init (&self->bytes, TEXTS_BYTES_MAX);
}

void
packer_deinit (packer_t *self)
{
    pool_deinit (&self->words);
    pool_deinit (&self->texts);
    buffer_deinit (&self->offsets);
    buffer_deinit (&self->bytes);
    free (self->counts);
    free (self->codes);
}

static bool
s_is_word (char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' || c == '-';
}

//  Cuts off a word with the blank before it, if there is one, or a single byte of anything else.
static slice_t
s_cut_word (slice_t *text)
{
    size_t end = text->data [0] == ' ';
    while (end < text->size && s_is_word (text->data [end]))
        end++;
    if (end < text->size && (end == 0 || (end == 1 && text->data [0] == ' ')))
        end = 1;
    slice_t word = { text->data, end };
    *text = (slice_t) { text->data + end, text->size - end };
    return word;
}

//  Room for a number at each offset of the pool, the new ones zero.
static uint32_t *
s_grown (uint32_t *numbers, size_t *count, size_t wanted)
{
    if (wanted <= *count)
        return numbers;
    uint32_t *grown = realloc (numbers, wanted * 2 * sizeof *grown);
    if (!grown) {
        fprintf (stderr, "catalogue-compiler: there is not enough memory.\n");
        exit (1);
    }
    memset (grown + *count, 0, (wanted * 2 - *count) * sizeof *grown);
    *count = wanted * 2;
    return grown;
}

void
packer_show (packer_t *self, slice_t text)
{
    while (text.size) {
        uint32_t at = pool_add (&self->words, s_cut_word (&text));
        self->counts = s_grown (self->counts, &self->counts_size, self->words.bytes.size);
        self->counts [at]++;
    }
}

typedef struct {
    uint32_t word;
    int64_t  saved;                     //  Bytes, if its code has two; less what the piece itself costs
} s_piece_t;

//  What saves most first; of equals, the one that was shown first: the same files give the same table.
static int
s_compare (const void *a, const void *b)
{
    const s_piece_t *one = a, *other = b;
    if (one->saved != other->saved)
        return one->saved > other->saved ? -1 : 1;
    return one->word < other->word ? -1 : one->word > other->word;
}

void
packer_choose (packer_t *self)
{
    size_t count = 0, chosen = 0, codes_size = 0;
    s_piece_t *pieces = calloc (self->words.used + 1, sizeof *pieces);
    self->codes = s_grown (NULL, &codes_size, self->words.bytes.size);
    for (uint32_t at = 0; pieces && at < self->words.bytes.size;) {
        int64_t size = (int64_t) strlen (pool_text (&self->words, at));
        int64_t saved = at < self->counts_size ? (int64_t) self->counts [at] * (size - 2) - size - (int64_t) sizeof (uint32_t) : 0;
        if (saved > 0)
            pieces [count++] = (s_piece_t) { at, saved };
        at += (uint32_t) size + 1;
    }
    if (pieces)
        qsort (pieces, count, sizeof *pieces, s_compare);
    uint32_t offset = 0;
    for (; chosen < count && chosen < PACKED_PIECES_MAX; chosen++) {
        slice_t word = slice_of (pool_text (&self->words, pieces [chosen].word));
        self->codes [pieces [chosen].word] = (uint32_t) chosen + 1;
        buffer_append (&self->offsets, &offset, sizeof offset);
        buffer_append_slice (&self->bytes, word);
        offset += (uint32_t) word.size;
    }
    buffer_append (&self->offsets, &offset, sizeof offset);
    self->pieces = (packed_pieces_t) { (const uint32_t *) (const void *) self->offsets.data, self->bytes.data, chosen };
    free (pieces);
}

static void
s_append_bytes (buffer_t *out, slice_t word)
{
    for (size_t i = 0; i < word.size; i++) {
        if ((unsigned char) word.data [i] >= 0x80 || word.data [i] <= PACKED_BYTE)
            buffer_append_char (out, PACKED_BYTE);
        buffer_append_char (out, word.data [i]);
    }
}

uint32_t
packer_add (packer_t *self, slice_t text)
{
    buffer_t packed;
    buffer_init (&packed, POOL_BYTES_MAX);
    while (text.size) {
        slice_t word = s_cut_word (&text);
        uint32_t at = pool_add (&self->words, word);
        uint32_t piece = at < self->counts_size ? self->codes [at] : 0;
        char code [2];
        if (piece)
            buffer_append (&packed, code, packed_code (piece - 1, code));
        else
            s_append_bytes (&packed, word);
    }
    uint32_t at = pool_add (&self->texts, buffer_slice (&packed));
    buffer_deinit (&packed);
    return at;
}
