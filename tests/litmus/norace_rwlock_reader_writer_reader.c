/* P3: the first reader is ordered before the second through the writer between them. */
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void first_reader(void)
{
    g_x = 1;
    pthread_rwlock_rdlock(&lock);
    pthread_rwlock_unlock(&lock);
    reach(1);
}

static void writer(void)
{
    await(1);
    pthread_rwlock_wrlock(&lock);
    pthread_rwlock_unlock(&lock);
    reach(2);
}

static void second_reader(void)
{
    await(2);
    pthread_rwlock_rdlock(&lock);
    pthread_rwlock_unlock(&lock);
    must(g_x == 1);
}

int main(void)
{
    litmus_run3(first_reader, writer, second_reader);
    return 0;
}
