/* P3: between writers it is a mutex. */
#include "../support/litmus.h"

int g_x;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void writer(void)
{
    meet(2);
    pthread_rwlock_wrlock(&lock);
    g_x++;
    pthread_rwlock_unlock(&lock);
}

int main(void)
{
    litmus_run2(writer, writer);
    return 0;
}
