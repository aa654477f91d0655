/* An exit handler joins it. */
// options: thread-leaks=yes
#include "../support/litmus.h"

#include <stdlib.h>

static pthread_t g_thread;

static void leaf(void)
{
}

static void at_end(void)
{
    join(g_thread);
}

int main(void)
{
    must(atexit(at_end) == 0);
    g_thread = spawn(leaf);
    return 0;
}
