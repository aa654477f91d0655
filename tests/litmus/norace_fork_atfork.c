/* P13: pthread_atfork handlers that lock before and unlock after, on both sides. */
// tsan: in the child it may report the parent's thread as leaked
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void prepare(void)
{
    pthread_mutex_lock(&lock);
    g_x++;
}

static void release(void)
{
    g_x++;
    pthread_mutex_unlock(&lock);
}

static void worker(void)
{
    for (int i = 0; i < 50; i++) {
        pthread_mutex_lock(&lock);
        g_x++;
        pthread_mutex_unlock(&lock);
    }
}

int main(void)
{
    must(pthread_atfork(prepare, release, release) == 0);
    pthread_t t = spawn(worker);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        worker();
        _exit(0);
    }
    int status;
    must(waitpid(child, &status, 0) == child && status == 0);
    join(t);
    return 0;
}
