/*  blocks - items with many members, one below the other

        ALARM  shop-orders-db-cpu  since 2026-11-23T01:16Z
            when         AWS/RDS CPUUtilization {DBInstanceIdentifier=shop-orders-1} Average >= 90 for 5 x 60 s
            reason       Threshold Crossed: 5 out of the last 5 datapoints …

    The first line has what makes an item: its state, its name (else its first text), since when. Below stand its other members, broken at words on
    a terminal. What is null or empty is left out.

    Thread: any; no state. */

#ifndef BLOCKS_H
#define BLOCKS_H

#include "json.h"
#include "terminal.h"

//  A list of objects?
bool blocks_fit (yyjson_val *items);

void blocks_write (buffer_t *out, yyjson_val *items, const terminal_t *terminal);

//  One line, or as many as it takes: the member's heading, in label_width columns, and its value beside it. Nothing for an empty value.
void blocks_write_member (buffer_t *out, slice_t name, yyjson_val *value, size_t indent, size_t label_width, const terminal_t *terminal);

#endif
