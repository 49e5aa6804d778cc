/*  profile_file - the two files in which AWS's tools keep profiles

    ~/.aws/config (AWS_CONFIG_FILE) has sections [default], [profile NAME], [sso-session NAME], [services NAME]; ~/.aws/credentials
    (AWS_SHARED_CREDENTIALS_FILE) has bare [NAME]. Where the config file has [profile default] too, [default] does not count. A line is
    key = value; a line that begins with # or ; is a comment, and so is what follows " #" or " ;" behind a value; lines that are indented below a
    key without a value are a block of their own (s3 =) and are passed over here. A section begins in the first column, and one whose bracket is
    not closed is nobody's.

    The text may hold secrets: it is in a secret buffer, and values are slices of it.

    Owner: whoever loaded it. Limit: PROFILE_FILE_BYTES_MAX; a larger file is an error. */

#ifndef PROFILE_FILE_H
#define PROFILE_FILE_H

#include "provider.h"

enum { PROFILE_FILE_BYTES_MAX = 1024 * 1024 };

typedef struct {
    char    *path;                      //  NULL: there is no place to look for it (no HOME)
    bool     config;                    //  Its sections are named as in the config file
    buffer_t text;                      //  Empty: no such file
} profile_file_t;

typedef struct {
    profile_file_t config;
    profile_file_t credentials;
} profile_files_t;

//  A file that does not exist is empty, and so is one in its usual place when that folder is closed to us. SYSTEM or TOO_LARGE with a sentence that
//  names the file; NO_MEMORY. profile_files_deinit in any case.
MUST_CHECK status_t profile_files_load (profile_files_t *self, const provider_context_t *context, buffer_t *sentence);
void profile_files_deinit (profile_files_t *self);

//  Does either file have this profile?
bool profile_files_has (const profile_files_t *self, const char *profile);

//  A key's value, absent when it is not there: of one file, or of the credentials file before the config file. What belongs together (the keys) must
//  come from one file.
slice_t profile_file_value (const profile_file_t *file, const char *profile, const char *key);
slice_t profile_files_value (const profile_files_t *self, const char *profile, const char *key);

//  The same in a text, for tests.
bool    profile_text_has (slice_t text, bool config, const char *profile);
slice_t profile_text_value (slice_t text, bool config, const char *profile, const char *key);

#endif
