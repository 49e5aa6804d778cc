/*  alarm_text - times and numbers as the sentences and the JSON of alarms have them

    CloudWatch is written in Java, and it shows. Each function writes into a text of ALARM_TEXT_SIZE and returns it.

    Thread: any; no state. */

#ifndef SIM_ALARM_TEXT_H
#define SIM_ALARM_TEXT_H

#include <stdint.h>

enum { ALARM_TEXT_SIZE = 64 };

//  22/11/26 22:55:00, as the sentence of a datapoint has it.
const char *alarm_text_short (int64_t time_ms, char *text);

//  Sunday 22 November, 2026 22:55:00 UTC, as the sentence of a composite alarm has it.
const char *alarm_text_long (int64_t time_ms, char *text);

//  2026-11-22T22:55:00.000+0000, as the JSON has it.
const char *alarm_text_json (int64_t time_ms, char *text);

//  7.0, 97.46, 2.147483648E10.
const char *alarm_text_number (double number, char *text);

#endif
