/* HB: a location that was shared correctly for long is not trusted for ever. */
// expect-location: g_x
// expect-frame: careless
#include "../support/litmus.h"

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void careful(void)
{
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&lock);
        g_x++;
        pthread_mutex_unlock(&lock);
    }
}

static void careless(void)
{
    careful();
    meet(2);
    g_x++;
}

static void careful_to_the_end(void)
{
    careful();
    meet(2);
    careful();
}

int main(void)
{
    litmus_run2(careful_to_the_end, careless);
    return 0;
}
