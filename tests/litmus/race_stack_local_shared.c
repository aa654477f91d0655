/* P16: a local of main that two threads use. */
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"

static void *writer(void *arg)
{
    *(int *)arg = 1;
    reach(1);
    return NULL;
}

static void *reader(void *arg)
{
    await(1);
    use(*(int *)arg);
    return NULL;
}

int main(void)
{
    int local = 0;
    pthread_t a, b;
    must(pthread_create(&a, NULL, writer, &local) == 0);
    must(pthread_create(&b, NULL, reader, &local) == 0);
    join(a);
    join(b);
    return 0;
}
