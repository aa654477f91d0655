/* P8: a ticket lock. It is taken by an operation on 32 bits and given back by one on 16 of them. */
// tsan: knows a location by its address alone
#include "../support/litmus.h"

union ticket_lock {
    unsigned whole;
    struct {
        unsigned short next, owner;
    } part;
};

int g_x;
static union ticket_lock g_lock;

static void take(void)
{
    unsigned seen = __atomic_fetch_add(&g_lock.whole, 1, __ATOMIC_ACQUIRE);
    unsigned short mine = (unsigned short)seen;
    if (seen >> 16 != mine)
        while (__atomic_load_n(&g_lock.part.owner, __ATOMIC_ACQUIRE) != mine)
            invisible_yield();
}

static void give(void)
{
    __atomic_fetch_add(&g_lock.part.owner, 1, __ATOMIC_RELEASE);
}

static void first(void)
{
    take();
    g_x = 1;
    give();
    reach(1);
}

static void second(void)
{
    await(1);
    take();
    g_x = 2;
    give();
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
