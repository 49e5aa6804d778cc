/*  config_file - what a configuration file says, with the place of what is wrong in it

    Reads a file of at most 1 MB, JSON with comments and trailing commas, whose outermost value is an object; its members are settings by
    their names, each once, and accounts and quotas (config_accounts.h, config_quotas.h). A complaint names the file, the line and the column,
    and the setting that was probably meant.

    Owner:   config_read, while it reads.
    Never:   recurses: a file may be nested as deep as it likes, to no avail. */

#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include "config.h"

//  Sets what the file sets. NOT_FOUND when nothing is there under this path; INVALID_ARGUMENT for what cannot be read or is wrong, with a
//  sentence in *sentence; NO_MEMORY. A pipe is read to its end, for shells that pass one by a path.
MUST_CHECK status_t config_file_read (config_t *config, const char *path, buffer_t *sentence);

#endif
