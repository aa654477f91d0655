/* HB: a packed structure's fields touch and are different locations all the same. */
#include "../support/litmus.h"

struct __attribute__((packed)) record {
    char tag;
    int value;
    char end;
    long tail;
};
struct record g_record;

static void inner(void)
{
    meet(2);
    g_record.value = 1;
    g_record.tail = 1;
}

static void outer(void)
{
    meet(2);
    g_record.tag = 1;
    g_record.end = 1;
}

int main(void)
{
    litmus_run2(inner, outer);
    return 0;
}
