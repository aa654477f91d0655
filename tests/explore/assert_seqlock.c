/* finds: assertion */
#include "threads.h"

/* A reader of a seqlock has to see the same even number before and after; this one only compares
 * what it sees afterwards with what it saw before, and begins in the middle of an update. */
enum { WORDS = 4, UPDATES = 2 };
static atomic_uint sequence;
static atomic_int words[WORDS];

static void *update(void *unused)
{
    for (int i = 1; i <= UPDATES; i++) {
        atomic_fetch_add(&sequence, 1);
        for (int j = 0; j < WORDS; j++)
            atomic_store(&words[j], i);
        atomic_fetch_add(&sequence, 1);
    }
    return unused;
}

static void *look(void *unused)
{
    unsigned before;
    int copy[WORDS];
    do {
        do
            before = atomic_load(&sequence);
#ifdef FIXED
        while (before % 2);
#else
        while (0);
#endif
        for (int j = 0; j < WORDS; j++)
            copy[j] = atomic_load(&words[j]);
    } while (atomic_load(&sequence) != before);
    for (int j = 1; j < WORDS; j++)
        assert(copy[j] == copy[0]);
    return unused;
}

int main(void)
{
    start(update);
    start(look);
    join_all();
    return 0;
}
