/*
 * Select waits for several channels at once, for sending to some and receiving from others: here
 * the next Fibonacci number is offered until somebody wants no more.
 *
 * stdout-only: 0
 * stdout-only: 1
 * stdout-only: 1
 * stdout-only: 2
 * stdout-only: 3
 * stdout-only: 5
 * stdout-only: quit
 */
#include <racerun/go.h>
#include <stdio.h>

static void fibonacci(chan(int) numbers, chan(bool) quit)
{
    int x = 0, y = 1;
    chan_select_forever {
        on_send(numbers, x) {
            int sum = x + y;
            x = y;
            y = sum;
        }
        on_recv(quit) {
            printf("quit\n");
            return;
        }
    }
}

static void print_six(chan(int) numbers, chan(bool) quit)
{
    for (int i = 0; i < 6; i++)
        printf("%d\n", chan_get(numbers));
    chan_send(quit, true);
}

int main(void)
{
    chan(int) numbers = chan_make(int);
    chan(bool) quit = chan_make(bool);

    go(print_six, numbers, quit);
    fibonacci(numbers, quit);
    chan_free(numbers);
    chan_free(quit);
    return 0;
}
