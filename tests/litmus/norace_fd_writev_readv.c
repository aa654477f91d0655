/* P11: writev and readv are a write and a read. */
#include "../support/litmus.h"
#include <sys/uio.h>
#include <unistd.h>

int g_x;
static int ends[2];

static void writer(void)
{
    char a = 'a';
    char b = 'b';
    struct iovec parts[2] = {{&a, 1}, {&b, 1}};
    g_x = 1;
    must(writev(ends[1], parts, 2) == 2);
}

static void reader(void)
{
    char text[2];
    struct iovec parts[2] = {{text, 1}, {text + 1, 1}};
    must(readv(ends[0], parts, 2) >= 1);
    must(g_x == 1);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
