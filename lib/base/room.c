#include "base/room.h"

#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/sys.h"

enum { ROOM_PAGE = 4096 };

struct room {
    size_t size, taken; /* bytes, this header's page among them */
};

struct room *room_create(size_t size)
{
    struct room *room = sys_reserve_shared(size);
    if (room)
        *room = (struct room){.size = size, .taken = ROOM_PAGE};
    return room;
}

struct room *room_create_in(struct room *outer, size_t size)
{
    struct room *room = room_take(outer, size);
    if (room)
        *room = (struct room){.size = size, .taken = ROOM_PAGE};
    return room;
}

static size_t pages_of(size_t size)
{
    return (size + ROOM_PAGE - 1) & ~(size_t)(ROOM_PAGE - 1);
}

void *room_take(struct room *room, size_t size)
{
    if (!room)
        return sys_reserve(size);
    if (pages_of(size) > room->size - room->taken)
        return NULL;
    void *memory = (char *)room + room->taken;
    room->taken += pages_of(size);
    return memory;
}

void room_give(struct room *room, void *memory, size_t size)
{
    if (room) /* MADV_DONTNEED would leave shared pages as they are */
        sys_call3(SYS_madvise, (long)memory, (long)pages_of(size), MADV_REMOVE);
    else
        sys_release(memory, size);
}

size_t room_mark(const struct room *room)
{
    return room->taken;
}

void room_rewind(struct room *room, size_t mark)
{
    if (room->taken > mark)
        room_give(room, (char *)room + mark, room->taken - mark);
    room->taken = mark;
}
