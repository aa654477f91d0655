/* HB: a lookup in a std::map while another thread inserts. */
// expect-frame: inserter
// expect-frame: finder
#include "../support/litmus.h"
#include <map>

static std::map<int, int> table;

static void inserter()
{
    table[2] = 20;
    reach(1);
}

static void finder()
{
    await(1);
    use(table.find(2) == table.end());
}

int main()
{
    table[1] = 10;
    litmus_run2(inserter, finder);
    return 0;
}
