/* clean: frames of megabytes, of main and of a thread, in every schedule */
#include <assert.h>
#include <pthread.h>
#include <string.h>

enum { LARGE = 3 << 20, DEPTH = 2000 };

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static int descend(int depth)
{
    volatile char frame[64];
    frame[depth % 64] = 1;
    return depth ? frame[depth % 64] + descend(depth - 1) : 0;
}

static void *work(void *unused)
{
    char large[LARGE];
    memset(large, 1, sizeof large); /* from its far end on */
    int deep = descend(DEPTH);
    pthread_mutex_lock(&m);
    sum += ((volatile char *)large)[deep];
    pthread_mutex_unlock(&m);
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
    work(NULL);
    pthread_join(thread, NULL);
    assert(sum == 2);
    return 0;
}
