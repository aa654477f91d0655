/* P11: sendto and recvfrom. */
// tsan: its sendto releases nothing
#include "../support/litmus.h"
#include <sys/socket.h>

int g_x;
static int ends[2];

static void writer(void)
{
    g_x = 1;
    must(sendto(ends[0], "x", 1, 0, NULL, 0) == 1);
}

static void reader(void)
{
    char c;
    must(recvfrom(ends[1], &c, 1, 0, NULL, NULL) == 1);
    must(g_x == 1);
}

int main(void)
{
    must(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
