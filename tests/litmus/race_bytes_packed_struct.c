/* HB: a packed structure's misaligned field. */
// expect-location: g_record
// expect-count: 1
#include "../support/litmus.h"

struct __attribute__((packed)) record {
    char tag;
    int value;
    char end;
};
struct record g_record;

static void writer(void)
{
    g_record.value = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_record.value);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
