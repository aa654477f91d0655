/*
 * State without locks: an account belongs to one goroutine; others send it requests, each with a
 * channel for the reply. What one goroutine does one after another needs no mutex.
 *
 * stdout-only: balance 1000
 */
#include <racerun/go.h>
#include <stdio.h>

struct request {
    int deposit;
    chan(int) reply; /* gets the balance */
};

static void account(chan(struct request) requests)
{
    int balance = 0;
    chan_range(r, requests) {
        balance += r.deposit;
        chan_send(r.reply, balance);
    }
}

static int deposit(chan(struct request) requests, int amount)
{
    chan(int) reply = chan_make(int, 1);
    chan_send(requests, (struct request){amount, reply});
    int balance = chan_get(reply);
    chan_free(reply);
    return balance;
}

static void customer(chan(struct request) requests, waitgroup *wg)
{
    for (int i = 0; i < 100; i++)
        deposit(requests, 1);
    waitgroup_done(wg);
}

int main(void)
{
    chan(struct request) requests = chan_make(struct request);
    waitgroup wg = {0};

    go(account, requests);
    for (int i = 0; i < 10; i++) {
        waitgroup_add(&wg, 1);
        go(customer, requests, &wg);
    }
    waitgroup_wait(&wg);
    printf("balance %d\n", deposit(requests, 0));
    return 0;
}
