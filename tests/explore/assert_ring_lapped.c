/* finds: assertion */
#include "threads.h"

/* The writer of a ring never waits; a reader that is slow between finding the newest entry and
 * reading it reads another one. */
enum { ROOM = 8 };
static atomic_int entries[ROOM], written;

static void *write_entries(void *unused)
{
    for (int i = 0; i < ROOM + 1; i++) {
        atomic_store(&entries[i % ROOM], i + 1);
        atomic_store(&written, i + 1);
    }
    return unused;
}

static void *read_newest(void *unused)
{
    int count, entry;
    do {
        count = atomic_load(&written);
        if (!count)
            return unused;
        entry = atomic_load(&entries[(count - 1) % ROOM]);
#ifdef FIXED
    } while (atomic_load(&written) - count >= ROOM - 1);
#else
    } while (false);
#endif
    assert(entry == count);
    return unused;
}

int main(void)
{
    start(read_newest);
    start(write_entries);
    join_all();
    return 0;
}
