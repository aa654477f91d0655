/*
 * SIGQUIT in the middle of a dump, which holds what dumps share: what can be told is told.
 * exit: 2
 * stderr: ^SIGQUIT: quit$
 * stderr: ^goroutine 1 \[running\]:$
 * stderr: ^goroutine [0-9]+ "waiter" \[chan receive\]:$
 * procs: 1
 */
#include <racerun/go.h>
#include <signal.h>
#include <stddef.h>

static volatile int dumping;

void *__libc_malloc(size_t size);

/* The dump's first use of the heap. */
void *malloc(size_t size)
{
    if (dumping && !--dumping)
        raise(SIGQUIT);
    return __libc_malloc(size);
}

static void waits(chan(int) c)
{
    chan_recv(c, NULL);
}

int main(void)
{
    chan(int) c = chan_make(int);
    go_with(&((go_attr){.name = "waiter"}), waits, c);
    go_yield();
    dumping = 20; /* not the very first: the library is being looked at by then */
    go_dump();
    return 0;
}
