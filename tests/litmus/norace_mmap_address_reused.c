/* P11: mmap resets the range: the next mapping at the same address knows nothing. */
#include "../support/litmus.h"
#include <sys/mman.h>

static void first(void)
{
    char *pages =
        (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(pages != MAP_FAILED);
    pages[100] = 1;
    must(munmap(pages, 8192) == 0);
    send_box(pages);
    reach(1);
}

static void second(void)
{
    await(1);
    char *wish = take_box(char);
    char *pages = (char *)mmap(wish, 8192, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    must(pages == wish);
    pages[100] = 1;
    must(munmap(pages, 8192) == 0);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
