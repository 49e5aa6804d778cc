/*  catalogue_table - the parts of the compiled table, for catalogue.c and metric_search.c

    Thread: any; it never changes. */

#ifndef CATALOGUE_TABLE_H
#define CATALOGUE_TABLE_H

#include "catalogue_layout.h"

static inline const layout_header_t *
table_header (void)
{
    return (const layout_header_t *) (const void *) catalogue_block;
}

static inline const void *
table_part (layout_part_t part)
{
    return catalogue_block + part.at;
}

static inline const char *
table_name (uint32_t at)
{
    return (const char *) table_part (table_header ()->names) + at;
}

static inline const layout_metric_t *
table_metric (uint32_t id)
{
    return (const layout_metric_t *) table_part (table_header ()->metrics) + id;
}

static inline const layout_namespace_t *
table_namespace (uint32_t id)
{
    return (const layout_namespace_t *) table_part (table_header ()->namespaces) + id;
}

#endif
