/*  resources - what a client can pin: guides, what the tools know of an alarm, a log group, a namespace or a dashboard, and the catalogue of metrics

    A guide is a constant text, and so is what the catalogue knows of a namespace. The others are templates: reading one makes the calls that a model
    would make first, and shows each answer under the name of its tool. One that AWS does not know is an error, never an empty page; a part that
    failed says why, and the others stand.

    Owner:   none; no state. Thread: the gateway's. */

#ifndef RESOURCES_H
#define RESOURCES_H

#include "completes.h"
#include "errand.h"
#include "guides.h"

//  How long a client may keep what a template shows: it is read again when a person looks again.
enum { RESOURCES_TTL_MS = 15000 };

//  resources/list and resources/templates/list.
void resources_list (const guide_file_t *guides, const request_t *request, reply_t *reply);
void resources_list_templates (const request_t *request, reply_t *reply);

//  resources/read. NULL: the reply stands. Otherwise the errand, not yet begun, knows what to answer when its calls have ended.
errand_t *resources_read (const guide_file_t *guides, const errand_config_t *config, const request_t *request, reply_t *reply);

//  Is this the URI template of one of ours? Its {name} is completed by the kind; COMPLETES when it is none.
completes_t resources_completes (slice_t uri_template, slice_t variable, reply_t *reply);

#endif
