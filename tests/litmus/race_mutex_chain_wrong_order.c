/* P2: the middle thread takes the second mutex first, so nothing is passed on. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t first_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second_lock = PTHREAD_MUTEX_INITIALIZER;

static void writer(void)
{
    g_x = 1;
    pthread_mutex_lock(&first_lock);
    pthread_mutex_unlock(&first_lock);
    reach(1);
}

static void messenger(void)
{
    await(1);
    pthread_mutex_lock(&second_lock);
    pthread_mutex_unlock(&second_lock);
    pthread_mutex_lock(&first_lock);
    pthread_mutex_unlock(&first_lock);
    reach(2);
}

static void reader(void)
{
    await(2);
    pthread_mutex_lock(&second_lock);
    pthread_mutex_unlock(&second_lock);
    use(g_x);
}

int main(void)
{
    litmus_run3(writer, messenger, reader);
    return 0;
}
