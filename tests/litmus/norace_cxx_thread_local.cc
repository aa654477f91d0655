/* P16: thread_local objects with constructors and destructors, and join. */
#include "../support/litmus.h"
#include <vector>

int g_destroyed;

struct counter {
    std::vector<int> values;
    ~counter()
    {
        g_destroyed += (int)values.size();
    }
};
static thread_local counter mine;

static void worker()
{
    for (int i = 0; i < 10; i++)
        mine.values.push_back(i);
}

int main()
{
    join(spawn(worker));
    join(spawn(worker));
    must(g_destroyed == 20);
    return 0;
}
