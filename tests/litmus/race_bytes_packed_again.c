/* HB: a misaligned field that is read twice, of which the second adds nothing, and then written. */
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
    struct record *again = launder(&g_record);
    use(g_record.value);
    use(again->value);
    again->value = 1;
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
