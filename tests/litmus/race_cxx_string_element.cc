/* HB: one character of a std::string. */
// expect-frame: writer
// expect-frame: reader
// expect-count: 1
#include "../support/litmus.h"
#include <string>

static std::string text = "hello";

static void writer()
{
    text[3] = 'x';
    reach(1);
}

static void reader()
{
    await(1);
    use(text[3]);
}

int main()
{
    litmus_run2(writer, reader);
    return 0;
}
