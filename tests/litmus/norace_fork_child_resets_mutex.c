/* P13, P16: a child may start a mutex that its forker held afresh; from then on it orders. */
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
long g_count;

static void worker(void)
{
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&mutex);
        g_count++;
        pthread_mutex_unlock(&mutex);
    }
}

int main(void)
{
    static const pthread_mutex_t fresh = PTHREAD_MUTEX_INITIALIZER;
    int status;
    pthread_mutex_lock(&mutex);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        mutex = fresh;
        litmus_run2(worker, worker);
        _exit(0);
    }
    pthread_mutex_unlock(&mutex);
    must(waitpid(child, &status, 0) == child && status == 0);
    return 0;
}
