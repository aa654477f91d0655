/* G28: the other end is used by a thread, with the system's own calls. */
#include "golitmus.h"

#include <unistd.h>
static conn *reading;
static int writing;

int g_x;

static void thread(void)
{
    g_x = 1;
    must(write(writing, "a", 1) == 1);
}

static void reader(void)
{
    char byte;
    must(conn_read(reading, &byte, 1) == 1);
    must(g_x == 1);
}

int main(void)
{
    int ends[2];
    must(pipe(ends) == 0);
    writing = ends[1];
    reading = conn_of(ends[0]);
    pthread_t t = spawn(thread);
    reader();
    join(t);
    conn_close(reading);
    close(writing);
    return 0;
}
