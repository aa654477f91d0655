/*
 * A thread of the program's own recovers, then panics.
 * exit: 2
 * stdout-only: rescued one
 * stderr: ^panic: two$
 * stderr: ^goroutine [0-9]+ \[running\]:$
 * stderr: ^thread\(\)$
 */
#include <pthread.h>
#include <racerun/go.h>
#include <stdio.h>

static void *thread(void *unused)
{
    go_attempt {
        go_panic("one");
    } go_rescue(p) {
        printf("rescued %s\n", p->text);
    }
    go_panic("two");
    return unused;
}

int main(void)
{
    pthread_t made;
    pthread_create(&made, NULL, thread, NULL);
    pthread_join(made, NULL);
    return 0;
}
