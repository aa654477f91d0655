/* P8: the last owner of a shared_ptr destroys what the others used: the counts order it. */
#include "../support/litmus.h"
#include <memory>
#include <thread>
#include <vector>

int main()
{
    for (int i = 0; i < 20; i++) {
        auto numbers = std::make_shared<std::vector<int>>(8);
        auto user = [](std::shared_ptr<std::vector<int>> mine, int index) { (*mine)[index] = 1; };
        std::thread a(user, numbers, 1);
        std::thread b(user, numbers, 2);
        numbers.reset();
        a.join();
        b.join();
    }
    return 0;
}
