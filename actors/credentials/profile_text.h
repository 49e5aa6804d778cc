/*  profile_text - the syntax of the two files in which AWS's tools keep profiles

        [profile dev]                   a section; its bracket stands in the first column, and one that is not closed is nobody's
        region = eu-west-1 # mine       key = value; keys in any case; a comment behind a value begins with a blank and # or ;
        # key = value                   a line of its own that is a comment
        s3 =                            a key without a value, and a block of pairs that are indented deeper than it
          max_concurrent_requests = 20
        credential_process = keys       a value that goes on, in lines that are indented deeper than its key
          --of dev

    A section that comes twice goes on; of a key that comes twice the last value holds. In the config file sections are [default], or [profile NAME],
    [sso-session NAME], [services NAME]; a NAME with blanks in it stands in quotes. Where there is [profile default] too, [default] does not count. In
    the credentials file sections are bare: [NAME]. A byte order mark and Windows' ends of lines are fine. What is none of this is passed over.

    A value is a slice of the text, without blanks around it. One that goes on is that too, with all of its lines as they stand there:
    profile_value_append makes of it what the SDKs read.

    Thread: any; no state. Source: "shared config and credentials files" of the AWS SDKs and Tools reference guide; where the SDKs differ on indented
    lines, botocore's rule. */

#ifndef PROFILE_TEXT_H
#define PROFILE_TEXT_H

#include "buffer.h"

//  A section that is looked for: [word name], or [name] where the word is NULL.
typedef struct {
    const char *word;
    slice_t     name;
} section_t;

//  The section in which a file has this profile. config: the text is that of the config file.
section_t profile_section (slice_t text, bool config, slice_t profile);

bool    section_has (slice_t text, section_t section);

//  A key's value; absent when it is not there, empty when it has none or has a block.
slice_t section_value (slice_t text, section_t section, const char *key);

//  A value inside the key's block; of blocks that come twice, the last one holds.
slice_t section_inner_value (slice_t text, section_t section, const char *key, const char *inner_key);

//  The value's lines without blanks around them and without the comment of the first, joined by line breaks. Ask buffer_status.
void    profile_value_append (buffer_t *out, slice_t value);

//  For profiles: has and value of profile_section.
bool    profile_text_has (slice_t text, bool config, const char *profile);
slice_t profile_text_value (slice_t text, bool config, const char *profile, const char *key);

//  The next profile of the text, which is cut off up to there; false when there is none. One that goes on in another section comes again. A byte
//  order mark hides the first.
bool    profile_text_next (slice_t *rest, bool config, slice_t *name);

#endif
