/* P8: a shared_ptr orders its counts, not the object. */
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"
#include <memory>

static std::shared_ptr<int> shared;

static void writer()
{
    std::shared_ptr<int> mine = shared;
    *mine = 1;
    reach(1);
    await(2);
}

static void reader()
{
    std::shared_ptr<int> mine = shared;
    await(1);
    use(*mine);
    reach(2);
}

int main()
{
    shared = std::make_shared<int>(0);
    litmus_run2(writer, reader);
    return 0;
}
