/*
 * memory: an arena (freed as a whole) and a growing byte buffer, for the report's own use.
 * Memory that runs out ends the process: a report that lost half of a finding would be worse.
 */
#ifndef RACERUN_REPORT_MEMORY_H
#define RACERUN_REPORT_MEMORY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_chunk;
struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t used;                /* of the newest */
};

/* Zeroed, aligned to 16. An all-zero arena is an empty one. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_copy(struct arena *arena, const char *bytes, size_t size); /* NUL added */
char *arena_string(struct arena *arena, const char *string);
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *arena, const char *format,
                                                         ...);
void arena_done(struct arena *arena);

/* Zeroed. */
void *memory_alloc(size_t size);
/* Makes room for one more element of `size` bytes in an array of `count`; capacities double. */
void *memory_grow(void *array, size_t count, size_t size);

/* Always NUL-terminated once something was added. An all-zero buffer is an empty one. */
struct buf {
    char *bytes;
    size_t size, capacity;
};
void buf_add(struct buf *buf, const char *bytes, size_t size);
void buf_put(struct buf *buf, const char *string);
void buf_char(struct buf *buf, char c);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *buf, const char *format, ...);
__attribute__((format(printf, 2, 0))) void buf_vprintf(struct buf *buf, const char *format,
                                                       va_list list);
void buf_clear(struct buf *buf); /* keeps the capacity */
void buf_done(struct buf *buf);

#endif
