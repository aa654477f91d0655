/* finds: assertion */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "threads.h"

/* What the threads do depends on randomness and on clocks, which are the same in every run. */
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static atomic_int balance;

static unsigned chance(void)
{
    unsigned char bytes[2] = {0, 0};
    struct timespec now;
    int device = open("/dev/urandom", O_RDONLY);
    assert(device >= 0 && read(device, &bytes[0], 1) == 1 && close(device) == 0);
    assert(getrandom(&bytes[1], 1, 0) == 1);
    clock_gettime(CLOCK_MONOTONIC, &now);
    return bytes[0] ^ bytes[1] ^ (unsigned)now.tv_nsec / 1000 ^ (unsigned)clock() ^
           (unsigned)time(NULL) ^ (unsigned)rand();
}

static void *deposit(void *unused)
{
    for (unsigned i = chance() % 8; i > 0; i--) {
        pthread_mutex_lock(&m);
        pthread_mutex_unlock(&m);
    }
    int seen = atomic_load(&balance);
    atomic_store(&balance, seen + 1);
    return unused;
}

int main(void)
{
    start_many(2, deposit);
    join_all();
    assert(atomic_load(&balance) == 2);
    return 0;
}
