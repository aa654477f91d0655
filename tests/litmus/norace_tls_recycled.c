/* P16: the TLS block of a dead thread serves the next, unordered with it: no false alarm. */
#include "../support/litmus.h"

__thread int own[32];
static struct invisible last_tid;

static void worker(void)
{
    for (int i = 0; i < 32; i++)
        own[i]++;
    must(own[7] == 1);
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
