/* P11: munmap writes the range: an unordered access before it races. */
// tsan: munmap is no access
// expect-frame: user
// expect-frame: unmapper
// expect-count: 1
#include "../support/litmus.h"
#include <sys/mman.h>

static char *pages;

static void user(void)
{
    pages[5000] = 1;
    reach(1);
}

static void unmapper(void)
{
    await(1);
    must(munmap(pages, 8192) == 0);
}

int main(void)
{
    pages = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(pages != MAP_FAILED);
    litmus_run2(user, unmapper);
    return 0;
}
