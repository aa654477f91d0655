/* HB: the elements of a vector<bool> share words. */
#include "../support/litmus.h"
#include <vector>

static std::vector<bool> bits(64);

static void first()
{
    bits[3] = true;
    reach(1);
}

static void second()
{
    await(1);
    bits[40] = true;
}

int main()
{
    litmus_run2(first, second);
    return 0;
}
