/*
 * Producer and consumer with a mutex and two condition variables around a ring of four places:
 * what a buffered channel does inside.
 *
 * stdout-only: consumed 1000 values in order
 */
#include <racerun/go.h>
#include <stdio.h>

enum { PLACES = 4, VALUES = 1000 };

struct ring {
    mutex m;
    cond not_full, not_empty;
    int values[PLACES], first, count;
};

static void put(struct ring *r, int value)
{
    mutex_lock(&r->m);
    while (r->count == PLACES)
        cond_wait(&r->not_full);
    r->values[(r->first + r->count++) % PLACES] = value;
    cond_signal(&r->not_empty);
    mutex_unlock(&r->m);
}

static int take(struct ring *r)
{
    mutex_lock(&r->m);
    while (r->count == 0)
        cond_wait(&r->not_empty);
    int value = r->values[r->first];
    r->first = (r->first + 1) % PLACES;
    r->count--;
    cond_signal(&r->not_full);
    mutex_unlock(&r->m);
    return value;
}

static void produce(struct ring *r)
{
    for (int i = 0; i < VALUES; i++)
        put(r, i);
}

int main(void)
{
    struct ring r = {0};
    int consumed = 0;

    cond_init(&r.not_full, &r.m);
    cond_init(&r.not_empty, &r.m);
    go(produce, &r);
    while (consumed < VALUES && take(&r) == consumed)
        consumed++;
    printf("consumed %d values in order\n", consumed);
    return 0;
}
