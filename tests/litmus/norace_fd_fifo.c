/* P11: a FIFO. What its writer sent is read when the writer has closed its end long ago. */
// tsan: may not know both ends for one
#include "../support/litmus.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int g_x;
static char g_path[] = "/tmp/litmus-fifo-XXXXXX";

static void writer(void)
{
    int fd = open(g_path, O_WRONLY);
    must(fd >= 0);
    g_x = 1;
    must(write(fd, "x", 1) == 1);
    must(close(fd) == 0);
    reach(1);
}

static void reader(void)
{
    char byte;
    int fd = open(g_path, O_RDONLY);
    must(fd >= 0);
    await(1);
    must(read(fd, &byte, 1) == 1);
    use(g_x);
    must(close(fd) == 0);
}

int main(void)
{
    must(mkdtemp(g_path) && rmdir(g_path) == 0 && mkfifo(g_path, 0600) == 0);
    litmus_run2(writer, reader);
    must(unlink(g_path) == 0);
    return 0;
}
