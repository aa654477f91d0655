/*
 * A thousand goroutines at once, of stacks of several sizes, that wait, wake each other, call deeply, wait
 * outside and end, twice over: what Valgrind's memcheck must have nothing to say about.
 */
#include <racerun/go.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 1000, ROUNDS = 2 };

static long deep(long levels)
{
    char frame[200];
    memset(frame, (int)levels, sizeof frame);
    long below = levels ? deep(levels - 1) : 0;
    return below + (frame[17] == (char)levels);
}

static size_t measure(const char *text)
{
    return strlen(text);
}

static void work(int number, chan(long) in, chan(long) out)
{
    char *text = malloc(100);
    if (!text)
        abort();
    snprintf(text, 100, "goroutine %d", number);
    long got = chan_get(in) + deep(50);
    if (number % 50 == 0)
        got += (long)go_blocking(measure, text);
    go_yield();
    free(text);
    chan_send(out, got);
}

int main(void)
{
    chan(long) in = chan_make(long), out = chan_make(long, 10);
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < COUNT; i++) {
            go_attr attr = {.stack_size = i % 100 == 0 ? 128 << 10 : 0};
            go_with(&attr, work, i, in, out);
        }
        for (int i = 0; i < COUNT; i++)
            chan_send(in, i);
        for (int i = 0; i < COUNT; i++)
            sum += chan_get(out);
    }
    chan_free(in);
    chan_free(out);
    printf("%ld\n", sum);
    return 0;
}
