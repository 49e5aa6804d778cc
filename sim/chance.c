#include "chance.h"

#include <stdio.h>

//  The finishing step of splitmix64: every bit of the input reaches every bit of the output.
static uint64_t
s_stir (uint64_t number)
{
    number = (number ^ (number >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C (0x94d049bb133111eb);
    return number ^ (number >> 31);
}

void
chance_init (chance_t *self, uint64_t seed)
{
    self->state = s_stir (seed + 1);
}

uint64_t
chance_u64 (chance_t *self)
{
    self->state += UINT64_C (0x9e3779b97f4a7c15);
    return s_stir (self->state);
}

double
chance_unit (chance_t *self)
{
    return (double) (chance_u64 (self) >> 11) * 0x1.0p-53;
}

void
chance_uuid (chance_t *self, char *text)
{
    uint64_t high = chance_u64 (self);
    uint64_t low = chance_u64 (self);
    snprintf (text, CHANCE_UUID_SIZE, "%08x-%04x-4%03x-%04x-%012llx", (unsigned) (high >> 32), (unsigned) (high >> 16 & 0xffff),
              (unsigned) (high & 0xfff), (unsigned) (low >> 48 & 0x3fff) | 0x8000, (unsigned long long) (low & UINT64_C (0xffffffffffff)));
}

uint64_t
chance_of_text (const char *text)
{
    uint64_t number = UINT64_C (0xcbf29ce484222325);
    for (; *text; text++)
        number = (number ^ (unsigned char) *text) * UINT64_C (0x100000001b3);
    return s_stir (number);
}
