/* P1: whoever joins is ordered, creator or not. */
#include "../support/litmus.h"

int g_x;
static pthread_t g_writer;

static void writer(void)
{
    g_x = 1;
}

static void joiner(void)
{
    join(g_writer);
    must(g_x == 1);
}

int main(void)
{
    g_writer = spawn(writer);
    join(spawn(joiner));
    return 0;
}
