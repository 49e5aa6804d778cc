/*  chain - a circle of members that know their neighbours

    The head is a link of its own, the others are the first member of what they chain. Joining and leaving take the same time wherever a member
    stands, and a member that is in no chain is alone in its own: leaving is idempotent.

    Owner:   whoever owns the members. Thread: theirs. */

#ifndef CHAIN_H
#define CHAIN_H

#include <stdbool.h>

typedef struct chain {
    struct chain *next, *previous;
} chain_t;

static inline void
chain_init (chain_t *self)
{
    self->next = self->previous = self;
}

static inline void
chain_leave (chain_t *member)
{
    member->previous->next = member->next;
    member->next->previous = member->previous;
    chain_init (member);
}

//  As the last one before the head; the member must be alone.
static inline void
chain_join (chain_t *head, chain_t *member)
{
    member->next = head;
    member->previous = head->previous;
    head->previous->next = member;
    head->previous = member;
}

static inline bool
chain_is_empty (const chain_t *head)
{
    return head->next == head;
}

#endif
