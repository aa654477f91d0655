/* P11: sendmsg and recvmsg on a datagram socket pair. */
#include "../support/litmus.h"
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int g_x;
static int ends[2];

static void writer(void)
{
    char c = 'x';
    struct iovec part = {&c, 1};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    g_x = 1;
    must(sendmsg(ends[0], &message, 0) == 1);
}

static void reader(void)
{
    char c;
    struct iovec part = {&c, 1};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    must(recvmsg(ends[1], &message, 0) == 1);
    must(g_x == 1);
}

int main(void)
{
    must(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
