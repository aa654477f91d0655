/* finds: assertion */
#include "threads.h"

/* Who looked before taking finds nothing there: another has taken all, in ten small steps. */
enum { MONEY = 10 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int balance = MONEY;

static bool take(int amount, bool really)
{
    pthread_mutex_lock(&m);
    bool enough = balance >= amount;
    if (really && enough)
        balance -= amount;
    pthread_mutex_unlock(&m);
    return enough;
}

static void *looker(void *unused)
{
#ifdef FIXED
    take(1, true);
#else
    if (take(1, false)) {
        bool taken = take(1, true);
        assert(taken);
    }
#endif
    return unused;
}

static void *taker(void *unused)
{
    for (int i = 0; i < MONEY; i++) {
        take(1, true);
        work_for(1);
    }
    return unused;
}

int main(void)
{
    start(looker);
    start(taker);
    join_all();
    assert(balance >= 0);
    return 0;
}
