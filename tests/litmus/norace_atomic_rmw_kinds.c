/* P8: add, sub, and, or, xor, nand and exchange: each releases and acquires. */
#include "../support/litmus.h"

enum { KINDS = 7 };
int g_data;
int g_flag;

static int modify(int kind)
{
    switch (kind) {
    case 0:
        return __atomic_fetch_add(&g_flag, 1, __ATOMIC_ACQ_REL);
    case 1:
        return __atomic_fetch_sub(&g_flag, 1, __ATOMIC_ACQ_REL);
    case 2:
        return __atomic_fetch_and(&g_flag, 1, __ATOMIC_ACQ_REL);
    case 3:
        return __atomic_fetch_or(&g_flag, 1, __ATOMIC_ACQ_REL);
    case 4:
        return __atomic_fetch_xor(&g_flag, 1, __ATOMIC_ACQ_REL);
    case 5:
        return __atomic_fetch_nand(&g_flag, 1, __ATOMIC_ACQ_REL);
    default:
        return __atomic_exchange_n(&g_flag, 1, __ATOMIC_ACQ_REL);
    }
}

static void *stage(void *arg)
{
    int me = *(int *)arg;
    await(me);
    use(modify(me));
    g_data++;
    use(modify(me));
    reach(me + 1);
    return NULL;
}

int main(void)
{
    pthread_t threads[KINDS];
    int numbers[KINDS];
    for (int i = 0; i < KINDS; i++) {
        numbers[i] = i;
        must(pthread_create(&threads[i], NULL, stage, &numbers[i]) == 0);
    }
    for (int i = 0; i < KINDS; i++)
        join(threads[i]);
    must(g_data == KINDS);
    return 0;
}
