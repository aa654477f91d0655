/* P12: a vector that grows frees the elements that another thread still reads. */
// expect: heap use-after-free
// expect-frame: reader
// expect-frame: appender
// expect-count: 1
#include "../support/litmus.h"
#include <vector>

static std::vector<int> numbers(4, 7);

static void reader()
{
    const int *first = static_cast<const int *>(launder(numbers.data()));
    use(*first);
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
