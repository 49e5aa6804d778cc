#include "profile_file.h"

#include <assert.h>

static const char *const PROFILES [] = { "default", "dev", "my dev", "" };
static const char *const KEYS [] = { "aws_access_key_id", "region", "s3" };
static const char *const WORDS [] = { NULL, "profile", "sso-session", "services" };

//  A value is a piece of the text, without blanks around it; what the SDKs read of it is no longer, and no line of it begins or ends with a blank.
static void
s_assert_value (slice_t text, slice_t value)
{
    assert (value.data >= text.data && value.data + value.size <= text.data + text.size);
    assert (slice_trim (value).size == value.size);
    buffer_t read;
    buffer_init (&read, value.size);
    profile_value_append (&read, value);
    assert (buffer_status (&read) != STATUS_TOO_LARGE);
    slice_t rest = buffer_slice (&read);
    while (rest.size) {
        slice_t line = slice_cut (&rest, '\n');
        assert (slice_trim (line).size == line.size);
    }
    buffer_deinit (&read);
}

static void
s_look_into_sections (slice_t text)
{
    for (size_t w = 0; w < sizeof WORDS / sizeof *WORDS; w++) {
        section_t section = { WORDS [w], SLICE ("dev") };
        bool has = section_has (text, section);
        for (size_t k = 0; k < sizeof KEYS / sizeof *KEYS; k++) {
            slice_t outer = section_value (text, section, KEYS [k]);
            slice_t inner = section_inner_value (text, section, KEYS [k], "region");
            assert (has || (!outer.data && !inner.data));
            assert (!inner.data || (outer.data && outer.size == 0));
            if (inner.data)
                s_assert_value (text, inner);
        }
    }
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  Input: a file, read as each of the two.
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    slice_t text = { (const char *) data, size };
    s_look_into_sections (text);
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
