/* G29: also where the parent is cancelled, and the child's Done is seen. */
#include "golitmus.h"

static context *parent, *child;

int g_x;

static void canceller(void)
{
    g_x = 1;
    context_cancel(parent);
}

static void worker(void)
{
    chan_select {
        on_recv(context_done(child)) must(g_x == 1);
    }
}

int main(void)
{
    parent = context_with_cancel(NULL);
    child = context_with_timeout(parent, minutes(10));
    run3(canceller, worker, worker);
    context_release(parent);
    context_end(child);
    return 0;
}
