/* HB: eight concurrent readers, each joined before the write. */
#include "../support/litmus.h"

enum { READERS = 8 };
int g_x;

static void reader(void)
{
    use(g_x);
    meet(READERS);
}

int main(void)
{
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++)
        readers[i] = spawn(reader);
    for (int i = 0; i < READERS; i++)
        join(readers[i]);
    g_x = 1;
    return 0;
}
