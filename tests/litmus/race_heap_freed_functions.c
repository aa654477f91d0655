/* P12: what memory, string and input functions do with freed bytes, the last of them alone. */
// expect: heap use-after-free
// expect-frame: sets
// expect-frame: copies
// expect-frame: measures
// expect-frame: compares
// expect-frame: formats
// expect-frame: writes
// expect-count: 6
#include "../support/litmus.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *g_block;
char g_other[16];

/* The compiler does not see how many. */
LITMUS_INLINE size_t use_size(size_t size)
{
    return (size_t)launder((void *)size);
}

NOINLINE void sets(void)
{
    memset(launder(g_block + 15), 0, use_size(1));
}

NOINLINE void copies(void)
{
    memcpy(g_other, launder(g_block + 8), use_size(8));
}

NOINLINE void measures(void)
{
    use((long)strlen(launder(g_block + 12)));
}

NOINLINE void compares(void)
{
    use(memcmp(g_other, launder(g_block), use_size(16)));
}

NOINLINE void formats(void)
{
    use(snprintf(g_other, sizeof g_other, "%s", (char *)launder(g_block + 13)));
}

NOINLINE void writes(void)
{
    int fd = open("/dev/null", O_WRONLY);
    must(write(fd, g_block, 16) == 16);
    close(fd);
}

int main(void)
{
    g_block = launder(calloc(1, 16));
    free(g_block);
    sets();
    copies();
    measures();
    compares();
    formats();
    writes();
    return 0;
}
