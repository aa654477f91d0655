/*
 * bank: two tellers move money between accounts under a lock, an auditor adds the accounts up, and
 * a display shows how many transfers there were. Somebody forgot a lock. Twice.
 *
 *     build/bin/racerun tests/examples/bank.c
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { ACCOUNTS = 4, TRANSFERS = 1000, START = 100 };

struct account {
    int number;
    long balance;
};

struct bank {
    pthread_mutex_t lock;
    struct account *accounts;
    long transfers;
};

static struct bank bank = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void transfer(int from, int to, long amount)
{
    pthread_mutex_lock(&bank.lock);
    bank.accounts[from].balance -= amount;
    bank.accounts[to].balance += amount;
    pthread_mutex_unlock(&bank.lock);
    bank.transfers++; /* after the unlock: two tellers count at once */
}

static void *teller(void *argument)
{
    int first = *(int *)argument;
    for (int i = 0; i < TRANSFERS; i++)
        transfer((first + i) % ACCOUNTS, (first + i + 1) % ACCOUNTS, 1);
    return NULL;
}

static void *audit(void *argument)
{
    long *sum = argument;
    for (int i = 0; i < ACCOUNTS; i++)
        *sum += bank.accounts[i].balance; /* without the lock: sees half a transfer */
    return NULL;
}

int main(void)
{
    pthread_t tellers[2], auditor;
    int first[2] = {0, 2};
    long sum = 0;

    bank.accounts = calloc(ACCOUNTS, sizeof *bank.accounts);
    if (!bank.accounts)
        return 1;
    for (int i = 0; i < ACCOUNTS; i++)
        bank.accounts[i] = (struct account){.number = i, .balance = START};
    for (int i = 0; i < 2; i++)
        pthread_create(&tellers[i], NULL, teller, &first[i]);
    pthread_create(&auditor, NULL, audit, &sum);
    for (int i = 0; i < 2; i++)
        pthread_join(tellers[i], NULL);
    pthread_join(auditor, NULL);
    printf("%ld transfers; the audit counted %ld of %d\n", bank.transfers, sum, ACCOUNTS * START);
    free(bank.accounts);
    return 0;
}
