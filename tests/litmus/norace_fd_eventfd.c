/* P11: an eventfd's write is ordered before its read, by read and write and by the helpers. */
#include "../support/litmus.h"
#include <sys/eventfd.h>
#include <unistd.h>

int g_x;
int g_y;
static int event;
static int second_event;

static void writer(void)
{
    unsigned long one = 1;
    g_x = 1;
    must(write(event, &one, sizeof one) == sizeof one);
    g_y = 1;
    must(eventfd_write(second_event, 1) == 0);
}

static void reader(void)
{
    unsigned long value;
    eventfd_t count;
    must(read(event, &value, sizeof value) == sizeof value);
    must(g_x == 1);
    must(eventfd_read(second_event, &count) == 0);
    must(g_y == 1);
}

int main(void)
{
    event = eventfd(0, 0);
    second_event = eventfd(0, 0);
    must(event >= 0 && second_event >= 0);
    litmus_run2(writer, reader);
    return 0;
}
