/* clean: the reader waits for the writer */
#include <assert.h>
#include <pthread.h>
#include <unistd.h>

static int ends[2];
static int value;

static void *writer(void *unused)
{
    value = 7;
    assert(write(ends[1], "x", 1) == 1);
    return unused;
}

int main(void)
{
    pthread_t thread;
    char byte;
    assert(pipe(ends) == 0);
    pthread_create(&thread, NULL, writer, NULL);
    assert(read(ends[0], &byte, 1) == 1);
    assert(value == 7);
    pthread_join(thread, NULL);
    return 0;
}
