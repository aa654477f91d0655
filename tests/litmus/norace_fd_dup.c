/* P11: a duplicate descriptor is the same open file description: dup, dup2, fcntl. */
// tsan: fcntl(F_DUPFD) is unknown to it
#include "../support/litmus.h"
#include <fcntl.h>
#include <unistd.h>

int g_x[3];
static int ends[2];
static int copies[3];

static void writer(void)
{
    for (int i = 0; i < 3; i++) {
        g_x[i] = 1;
        must(write(copies[i], "x", 1) == 1);
    }
}

static void reader(void)
{
    for (int i = 0; i < 3; i++) {
        char c;
        must(read(ends[0], &c, 1) == 1);
        must(g_x[i] == 1);
    }
}

int main(void)
{
    must(pipe(ends) == 0);
    copies[0] = dup(ends[1]);
    copies[1] = dup2(ends[1], 100);
    copies[2] = fcntl(ends[1], F_DUPFD, 50);
    must(copies[0] > 0 && copies[1] == 100 && copies[2] >= 50);
    litmus_run2(writer, reader);
    return 0;
}
