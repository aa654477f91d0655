/*
 * Once: ten goroutines need the configuration, one of them loads it, the others wait until it is
 * there.
 *
 * stdout-only: loading the configuration
 * stdout-only: 10 goroutines saw port 8080
 */
#include <racerun/go.h>
#include <stdio.h>

static once loaded;
static int port;

static void load(void)
{
    printf("loading the configuration\n");
    port = 8080;
}

static void serve(chan(int) seen)
{
    once_do(&loaded, load);
    chan_send(seen, port);
}

int main(void)
{
    chan(int) seen = chan_make(int);
    int right = 0;

    for (int i = 0; i < 10; i++)
        go(serve, seen);
    for (int i = 0; i < 10; i++)
        right += chan_get(seen) == 8080;
    printf("%d goroutines saw port 8080\n", right);
    chan_free(seen);
    return 0;
}
