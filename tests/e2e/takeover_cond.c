/*
 * A condition variable in a binary linked against libtsan. Such a binary refers to what libtsan exports
 * without a symbol version; the reference must not end at libc's oldest version, whose condition
 * variables are other objects than those of our pthread_cond_wait (interpose/versions.c).
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int go;

static void *waiter(void *p)
{
    pthread_mutex_lock(&m);
    while (!go)
        pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    return p;
}

int main(void)
{
    pthread_t t;
    pthread_create(&t, 0, waiter, 0);
    usleep(100000);
    pthread_mutex_lock(&m);
    go = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    pthread_join(t, 0);
    puts("woken");
    return 0;
}
