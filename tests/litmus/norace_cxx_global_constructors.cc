/* HB: global constructors and destructors of main run before and after all threads. */
#include "../support/litmus.h"
#include <map>
#include <string>

static std::map<std::string, int> table = {{"one", 1}, {"two", 2}};

static void worker()
{
    meet(2);
    must(table.at("two") == 2);
}

int main()
{
    litmus_run2(worker, worker);
    return 0;
}
