/* traces: 1
 * stopped: schedules
 * by hand: what the loop waits for is written, and read, where nobody sees it, so it depends on
 * nobody. It is no livelock: before that is said the loop goes round once more, and then it is
 * left. No proof is claimed. */
#include "threads.h"

#define HIDDEN __attribute__((noinline, no_sanitize("thread")))

static atomic_int flag;
static volatile int hidden;

HIDDEN static int peek(void)
{
    return hidden;
}

HIDDEN static void poke(void)
{
    hidden = 1;
}

static void *run(void *number)
{
    if (number)
        poke();
    while (!number && !atomic_load(&flag) && !peek())
        ;
    return NULL;
}

int main(void)
{
    start_many(2, run);
    join_all();
}
