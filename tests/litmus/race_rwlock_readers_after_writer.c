/* P3: two readers are not ordered either when a writer came before both. */
// expect-location: g_x
// expect-frame: writing_reader
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
    pthread_rwlock_wrlock(&lock);
    g_x = 1;
    pthread_rwlock_unlock(&lock);
    reach(1);
}

static void writing_reader(void)
{
    await(1);
    pthread_rwlock_rdlock(&lock);
    g_x = 2;
    pthread_rwlock_unlock(&lock);
    reach(2);
}

static void reader(void)
{
    await(2);
    pthread_rwlock_rdlock(&lock);
    use(g_x);
    pthread_rwlock_unlock(&lock);
}

int main(void)
{
    litmus_run3(writer, writing_reader, reader);
    return 0;
}
