/* HB: a destructor writes the virtual-table pointer while another thread makes a virtual call. */
// expect-location: g_storage
#include "../support/litmus.h"
#include <new>

struct base {
    virtual int value()
    {
        return 1;
    }
    virtual ~base()
    {
        reach(2);
    }
};
struct derived : base {
    int value() override
    {
        return 2;
    }
    ~derived() override
    {
        use(0);
    }
};
alignas(derived) unsigned char g_storage[sizeof(derived)];

static void caller()
{
    base *object = static_cast<base *>(launder(g_storage));
    use(object->value());
    reach(1);
}

static void destroyer()
{
    await(1);
    static_cast<base *>(launder(g_storage))->~base();
}

int main()
{
    new (g_storage) derived;
    litmus_run2(caller, destroyer);
    return 0;
}
