#include "page.h"

#include "chance.h"

#include <openssl/evp.h>
#include <stdlib.h>

//  A token is the offset and a seal over it and the question, in base64. Its decoder writes whole groups of three bytes.
enum { TOKEN_BYTES = 16, TOKEN_TEXT = 24, DECODED_BYTES = 18 };

static uint64_t
s_digest_slice (uint64_t digest, slice_t text)
{
    for (size_t i = 0; i < text.size; i++)
        digest = (digest ^ (unsigned char) text.data [i]) * UINT64_C (0x100000001b3);
    return digest;
}

uint64_t
page_question (const char *operation, slice_t region, const yyjson_val *input, const char *token_member, const char *size_member)
{
    size_t index, max;
    yyjson_val *key, *value;
    uint64_t question = s_digest_slice (chance_of_text (operation), region);
    yyjson_obj_foreach ((yyjson_val *) input, index, max, key, value) {
        const char *name = yyjson_get_str (key);
        if ((token_member && strcmp (name, token_member) == 0) || (size_member && strcmp (name, size_member) == 0) || yyjson_is_null (value))
            continue;
        size_t size = 0;
        char *text = yyjson_val_write (value, 0, &size);
        //  A sum, because members may come in another order the next time.
        question += s_digest_slice (chance_of_text (name), (slice_t) { text, text ? size : 0 });
        free (text);
    }
    return question;
}

static uint64_t
s_seal (uint64_t question, uint64_t offset)
{
    uint64_t words [2] = { question, offset };
    return s_digest_slice (chance_of_text ("page"), (slice_t) { (const char *) words, sizeof words });
}

void
page_write (uint64_t question, uint64_t offset, char *token)
{
    uint64_t words [2] = { s_seal (question, offset), offset };
    unsigned char bytes [TOKEN_BYTES];
    memcpy (bytes, words, sizeof bytes);
    EVP_EncodeBlock ((unsigned char *) token, bytes, sizeof bytes);
}

bool
page_read (slice_t token, uint64_t question, uint64_t *offset)
{
    unsigned char bytes [DECODED_BYTES];
    uint64_t words [2];
    if (token.size != TOKEN_TEXT || EVP_DecodeBlock (bytes, (const unsigned char *) token.data, TOKEN_TEXT) != DECODED_BYTES)
        return false;
    memcpy (words, bytes, TOKEN_BYTES);
    *offset = words [1];
    return words [0] == s_seal (question, words [1]);
}
