/* clean: the tellers of race.c, with a lock. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long customers;

static void *teller(void *unused)
{
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&lock);
        customers++;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, teller, NULL);
    pthread_create(&other, NULL, teller, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    printf("customers: %ld\n", customers);
    return customers == 6 ? 0 : 1;
}
