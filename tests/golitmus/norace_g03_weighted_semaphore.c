/* G3: a weighted semaphore: readers take one of three, the writer takes all. */
#include "golitmus.h"

semaphore g_units = {.size = 3};
int g_x;

static void reader(void)
{
    semaphore_acquire(&g_units, 1);
    use(g_x);
    semaphore_release(&g_units, 1);
}

static void writer(void)
{
    semaphore_acquire(&g_units, 3);
    g_x++;
    semaphore_release(&g_units, 3);
}

int main(void)
{
    run3(reader, writer, writer);
    return 0;
}
