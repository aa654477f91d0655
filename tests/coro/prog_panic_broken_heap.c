/*
 * A panic says its words although the heap is broken; the stack is told without the heap's help.
 * exit: 2
 * stderr: ^panic: out of luck$
 * stderr: ^goroutine 1 \[running\]:$
 * stderr: prog_panic_broken_heap
 */
#include <racerun/go.h>
#include <stddef.h>

static volatile int broken;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static void touch(void)
{
    if (broken)
        *(volatile int *)(size_t)broken = 0;
}

void *malloc(size_t size)
{
    touch();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    touch();
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    touch();
    return __libc_realloc(memory, size);
}

static void breaks_it(void)
{
    broken = 64; /* an address that nobody may write to */
}

int main(void)
{
    defer(breaks_it);
    go_panic("out of luck");
}
