/* race: two tellers count their customers in one variable, and neither holds a lock. */
#include <pthread.h>
#include <stdio.h>

static long customers;

static void *teller(void *unused)
{
    for (int i = 0; i < 100; i++)
        customers++;
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, teller, NULL);
    pthread_create(&other, NULL, teller, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    printf("customers: %s\n", customers > 0 ? "some" : "none");
    return 0;
}
