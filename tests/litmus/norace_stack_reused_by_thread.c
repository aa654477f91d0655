/* P16: a new thread on the stack of a dead one, unordered with it: no false alarm. */
#include "../support/litmus.h"

static struct invisible last_tid;

static void worker(void)
{
    char local[2048];
    char *p = (char *)launder(local);
    for (size_t i = 0; i < sizeof local; i++)
        p[i] = (char)i;
    invisible_reach(&last_tid, invisible_gettid());
}

int main(void)
{
    for (int i = 0; i < 20; i++) {
        invisible_reach(&last_tid, 0);
        spawn_detached(worker);
        while (invisible_peek(&last_tid) == 0)
            invisible_yield();
        invisible_await_dead(invisible_peek(&last_tid));
    }
    return 0;
}
