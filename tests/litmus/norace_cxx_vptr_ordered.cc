/* HB: virtual calls by two threads, then join and destruction. */
#include "../support/litmus.h"
#include <memory>

struct base {
    virtual int value()
    {
        return 1;
    }
    virtual ~base() = default;
};
struct derived : base {
    int value() override
    {
        return 2;
    }
};
static std::unique_ptr<base> object;

static void caller()
{
    meet(2);
    must(object->value() == 2);
}

int main()
{
    object = std::make_unique<derived>();
    litmus_run2(caller, caller);
    object.reset();
    return 0;
}
