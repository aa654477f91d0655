/*
 * gcc -g -fsanitize=thread -pthread takeover_cond_version.c -o t && racerun ./t
 * Expected: "woken", exit 0 (as under libtsan). Is: SIGSEGV in pthread_cond_signal(cond=0x4..).
 *
 * A TSan-built binary links libtsan before libc, so its references to functions that libtsan exports
 * carry no symbol version. When neither libracerun.so nor the stub exports them, ld.so binds an
 * unversioned reference to libc's BASE version (GLIBC_2.2.5): here the pre-2.3.2 condition variables
 * (cond = pointer to a heap object), while pthread_cond_wait is ours and goes to the new ones.
 * Affected on x86-64: pthread_cond_{init,destroy,signal,broadcast}, fmemopen, glob, glob64,
 * regexec, lgamma{,f,l}. Cure: export them (forward to the default version).
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
