/*
 * Bounded parallelism: a hundred tasks, but never more than four goroutines for them; a semaphore
 * counts who may start. The results stand in the order of the tasks.
 *
 * stdout-only: collatz(27) takes 111 steps
 * stdout-only: the longest below 100 is 97 with 118 steps
 */
#include <racerun/go.h>
#include <stdio.h>

enum { TASKS = 100, AT_ONCE = 4 };

static void collatz(long n, int *steps, semaphore *running)
{
    defer(semaphore_release, running, 1);
    for (*steps = 0; n > 1; ++*steps)
        n = n % 2 ? 3 * n + 1 : n / 2;
}

int main(void)
{
    semaphore running = {.size = AT_ONCE};
    int steps[TASKS];
    int longest = 0;

    for (int i = 0; i < TASKS; i++) {
        semaphore_acquire(&running, 1);
        go(collatz, i, &steps[i], &running);
    }
    semaphore_acquire(&running, AT_ONCE); /* all have ended */

    for (int i = 0; i < TASKS; i++) {
        if (steps[i] > steps[longest])
            longest = i;
    }
    printf("collatz(27) takes %d steps\n", steps[27]);
    printf("the longest below %d is %d with %d steps\n", TASKS, longest, steps[longest]);
    return 0;
}
