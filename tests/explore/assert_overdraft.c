/* finds: assertion */
#include "threads.h"

/* Four withdraw; looking and taking are two critical sections. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int balance = 30;

static void *withdraw(void *unused)
{
    pthread_mutex_lock(&m);
    int enough = balance >= 10;
#ifndef FIXED
    pthread_mutex_unlock(&m);
    pthread_mutex_lock(&m);
#endif
    if (enough)
        balance -= 10;
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    start_many(4, withdraw);
    join_all();
    assert(balance >= 0);
    return 0;
}
