/*  form - parameters as an AWS query service wants them (application/x-www-form-urlencoded)

    Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A…: every byte but A-Z a-z 0-9 - . _ ~ is encoded, a blank too.

    Thread: any; no state. */

#ifndef FORM_H
#define FORM_H

#include "buffer.h"

//  Appends "name=value" behind what is there, with an '&' between; nothing for an absent value. The name is written as it is.
void form_append (buffer_t *out, const char *name, slice_t value);

#endif
