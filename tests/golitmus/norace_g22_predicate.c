/* G22: the usual form: a predicate under the lock, in a loop. */
#include "golitmus.h"

mutex g_lock;
cond g_changed;
int g_turn;

static void take_turns(int mine)
{
    for (int i = 0; i < 20; i++) {
        mutex_lock(&g_lock);
        while (g_turn % 2 != mine)
            cond_wait(&g_changed);
        g_turn++;
        cond_signal(&g_changed);
        mutex_unlock(&g_lock);
    }
}

static void even(void)
{
    take_turns(0);
}

static void odd(void)
{
    take_turns(1);
}

int main(void)
{
    cond_init(&g_changed, &g_lock);
    run2(even, odd);
    must(g_turn == 40);
    return 0;
}
