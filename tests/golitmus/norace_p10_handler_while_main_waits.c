/* P10: a handler runs inside its thread's program order, also on main's thread while main waits and
 * that thread runs the scheduler. */
#include "golitmus.h"
#include <pthread.h>
#include <signal.h>

enum { ROUNDS = 20 };

static chan(int) go_on;
static pthread_t main_thread;
int g_before, g_after;
static int round_now;

static void handler(int signal)
{
    (void)signal;
    must(g_before == round_now);
    g_after = round_now;
    reach(2 * round_now);
}

static void *thread(void *unused)
{
    for (int i = 1; i <= ROUNDS; i++) {
        await(2 * i - 1);
        pthread_kill(main_thread, SIGUSR1);
        await(2 * i);
        chan_send(go_on, i);
    }
    return unused;
}

int main(void)
{
    pthread_t other;
    go_on = chan_make(int);
    main_thread = pthread_self();
    must(signal(SIGUSR1, handler) != SIG_ERR);
    must(pthread_create(&other, NULL, thread, NULL) == 0);
    for (int i = 1; i <= ROUNDS; i++) {
        round_now = g_before = i;
        reach(2 * i - 1);
        must(chan_get(go_on) == i);
        must(g_after == i);
    }
    must(pthread_join(other, NULL) == 0);
    return 0;
}
