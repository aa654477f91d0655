/* G9: a channel variable that is set anew by who has heard that nobody uses it. */
#include "golitmus.h"

chan(int) g_values;
static chan(int) done;

static void user(void)
{
    chan_send(g_values, 1);
    chan_send(done, 0);
}

static void owner(void)
{
    chan_get(done);
    g_values = NULL;
}

int main(void)
{
    chan(int) values = chan_make(int, 1);
    g_values = values;
    done = chan_make(int);
    run2(user, owner);
    chan_free(done);
    chan_free(values);
    return 0;
}
