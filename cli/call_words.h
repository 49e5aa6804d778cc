/*  call_words - the words of the command line

    Arguments of a tool are KEY=VALUE. A value is taken for what the contract says the argument is: limit=20 is a number and prefix=20 a text; a list
    is a,b,c or JSON; an object is Name=value,Name=value or JSON, or a word for each member: KEY.Name=value. What cannot be taken so stays a text,
    and the contract's own check says what is wrong. But where a list or an object is wanted, what looks like JSON must be JSON: half of it would be
    taken for a name.

    @FILE is all that the JSON object in that file says, and - is the one on standard input; other words may stand beside it.

    Flags may stand anywhere; "--" ends them. What follows a flag that takes a value is its value, whatever it looks like.

    Thread: main; no state. */

#ifndef CALL_WORDS_H
#define CALL_WORDS_H

#include "contract.h"
#include "json.h"

//  Adds the arguments to the object. False, with a sentence, for a word that is none of the above, for broken JSON, for a file that cannot be read,
//  and for an argument that is given twice.
bool call_words_read (const contract_t *contract, int argc, char *const *argv, yyjson_mut_doc *doc, yyjson_mut_val *object, buffer_t *sentence);

//  The way back: the members of an object as words to be typed into a shell, each with a blank before it.
void call_words_write (buffer_t *out, yyjson_val *object);

//  Is the flag (one without a value) there?
bool call_words_has_flag (int argc, char *const *argv, const char *flag);

//  Takes it out of argv; true when it was there.
bool call_words_take_flag (int *argc, char **argv, const char *flag);

//  Where the first word is that is neither a flag (nor "-x") nor a flag's value; argc: nowhere.
int  call_words_first (int argc, char *const *argv);

//  Settings and words apart, whatever their order: `call TOOL a=b --region x`, `call --region x TOOL a=b`. Both arrays have room for argc + 1, and
//  end with NULL. Returns how many flags there are, their values included.
int  call_words_split (int argc, char *const *argv, char **flags, char **words);

//  Is one of the flags an argument of the tool, and no setting, as in --state ALARM? Then the sentence says how it is written.
bool call_words_refuse_flag (const contract_t *contract, int argc, char *const *argv, buffer_t *sentence);

#endif
