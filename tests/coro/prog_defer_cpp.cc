// defer in C++: lambdas, functions with arguments, exceptions.
// stdout-only: body
// stdout-only: sum 3
// stdout-only: lambda
// stdout-only: while unwinding
// stdout-only: caught thrown
// stdout-only: deferred by C panic
// stdout-only: rescued: oh 7
// stdout-only: continued with -1
#include <racerun/go.h>
#include <cstdio>
#include <stdexcept>
#include <string>

static void sum(int a, int b)
{
    std::printf("sum %d\n", a + b);
}

static void throws()
{
    defer([] { std::puts("while unwinding"); });
    throw std::runtime_error("thrown");
}

static void stop()
{
    go_recover();
}

static int recovers()
{
    go_on_recover return -1;
    defer(stop);
    go_panic("in C++");
}

int main()
{
    {
        std::string text = "lambda";
        defer([&] { std::puts(text.c_str()); });
        defer(sum, 1, 2);
        std::puts("body");
    }
    try {
        throws();
    } catch (const std::exception &e) {
        std::printf("caught %s\n", e.what());
    }
    go_attempt
    {
        defer([] { std::puts("deferred by C panic"); });
        go_panic("oh %d", 7);
    }
    go_rescue(p)
    {
        std::printf("rescued: %s\n", p->text);
    }
    std::printf("continued with %d\n", recovers());
    return 0;
}
