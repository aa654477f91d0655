#include "report/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

#define CHUNK_SIZE ((size_t)32 << 10)

struct arena_chunk {
    struct arena_chunk *next;
    size_t size; /* of bytes */
    _Alignas(16) char bytes[];
};

void *memory_alloc(size_t size)
{
    void *memory = calloc(1, size ? size : 1);
    CHECK_MSG(memory, "the report ran out of memory");
    return memory;
}

void *memory_grow(void *array, size_t count, size_t size)
{
    if (count & (count - 1)) /* the capacity is the next power of two */
        return array;
    size_t capacity = count ? count * 2 : 1;
    array = realloc(array, capacity * size);
    CHECK_MSG(array, "the report ran out of memory");
    return array;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size = (size + 15) & ~(size_t)15;
    struct arena_chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - arena->used < size) {
        size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        chunk = memory_alloc(sizeof(*chunk) + room);
        chunk->size = room;
        chunk->next = arena->chunks;
        arena->chunks = chunk;
        arena->used = 0;
    }
    void *memory = chunk->bytes + arena->used;
    arena->used += size;
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    CHECK(!__builtin_mul_overflow(count, size, &total));
    return arena_alloc(arena, total);
}

char *arena_copy(struct arena *arena, const char *bytes, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);
    if (size)
        memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
    return arena_copy(arena, string, strlen(string));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    CHECK(size >= 0);
    char *string = arena_alloc(arena, (size_t)size + 1);
    vsnprintf(string, (size_t)size + 1, format, again);
    va_end(again);
    va_end(list);
    return string;
}

void arena_done(struct arena *arena)
{
    for (struct arena_chunk *chunk = arena->chunks, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    *arena = (struct arena){0};
}

static void buf_room(struct buf *buf, size_t more)
{
    size_t need = buf->size + more + 1;
    if (need <= buf->capacity)
        return;
    size_t capacity = buf->capacity ? buf->capacity : 512;
    while (capacity < need)
        capacity *= 2;
    buf->bytes = realloc(buf->bytes, capacity);
    CHECK_MSG(buf->bytes, "the report ran out of memory");
    buf->capacity = capacity;
}

void buf_add(struct buf *buf, const char *bytes, size_t size)
{
    buf_room(buf, size);
    if (size)
        memcpy(buf->bytes + buf->size, bytes, size);
    buf->size += size;
    buf->bytes[buf->size] = '\0';
}

void buf_put(struct buf *buf, const char *string)
{
    buf_add(buf, string, strlen(string));
}

void buf_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_vprintf(struct buf *buf, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    CHECK(size >= 0);
    buf_room(buf, (size_t)size);
    vsnprintf(buf->bytes + buf->size, (size_t)size + 1, format, again);
    buf->size += (size_t)size;
    va_end(again);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    buf_vprintf(buf, format, list);
    va_end(list);
}

void buf_clear(struct buf *buf)
{
    buf->size = 0;
    if (buf->bytes)
        buf->bytes[0] = '\0';
}

void buf_done(struct buf *buf)
{
    free(buf->bytes);
    *buf = (struct buf){0};
}
