/* P12: a vector that grows frees the elements that another thread has just read. */
// expect: heap use-after-free
// expect-frame: reader
// expect-frame: appender
// expect-count: 1
#include "../support/litmus.h"
#include <vector>

static std::vector<int> numbers(4, 7);
static const int *first_number = numbers.data();

static void reader()
{
    use(*first_number);
    reach(1);
}

static void appender()
{
    await(1);
    numbers.reserve(1000);
}

int main()
{
    litmus_run2(reader, appender);
    return 0;
}
