/* P11: a UNIX stream connection (abstract name) within the process, with accept4. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int g_x;
int g_y;
static int listener;
static struct sockaddr_un address;

static void client(void)
{
    char c;
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    must(s >= 0);
    must(connect(s, (struct sockaddr *)&address, sizeof address) == 0);
    g_x = 1;
    must(write(s, "x", 1) == 1);
    must(read(s, &c, 1) == 1);
    must(g_y == 1);
    close(s);
}

static void server(void)
{
    char c;
    int s = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    must(s >= 0);
    must(read(s, &c, 1) == 1);
    must(g_x == 1);
    g_y = 1;
    must(write(s, "y", 1) == 1);
    close(s);
}

int main(void)
{
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "litmus-%d", (int)getpid());
    listener = socket(AF_UNIX, SOCK_STREAM, 0);
    must(listener >= 0);
    must(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    must(listen(listener, 1) == 0);
    litmus_run2(server, client);
    return 0;
}
