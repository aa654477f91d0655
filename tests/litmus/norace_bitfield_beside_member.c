/* HB: a bit-field and the ordinary member in the same word are different memory locations. */
#include "../support/litmus.h"

struct flags {
    unsigned bits : 16;
    unsigned short member;
};
struct flags g_flags;

static void set_bits(void)
{
    meet(2);
    g_flags.bits = 5;
}

static void set_member(void)
{
    meet(2);
    g_flags.member = 5;
}

int main(void)
{
    litmus_run2(set_bits, set_member);
    return 0;
}
