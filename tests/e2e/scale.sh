#!/bin/bash
# Ten thousand threads over a run, a thousand of them at once, and ten million calls lie between the two
# accesses of a race: it is found, with both stacks from end to end, and nothing else is.
. "$(dirname "$0")/lib.sh"
cat >many.c <<'C'
enum { ROUNDS = 10, THREADS = 1000 };
int g_x;
static int g_round; /* changes while main is alone */
static int g_own[THREADS];
static struct invisible living;

static NOINLINE long step(long i)
{
    __asm__ volatile("");
    return i + 1;
}
static NOINLINE void forgotten(void)
{
    g_x = 1;
}
static void writer(void)
{
    forgotten();
    for (long i = 0; i < 10000000;)
        i = step(i);
    reach(1);
}
static void reader(void)
{
    use(g_x);
}
static void *one_of_many(void *own)
{
    (*(int *)own)++;
    invisible_meet(&living, (g_round + 1) * THREADS);
    return NULL;
}
int main(void)
{
    static pthread_t threads[THREADS];
    pthread_attr_t small;
    must(pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, 65536) == 0);
    spawn_detached(writer);
    await(1);
    for (; g_round < ROUNDS; g_round++) {
        for (int i = 0; i < THREADS; i++)
            must(pthread_create(&threads[i], &small, one_of_many, &g_own[i]) == 0);
        for (int i = 0; i < THREADS; i++)
            join(threads[i]);
    }
    for (int i = 0; i < THREADS; i++)
        must(g_own[i] == ROUNDS);
    join(spawn(reader));
    return 0;
}
C
expect 0 "$racerun" cc -g -O1 -include "$here/../support/litmus.h" many.c -o many
expect 66 "$racerun" ./many
has err '^  on `g_x` '
has err '#0 reader '
has err '#0 forgotten '
has err '#1 writer '
[ "$(grep -c '#[0-9]* litmus_start ' "$work/err")" = 2 ] || fail "both stacks end where their threads began"
tail -n 1 "$work/err" | grep -q '^racerun: 1 findings$' || fail "there is more than one finding"
