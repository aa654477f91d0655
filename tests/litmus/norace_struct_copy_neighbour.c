/* HB: copying one element of an array touches no other. */
#include "../support/litmus.h"

struct odd {
    char bytes[37];
};
struct odd g_odd[3];

static void copier(void)
{
    struct odd local = *(struct odd *)launder(&g_odd[1]);
    meet(2);
    for (int i = 0; i < 100; i++) {
        g_odd[1] = local;
        use(g_odd[1].bytes[0]);
    }
}

static void neighbour(void)
{
    meet(2);
    for (int i = 0; i < 100; i++) {
        g_odd[0].bytes[36] = (char)i;
        g_odd[2].bytes[0] = (char)i;
        use(i);
    }
}

int main(void)
{
    litmus_run2(copier, neighbour);
    return 0;
}
