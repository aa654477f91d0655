/*
 * Exit handlers in a binary linked against libtsan: the last one first, and what happened before their
 * registration is there.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int given;

static void last(void)
{
    puts("last");
}

static void first(void)
{
    printf("first %d\n", given);
}

static void *leaver(void *unused)
{
    given = 1;
    atexit(last);
    atexit(first);
    exit(3);
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, leaver, NULL);
    for (;;)
        pause();
}
