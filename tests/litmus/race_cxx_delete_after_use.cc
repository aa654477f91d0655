/* P12: delete is a free: an unordered use before it races with it. */
// expect: heap use-after-free
// expect-frame: user
// expect-frame: deleter
// expect-count: 1
#include "../support/litmus.h"

struct node {
    int values[10];
};
static node *object;

static void user()
{
    object->values[5] = 1;
    reach(1);
}

static void deleter()
{
    await(1);
    delete object;
}

int main()
{
    object = new node();
    litmus_run2(user, deleter);
    return 0;
}
