/*
 * Dining philosophers: five philosophers, five forks, each needs two. All take the fork with the
 * smaller number first, so there can be no circle of waiting.
 *
 * stdout-only: Socrates ate 100 times
 * stdout-only: Plato ate 100 times
 * stdout-only: Aristotle ate 100 times
 * stdout-only: Descartes ate 100 times
 * stdout-only: Kant ate 100 times
 */
#include <racerun/go.h>
#include <stdio.h>

enum { SEATS = 5, MEALS = 100 };

static mutex forks[SEATS];
static int meals[SEATS];

static void philosopher(int seat, waitgroup *wg)
{
    int left = seat, right = (seat + 1) % SEATS;
    mutex *first = &forks[left < right ? left : right];
    mutex *second = &forks[left < right ? right : left];

    for (int i = 0; i < MEALS; i++) {
        mutex_lock(first);
        mutex_lock(second);
        meals[seat]++;
        go_yield(); /* eating takes a while */
        mutex_unlock(second);
        mutex_unlock(first);
    }
    waitgroup_done(wg);
}

int main(void)
{
    static const char *const names[SEATS] = {"Socrates", "Plato", "Aristotle", "Descartes", "Kant"};
    waitgroup wg = {0};

    for (int i = 0; i < SEATS; i++) {
        waitgroup_add(&wg, 1);
        go(philosopher, i, &wg);
    }
    waitgroup_wait(&wg);
    for (int i = 0; i < SEATS; i++)
        printf("%s ate %d times\n", names[i], meals[i]);
    return 0;
}
