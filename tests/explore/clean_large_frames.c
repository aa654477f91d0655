/* clean: frames of megabytes, of main and of a thread, in every schedule */
#include <assert.h>
#include <pthread.h>

enum { LARGE = 3 << 20, DEPTH = 200 };

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
    volatile char large[LARGE];
    large[0] = large[LARGE - 1] = 1; /* its far end, too; all of it would be put back each time */
    int deep = descend(DEPTH);
    pthread_mutex_lock(&m);
    sum += large[deep ? 0 : LARGE - 1];
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
