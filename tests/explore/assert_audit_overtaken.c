/* finds: assertion */
#include "threads.h"

/* An audit adds up accounts one by one, while transfers go from the last to the first. Only when
 * they all happen after it has looked at the first and before it looks at the last is more than
 * the tolerance missing. */
enum { ACCOUNTS = 6, TRANSFERS = 12, START = 20 };
static pthread_mutex_t locks[ACCOUNTS];
static int balance[ACCOUNTS];
#ifdef FIXED
static pthread_mutex_t all = PTHREAD_MUTEX_INITIALIZER;
#endif

static void *transfer(void *unused)
{
    for (int i = 0; i < TRANSFERS; i++) {
#ifdef FIXED
        pthread_mutex_lock(&all);
#endif
        pthread_mutex_lock(&locks[ACCOUNTS - 1]);
        balance[ACCOUNTS - 1]--;
        pthread_mutex_unlock(&locks[ACCOUNTS - 1]);
        pthread_mutex_lock(&locks[0]);
        balance[0]++;
        pthread_mutex_unlock(&locks[0]);
#ifdef FIXED
        pthread_mutex_unlock(&all);
#endif
    }
    return unused;
}

static void *audit(void *unused)
{
    int sum = 0;
#ifdef FIXED
    pthread_mutex_lock(&all);
#endif
    for (int i = 0; i < ACCOUNTS; i++) {
        pthread_mutex_lock(&locks[i]);
        sum += balance[i];
        pthread_mutex_unlock(&locks[i]);
    }
#ifdef FIXED
    pthread_mutex_unlock(&all);
#endif
    assert(sum > ACCOUNTS * START - TRANSFERS);
    return unused;
}

int main(void)
{
    for (int i = 0; i < ACCOUNTS; i++) {
        pthread_mutex_init(&locks[i], NULL);
        balance[i] = START;
    }
    start(transfer);
    start(audit);
    join_all();
    return 0;
}
