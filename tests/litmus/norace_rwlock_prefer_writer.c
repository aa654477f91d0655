/* P3: the writer-preferring kind orders the same. */
#define _GNU_SOURCE
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

static void reader(void)
{
    meet(3);
    pthread_rwlock_rdlock(&lock);
    use(g_x);
    pthread_rwlock_unlock(&lock);
}

static void writer(void)
{
    meet(3);
    pthread_rwlock_wrlock(&lock);
    g_x++;
    pthread_rwlock_unlock(&lock);
}

int main(void)
{
    litmus_run3(reader, writer, reader);
    return 0;
}
