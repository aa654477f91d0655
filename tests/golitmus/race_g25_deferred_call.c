/* G25: what a deferred call does, its goroutine does. */
// expect-location: g_x
// expect-frame: last_words
// expect-count: 1
#include "golitmus.h"

int g_x;

static void last_words(int value)
{
    g_x = value;
    reach(1);
}

static void worker(void)
{
    defer(last_words, 1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    run2(worker, reader);
    return 0;
}
