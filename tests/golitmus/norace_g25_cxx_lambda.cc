/* G25: a goroutine from a lambda: what it has captured is its own, made before it starts. */
#include "golitmus.h"

#include <string>
#include <vector>

int g_x;

int main()
{
    chan(int) done = chan_make(int);
    std::vector<std::string> words{"one", "two", "three and a few more so that it is on the heap"};
    g_x = 1;
    go([words, done] {
        must(g_x == 1 && words.size() == 3 && words[2].size() > 20);
        chan_send(done, static_cast<int>(words.size()));
    });
    words.clear();
    must(chan_get(done) == 3);
    chan_free(done);
    return 0;
}
