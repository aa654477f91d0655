/* P5: a thread that leaves the first phase late, when the second is over, must not acquire the
 * second. A signal handler holds it inside its wait meanwhile. */
// expect-location: g_x
// expect-frame: straggler
// expect-frame: writer
// expect-count: 1
// tsan: one clock for all phases; defers the handler until the wait is over, so it hangs
#include "../support/litmus.h"
#include <signal.h>

int g_x;
static pthread_barrier_t barrier;

static void handler(int signal_number)
{
    (void)signal_number;
    reach(1);
    await(3);
}

static void straggler(void)
{
    pthread_barrier_wait(&barrier);
    await(3);
    use(g_x);
}

static void partner(void)
{
    await(1);
    pthread_barrier_wait(&barrier);
    reach(2);
}

static void writer(void)
{
    await(2);
    g_x = 1;
    pthread_barrier_wait(&barrier);
    reach(3);
}

static void writers_partner(void)
{
    await(2);
    pthread_barrier_wait(&barrier);
}

int main(void)
{
    must(signal(SIGUSR1, handler) != SIG_ERR);
    must(pthread_barrier_init(&barrier, NULL, 2) == 0);
    pthread_t late = spawn(straggler);
    while (invisible_peek(&barrier) == 0) /* glibc counts arrivals in the first word */
        invisible_yield();
    pthread_t first = spawn(partner);
    must(pthread_kill(late, SIGUSR1) == 0);
    litmus_run2(writer, writers_partner);
    join(first);
    join(late);
    return 0;
}
