/*
 * -leaks off: nobody looks.
 * arguments: -leaks=off
 * stdout-like: ^PASS$
 * stderr-not: .
 */
#include <racerun/go.h>

static void sender(chan(int) c)
{
    chan_send(c, 1);
}

static void test_leaves_one(rgo_test *t)
{
    (void)t;
    go(sender, chan_make(int));
}

RGO_TESTING_MAIN(test_leaves_one)
