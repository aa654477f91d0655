/* P12: delete[] is a free: a use after it, ordered, is too late. */
// expect: heap use-after-free
// expect-frame: deleter
// expect-count: 1
#include "../support/litmus.h"

static int *numbers;

static void deleter()
{
    delete[] static_cast<int *>(launder(numbers));
}

int main()
{
    numbers = new int[100]();
    join(spawn(deleter));
    use(numbers[60]);
    return 0;
}
