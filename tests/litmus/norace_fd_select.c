/* P11: a write is ordered before the select and pselect that see it. */
// tsan: poll, select and epoll_wait do not acquire from the ready descriptor
#include "../support/litmus.h"
#include <sys/select.h>
#include <unistd.h>

int g_x;
static int ends[2];

static void writer(void)
{
    g_x = 1;
    must(write(ends[1], "x", 1) == 1);
}

static void by_select(void)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    must(select(ends[0] + 1, &set, NULL, NULL, NULL) == 1);
    must(g_x == 1);
}

static void by_pselect(void)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    must(pselect(ends[0] + 1, &set, NULL, NULL, NULL, NULL) == 1);
    must(g_x == 1);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run3(writer, by_select, by_pselect);
    return 0;
}
