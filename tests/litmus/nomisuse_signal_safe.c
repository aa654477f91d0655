/* Handlers that do what they may: flags, write, sem_post, string functions, and errno put back. */
// options: signal-handlers=yes
#include "../support/litmus.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static pthread_t g_main;
static volatile sig_atomic_t g_flag;
static sem_t g_sem;
static int g_pipe[2];

static void handler(int signal)
{
    int saved = errno;
    char text[16];
    must(open("/nonexistent/file", O_RDONLY) == -1);
    strcpy(text, "x");
    must(write(g_pipe[1], text, strlen(text)) == 1);
    must(sem_post(&g_sem) == 0);
    g_flag = signal;
    errno = saved;
    reach(1);
}

static void sender(void)
{
    must(pthread_kill(g_main, SIGUSR1) == 0);
}

int main(void)
{
    must(pipe(g_pipe) == 0);
    must(sem_init(&g_sem, 0, 0) == 0);
    g_main = pthread_self();
    must(signal(SIGUSR1, handler) != SIG_ERR);
    pthread_t thread = spawn(sender);
    await(1);
    join(thread);
    must(sem_wait(&g_sem) == 0);
    use(g_flag);
    return 0;
}
