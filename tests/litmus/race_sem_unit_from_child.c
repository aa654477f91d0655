/* P6: a unit from another process carries no clock. */
// expect-location: g_x
// expect-frame: writer
// expect-frame: taker
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
    sem_t units;
    struct invisible go;
};
int g_x;
static struct shared *shared;

static void writer(void)
{
    g_x = 1;
    invisible_reach(&shared->go, 1);
}

static void taker(void)
{
    must(sem_wait(&shared->units) == 0);
    use(g_x);
}

int main(void)
{
    shared = (struct shared *)mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(shared != MAP_FAILED && sem_init(&shared->units, 1, 0) == 0);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        invisible_await(&shared->go, 1);
        sem_post(&shared->units);
        _exit(0);
    }
    litmus_run2(writer, taker);
    must(waitpid(child, NULL, 0) == child);
    return 0;
}
