/* P12, P16: memory that one thread frees and another gets starts unknown to all. */
#include "../support/litmus.h"
#include <stdlib.h>

static NOINLINE void churn(void)
{
    for (int i = 0; i < 500; i++) {
        char *p = (char *)malloc(48);
        must(p);
        for (int k = 0; k < 48; k++)
            p[k] = (char)k;
        use(p[i % 48]);
        free(p);
    }
}

static void first(void)
{
    churn();
    reach(1);
}

static void second(void)
{
    await(1);
    churn();
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
