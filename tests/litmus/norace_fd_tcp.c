/* P11: a loopback TCP connection within the process: connect before accept, send before recv. */
#include "../support/litmus.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int g_before_connect;
int g_before_send;
static int listener;
static struct sockaddr_in address;

static void client(void)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    must(s >= 0);
    g_before_connect = 1;
    must(connect(s, (struct sockaddr *)&address, sizeof address) == 0);
    g_before_send = 1;
    must(send(s, "x", 1, 0) == 1);
    close(s);
}

static void server(void)
{
    char c;
    int s = accept(listener, NULL, NULL);
    must(s >= 0);
    must(g_before_connect == 1);
    must(recv(s, &c, 1, 0) == 1);
    must(g_before_send == 1);
    close(s);
}

int main(void)
{
    socklen_t length = sizeof address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    must(listener >= 0);
    must(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    must(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    must(listen(listener, 1) == 0);
    litmus_run2(server, client);
    return 0;
}
