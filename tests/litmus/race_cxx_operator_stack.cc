/* HB: through std::function, a template and an operator: the frames are named. */
// expect-location: g_total
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"
#include <functional>

struct total {
    int value;
    NOINLINE total &operator+=(int n)
    {
        value = n;
        return *this;
    }
};
total g_total;

template <class Function> static NOINLINE void apply(Function f)
{
    f();
}

static void writer()
{
    std::function<void()> add = [] { g_total += 5; };
    apply(add);
    reach(1);
}

static void reader()
{
    await(1);
    use(g_total.value);
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
