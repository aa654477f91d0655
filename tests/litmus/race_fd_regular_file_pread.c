/* P11: regular files order nothing, also not by pwrite and pread. */
// expect-location: g_x
// expect-count: 1
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int g_x;
static int file;

static void writer(void)
{
    g_x = 1;
    must(pwrite(file, "x", 1, 5) == 1);
    reach(1);
}

static void reader(void)
{
    char c;
    await(1);
    must(pread(file, &c, 1, 5) == 1 && c == 'x');
    use(g_x);
}

int main(void)
{
    char name[] = "/tmp/litmus-file-XXXXXX";
    file = mkstemp(name);
    must(file >= 0 && unlink(name) == 0);
    litmus_run2(writer, reader);
    return 0;
}
