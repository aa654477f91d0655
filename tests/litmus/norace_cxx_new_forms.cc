/* P12: all forms of new and delete, made by one thread and undone by another after join. */
#include "../support/litmus.h"
#include <new>

struct alignas(128) wide {
    int value;
};
static int *single;
static int *several;
static int *careful;
static wide *aligned;
static wide *aligned_several;

static void maker()
{
    single = new int(1);
    several = new int[30]();
    careful = new (std::nothrow) int(2);
    aligned = new wide();
    aligned_several = new wide[3]();
}

static void unmaker()
{
    must(*single + several[29] + *careful + aligned->value + aligned_several[2].value == 3);
    delete single;
    delete[] several;
    delete careful;
    delete aligned;
    delete[] aligned_several;
}

int main()
{
    join(spawn(maker));
    join(spawn(unmaker));
    return 0;
}
