/*  config_object - reads one object of a configuration file, without the file

    Include it behind cmocka.h. Owner: the test. */

#ifndef CONFIG_OBJECT_H
#define CONFIG_OBJECT_H

#include "config_value.h"
#include "json.h"

typedef status_t (config_object_fn) (config_t *config, yyjson_val *object, buffer_t *sentence);

//  Fills the sentence, which ends with a zero byte. The document is gone then: a configuration has copies.
static inline status_t
read_object (config_object_fn *read, const char *json, config_t *config, buffer_t *sentence)
{
    yyjson_doc *doc;
    assert_int_equal (config_value_init (config), STATUS_OK);
    assert_int_equal (json_read (slice_of (json), JSON_DEPTH_MAX, &doc, NULL), STATUS_OK);
    buffer_init (sentence, 2048);
    status_t status = read (config, yyjson_doc_get_root (doc), sentence);
    buffer_append_char (sentence, 0);
    yyjson_doc_free (doc);
    return status;
}

#endif
