/* P1, P8: an exception that travels to another thread by a future. */
#include "../support/litmus.h"
#include <future>
#include <stdexcept>

static int failing()
{
    throw std::runtime_error("a reason too long for any small buffer to hold it");
}

int main()
{
    std::future<int> result = std::async(std::launch::async, failing);
    bool caught = false;
    try {
        result.get();
    } catch (const std::runtime_error &error) {
        caught = error.what()[0] == 'a';
    }
    must(caught);
    return 0;
}
