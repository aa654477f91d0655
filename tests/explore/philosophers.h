/* Each takes the fork at the left, then that at the right; the last one should take the other
 * first. */
#include "threads.h"

static pthread_mutex_t forks[SEATS];
static int meals[SEATS];

static void *dine(void *argument)
{
    long seat = (long)argument, left = seat, right = (seat + 1) % SEATS;
#ifdef FIXED
    if (left > right) {
        left = right;
        right = seat;
    }
#endif
    pthread_mutex_lock(&forks[left]);
    pthread_mutex_lock(&forks[right]);
    meals[seat]++;
    pthread_mutex_unlock(&forks[right]);
    pthread_mutex_unlock(&forks[left]);
    return NULL;
}

int main(void)
{
    for (int i = 0; i < SEATS; i++)
        pthread_mutex_init(&forks[i], NULL);
    start_many(SEATS, dine);
    join_all();
    return 0;
}
