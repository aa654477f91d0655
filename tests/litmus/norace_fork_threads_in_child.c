/* P13: the child has threads and locks of its own, correctly used. */
#include "../support/litmus.h"
#include <sys/wait.h>
#include <unistd.h>

int g_x;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

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
    litmus_run2(worker, worker);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        litmus_run2(worker, worker);
        must(g_x == 200);
        _exit(0);
    }
    int status;
    must(waitpid(child, &status, 0) == child && status == 0);
    litmus_run2(worker, worker);
    return 0;
}
