/* P11: anonymous shared pages are memory like any other within the process. */
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"
#include <sys/mman.h>

static int *page;

static void writer(void)
{
    page[10] = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    use(page[10]);
}

int main(void)
{
    page = (int *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(page != MAP_FAILED);
    litmus_run2(writer, reader);
    return 0;
}
