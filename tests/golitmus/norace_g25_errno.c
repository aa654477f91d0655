/* G25: errno is each goroutine's own, on whatever thread it goes on. */
#include "golitmus.h"

static void worker(void)
{
    for (int i = 1; i < 30; i++) {
        errno = i;
        go_yield();
        must(errno == i);
    }
}

int main(void)
{
    run3(worker, worker, worker);
    return 0;
}
