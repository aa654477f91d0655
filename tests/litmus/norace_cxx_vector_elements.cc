/* HB: two threads change different elements of one vector. */
#include "../support/litmus.h"
#include <vector>

static std::vector<char> bytes(64);

static void even()
{
    meet(2);
    for (size_t i = 0; i < bytes.size(); i += 2)
        bytes[i] = 1;
}

static void odd()
{
    meet(2);
    for (size_t i = 1; i < bytes.size(); i += 2)
        bytes[i] = 1;
}

int main()
{
    litmus_run2(even, odd);
    return 0;
}
