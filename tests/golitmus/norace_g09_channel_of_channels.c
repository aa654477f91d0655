/* G9: a channel that is handed over by another one. */
#include "golitmus.h"

int g_x;
static chan(chan(int)) requests;

static void asker(void)
{
    chan(int) answer = chan_make(int);
    g_x = 20;
    chan_send(requests, answer);
    must(chan_get(answer) == 21);
    chan_free(answer);
}

static void answerer(void)
{
    chan(int) answer = chan_get(requests);
    chan_send(answer, g_x + 1);
}

int main(void)
{
    requests = chan_make(chan(int));
    run2(asker, answerer);
    chan_free(requests);
    return 0;
}
