/*  utf8 - characters in bytes that claim to be UTF-8

    One reader, for all who look at texts from outside character by character, and one list of the characters that must not be shown as they are.
    Overlong forms, surrogates and what lies beyond U+10FFFF are no characters.

    Thread: any; no state. Source of the list: Unicode 15, the control and format characters (Cc, Cf, Zl, Zp). */

#ifndef UTF8_H
#define UTF8_H

#include "slice.h"

//  What utf8_read gives for bytes that are no character.
#define UTF8_NONE UINT32_MAX

//  Reads the character that a text begins with, which must not be empty, and returns how many bytes it has. Where there is none: UTF8_NONE, and as
//  many bytes as could have become one (Unicode's "maximal subpart"), so that a cut character becomes one replacement and not three.
size_t utf8_read (slice_t text, uint32_t *character);

//  Does it move a cursor, turn the direction of writing around, or show nothing at all? Line feeds, tabs and all other controls are among them: who
//  lets some of them pass says so. The joiners (U+200C, U+200D) are not: scripts and emoji need them.
bool utf8_hidden (uint32_t character);

#endif
