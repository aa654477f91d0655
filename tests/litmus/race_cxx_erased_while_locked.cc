/* P12: the guard of a mutex that was erased meanwhile unlocks it. */
// expect: heap use-after-free
#include <map>
#include <mutex>

#include "../support/litmus.h"

static std::map<int, std::mutex> mutexes;

int main()
{
    std::lock_guard<std::mutex> guard(mutexes[3]);
    mutexes.erase(3);
    return 0;
}
