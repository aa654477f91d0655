/* G25: also when a panic runs it. */
// expect-location: g_x
// expect-frame: last_words
// expect-count: 1
#include "golitmus.h"

int g_x;

static void last_words(int value)
{
    must(go_recover());
    g_x = value;
    reach(1);
}

static void worker(void)
{
    go_on_recover return;
    defer(last_words, 1);
    go_panic("the end");
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
