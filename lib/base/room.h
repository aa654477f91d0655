/*
 * room: memory reserved at once that all processes share which are forked later, also what they
 * take from it then. Parts are taken one after the other and given back together, down to a mark.
 *
 * NULL stands for no room: each part is private memory of its own.
 */
#ifndef RACERUN_BASE_ROOM_H
#define RACERUN_BASE_ROOM_H

#include <stddef.h>

struct room;

/* NULL when the kernel refuses. */
struct room *room_create(size_t size);
/* A part that is a room of its own; NULL when there is no more. */
struct room *room_create_in(struct room *room, size_t size);
/* Zeroed, committed when touched; NULL when there is no more. */
void *room_take(struct room *room, size_t size);
/* Its pages go back to the kernel; in a room the place is free again from room_rewind on. */
void room_give(struct room *room, void *memory, size_t size);
size_t room_mark(const struct room *room);
/* Gives back all that was taken since. */
void room_rewind(struct room *room, size_t mark);

#endif
