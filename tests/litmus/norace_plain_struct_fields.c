/* HB: the fields of a structure are different memory locations. */
#include "../support/litmus.h"

struct mixed {
    char c;
    short s;
    int i;
    long l;
};
struct mixed g_mixed;

static void narrow(void)
{
    meet(2);
    g_mixed.c = 1;
    g_mixed.i = 1;
}

static void wide(void)
{
    meet(2);
    g_mixed.s = 1;
    g_mixed.l = 1;
}

int main(void)
{
    litmus_run2(narrow, wide);
    return 0;
}
