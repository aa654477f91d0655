/* P11: a socket pair orders in both directions. */
#include "../support/litmus.h"
#include <sys/socket.h>
#include <unistd.h>

int g_question;
int g_answer;
static int ends[2];

static void asking(void)
{
    char c;
    g_question = 6;
    must(send(ends[0], "?", 1, 0) == 1);
    must(recv(ends[0], &c, 1, 0) == 1);
    must(g_answer == 42);
}

static void answering(void)
{
    char c;
    must(read(ends[1], &c, 1) == 1);
    g_answer = g_question * 7;
    must(write(ends[1], "!", 1) == 1);
}

int main(void)
{
    must(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    litmus_run2(asking, answering);
    return 0;
}
