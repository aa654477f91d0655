/* Text that grows, in memory straight from the kernel, or in some that is set aside. */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dump.h"

#define TEXT_FIRST (64u << 10)

/* For whoever comes first when there is no memory; the text ends where it ends. */
static char spare[TEXT_FIRST];
static atomic_flag spare_taken;

static bool text_spare(struct text *text)
{
    if (text->bytes || atomic_flag_test_and_set(&spare_taken))
        return false;
    text->bytes = spare;
    text->capacity = sizeof spare;
    return true;
}

static bool text_grow(struct text *text, size_t needed)
{
    size_t capacity = text->capacity ? text->capacity : TEXT_FIRST;
    while (capacity < needed)
        capacity *= 2;
    if (capacity == text->capacity)
        return true;
    if (text->bytes == spare)
        return false;
    void *grown = text->bytes ? mremap(text->bytes, text->capacity, capacity, MREMAP_MAYMOVE)
                              : mmap(NULL, capacity, PROT_READ | PROT_WRITE,
                                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (grown == MAP_FAILED)
        return text_spare(text);
    text->bytes = grown;
    text->capacity = capacity;
    return true;
}

void text_add(struct text *text, const char *format, ...)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        size_t room = text->capacity - text->length;
        va_list list;
        va_start(list, format);
        int length = vsnprintf(text->bytes ? text->bytes + text->length : NULL, room, format, list);
        va_end(list);
        if (length < 0)
            return;
        if ((size_t)length < room) {
            text->length += (size_t)length;
            return;
        }
        if (!text_grow(text, text->length + (size_t)length + 1))
            return;
    }
}

void text_write(struct text *text, int fd)
{
    for (size_t at = 0; at < text->length;) {
        ssize_t written = write(fd, text->bytes + at, text->length - at);
        if (written < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1); /* a conn_of made it so */
        else if (written < 0 && errno != EINTR)
            break;
        if (written > 0)
            at += (size_t)written;
    }
    if (text->bytes == spare)
        atomic_flag_clear(&spare_taken);
    else if (text->bytes)
        munmap(text->bytes, text->capacity);
    *text = (struct text){0};
}
