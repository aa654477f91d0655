/* finds: assertion */
#include "threads.h"

/* A reader tells by a generation whether what it read has changed meanwhile; with three bits it
 * comes round again after eight changes. */
#ifdef FIXED
enum { GENERATIONS = 1 << 16 };
#else
enum { GENERATIONS = 8 };
#endif
enum { CHANGES = 8 };
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int generation, halves[2];

static int get(int *place)
{
    pthread_mutex_lock(&m);
    int value = *place;
    pthread_mutex_unlock(&m);
    return value;
}

static void *change(void *unused)
{
    for (int i = 1; i <= CHANGES; i++) {
        pthread_mutex_lock(&m);
        generation = (generation + 1) % GENERATIONS;
        halves[0] = halves[1] = i;
        pthread_mutex_unlock(&m);
        work_for(1);
    }
    return unused;
}

static void *look(void *unused)
{
    int before = get(&generation), first = get(&halves[0]), second = get(&halves[1]);
    if (get(&generation) == before)
        assert(first == second);
    return unused;
}

int main(void)
{
    start(look);
    start(change);
    join_all();
    return 0;
}
