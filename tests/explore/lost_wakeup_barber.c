/* finds: deadlock|lost wake-up; options: --spurious=0 */
#include "threads.h"

/* The barber looks for customers, then falls asleep; who comes in between wakes nobody. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell = PTHREAD_COND_INITIALIZER;
static atomic_int waiting;
enum { CUSTOMERS = 3 };

static void *barber(void *unused)
{
    for (int i = 0; i < CUSTOMERS; i++) {
#ifdef FIXED
        pthread_mutex_lock(&m);
        while (atomic_load(&waiting) == 0)
            pthread_cond_wait(&bell, &m);
        pthread_mutex_unlock(&m);
#else
        if (atomic_load(&waiting) == 0) {
            pthread_mutex_lock(&m);
            pthread_cond_wait(&bell, &m);
            pthread_mutex_unlock(&m);
        }
#endif
        atomic_fetch_sub(&waiting, 1);
    }
    return unused;
}

static void *customer(void *unused)
{
    pthread_mutex_lock(&m);
    atomic_fetch_add(&waiting, 1);
    pthread_cond_signal(&bell);
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    start(barber);
    start_many(CUSTOMERS, customer);
    join_all();
    return 0;
}
