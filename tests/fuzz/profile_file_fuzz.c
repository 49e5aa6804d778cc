#include "profile_file.h"

#include <assert.h>

static const char *const PROFILES [] = { "default", "dev", "my dev", "" };
static const char *const KEYS [] = { "aws_access_key_id", "region", "s3" };

//  A value is a piece of one line of the text, without blanks around it.
static void
s_assert_value (slice_t text, slice_t value)
{
    assert (value.data >= text.data && value.data + value.size <= text.data + text.size);
    assert (!memchr (value.data, '\n', value.size));
    assert (slice_trim (value).size == value.size);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: a file, read as each of the two.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    slice_t text = { (const char *) data, size };
    for (int config = 0; config < 2; config++)
        for (size_t p = 0; p < sizeof PROFILES / sizeof *PROFILES; p++) {
            bool has = profile_text_has (text, config, PROFILES [p]);
            for (size_t k = 0; k < sizeof KEYS / sizeof *KEYS; k++) {
                slice_t value = profile_text_value (text, config, PROFILES [p], KEYS [k]);
                assert (has || !value.data);
                if (value.data)
                    s_assert_value (text, value);
            }
        }
    return 0;
}
