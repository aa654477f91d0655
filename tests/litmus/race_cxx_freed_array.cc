/* P12: the last element of a deleted array, and of a deleted array of objects with destructors. */
// expect: heap use-after-free
// expect-frame: plain
// expect-frame: objects
// expect-count: 2
#include "../support/litmus.h"

struct object {
    int value = 1;
    ~object() { use(value); }
};

int *g_plain;
object *g_objects;

NOINLINE void plain()
{
    use(g_plain[6]);
}

NOINLINE void objects()
{
    use(g_objects[4].value);
}

int main()
{
    g_plain = static_cast<int *>(launder(new int[7]));
    delete[] static_cast<int *>(launder(g_plain));
    plain();
    g_objects = static_cast<object *>(launder(new object[5]));
    delete[] static_cast<object *>(launder(g_objects));
    objects();
    return 0;
}
