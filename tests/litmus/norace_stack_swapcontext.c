/* HB: user contexts that one thread switches between run in its program order. */
#include "../support/litmus.h"
#include <ucontext.h>

int g_x;
static ucontext_t main_context;
static ucontext_t side_context;
static char side_stack[256 * 1024];

static NOINLINE void side(void)
{
    for (;;) {
        g_x++;
        must(swapcontext(&side_context, &main_context) == 0);
    }
}

static void worker(void)
{
    must(getcontext(&side_context) == 0);
    side_context.uc_stack.ss_sp = side_stack;
    side_context.uc_stack.ss_size = sizeof side_stack;
    makecontext(&side_context, side, 0);
    for (int i = 0; i < 50; i++) {
        g_x++;
        must(swapcontext(&main_context, &side_context) == 0);
    }
}

int main(void)
{
    join(spawn(worker));
    must(g_x == 100);
    return 0;
}
