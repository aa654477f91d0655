/*
 * A program that closes descriptors that are not its own is told: no waiting for ever, no spinning.
 * exit: 2
 * stderr: ^fatal error: runtime: netpoll failed: the program has closed the runtime's descriptors$
 * stderr: ^goroutine 1 \[
 */
#include <racerun/go.h>
#include <unistd.h>

int main(void)
{
    char byte;
    conn *from, *to;
    if (net_pipe(&from, &to))
        return 1;
    conn_read_deadline(from, rgo_now() + ms(1));
    if (conn_read(from, &byte, 1) >= 0)
        return 1;
    for (int fd = 3; fd < 100; fd++)
        close(fd);
    go_sleep(ms(1));
    return 0;
}
