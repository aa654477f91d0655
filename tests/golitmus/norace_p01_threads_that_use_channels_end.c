/* P1: what a thread of the program's own does comes before the return of its join, though it was a
 * goroutine, too; and what ends and begins all the time is nobody else. */
#include "golitmus.h"
#include <pthread.h>

enum { ROUNDS = 30, THREADS = 4 };

static chan(int) channel;
int g_parts[THREADS];

static void *guest(void *raw)
{
    int *part = raw;
    chan_send(channel, 1);
    ++*part;
    return NULL;
}

int main(void)
{
    channel = chan_make(int);
    for (int round = 1; round <= ROUNDS; round++) {
        pthread_t threads[THREADS];
        for (int i = 0; i < THREADS; i++)
            must(pthread_create(&threads[i], NULL, guest, &g_parts[i]) == 0);
        for (int i = 0; i < THREADS; i++)
            must(chan_get(channel) == 1);
        for (int i = 0; i < THREADS; i++)
            must(pthread_join(threads[i], NULL) == 0);
        for (int i = 0; i < THREADS; i++)
            must(g_parts[i] == round);
    }
    return 0;
}
