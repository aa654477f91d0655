/* G25: a thread's own variable that others were given the address of is shared like any. */
// expect-frame: thread
// expect-frame: goroutine
// expect-count: 1
#include "golitmus.h"

static __thread int mine;

static void thread(void)
{
    mine = 1;
    send_box(&mine);
    reach(1);
    while (!reached(2))
        invisible_yield();
    use(mine);
}

static void goroutine(void)
{
    await(1);
    use(*take_box(int));
    reach(2);
}

int main(void)
{
    pthread_t t = spawn(thread);
    run2(goroutine, go_yield);
    join(t);
    return 0;
}
