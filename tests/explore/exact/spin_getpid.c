/* traces: 2
 * As spin_flag.c: a system call that tells the same each time is no difference. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int flag;

static void *waiter(void *argument)
{
    while (!atomic_load(&flag))
        if (getpid() == 0 || syscall(SYS_getpid) == 0)
            break;
    return argument;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, waiter, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
