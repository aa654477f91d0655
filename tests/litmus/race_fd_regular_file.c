/* P11: regular files order nothing. */
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
    must(write(file, "x", 1) == 1);
    reach(1);
}

static void reader(void)
{
    char c;
    await(1);
    must(lseek(file, 0, SEEK_SET) == 0);
    must(read(file, &c, 1) == 1 && c == 'x');
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
