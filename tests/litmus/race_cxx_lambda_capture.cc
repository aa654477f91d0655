/* P1: a variable captured by reference outlives its owner's care. */
// expect-frame: main
// expect-count: 1
#include "../support/litmus.h"
#include <thread>

int main()
{
    int captured = 0;
    std::thread t([&captured] {
        captured = 1;
        reach(1);
    });
    await(1);
    use(captured);
    t.join();
    return 0;
}
