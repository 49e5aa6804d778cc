#include "aws_trail.h"

#include <stdio.h>

void
aws_trail_init (aws_trail_t *self, aws_service_t service, const char *api, const uint8_t *trace)
{
    memset (self, 0, offsetof (aws_trail_t, stages));
    memcpy (self->trace, trace, SPAN_TRACE_BYTES);
    self->service = service;
    self->api = api;
    memcpy (&self->seed, trace + SPAN_TRACE_BYTES, sizeof self->seed);
    self->landed.status = STATUS_CANCELLED;
    span_next_id (&self->seed, self->flying);
}

//  CloudWatch and Logs say x-amzn-requestid, and some of their errors and other services x-amz-request-id.
static void
s_copy_request_id (aws_stage_t *stage, const transfer_answer_t *transfer)
{
    slice_t id = transfer_answer_header (transfer, "x-amzn-requestid");
    if (!id.data)
        id = transfer_answer_header (transfer, "x-amz-request-id");
    for (size_t i = 0; i < id.size && i < sizeof stage->request_id - 1; i++)
        stage->request_id [i] = id.data [i] > ' ' && id.data [i] < 0x7f ? id.data [i] : '?';
}

void
aws_trail_land (aws_trail_t *self, const transfer_answer_t *transfer, const aws_wire_answer_t *answer)
{
    aws_stage_t *stage = &self->landed;
    *stage = (aws_stage_t) { .http_status = transfer->http_status, .timings = transfer->timings, .status = transfer->status };
    if (transfer->http_status)
        s_copy_request_id (stage, transfer);
    if (answer->error.class == AWS_NO_ERROR)
        return;
    if (answer->error.code [0])
        stage->status = aws_error_status (answer->error.class);
    const char *why = answer->error.code [0] ? answer->error.code : status_name (stage->status);
    snprintf (stage->error, sizeof stage->error, "%.*s", (int) sizeof stage->error - 1, why);
}

void
aws_trail_add (aws_trail_t *self, aws_stage_kind_t kind, int64_t began_us, int64_t ended_us, int attempt)
{
    aws_stage_t stage = { .status = STATUS_OK };
    if (kind == AWS_STAGE_ATTEMPT) {
        stage = self->landed;
        self->landed = (aws_stage_t) { .status = STATUS_CANCELLED };
        memcpy (stage.span, self->flying, sizeof stage.span);
        span_next_id (&self->seed, self->flying);
    } else {
        span_next_id (&self->seed, stage.span);
    }
    stage.kind = kind;
    stage.began_us = began_us;
    stage.ended_us = ended_us;
    stage.attempt = attempt;
    if (self->count < AWS_TRAIL_STAGES_MAX)
        self->stages [self->count++] = stage;
    else
        self->dropped++;
}
