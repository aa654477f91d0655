/*
 * In C++ a timer's function may be anything that can be called; what it was given is copied for each run
 * and destroyed when timer and goroutines are through with it.
 * stdout-only: kept 3 kept 4
 * stdout-only: 0 left
 */
#include <atomic>
#include <cstdio>
#include <racerun/go.h>
#include <string>

static std::atomic<int> alive;

struct tracked {
    std::string text = "a string that is too long to be kept inside of the object";
    tracked() { alive++; }
    tracked(const tracked &other) : text(other.text) { alive++; }
    ~tracked() { alive--; }
};

int main()
{
    {
        tracked one;
        chan(int) done = chan_make(int);
        auto fn = [=](tracked got, int n) {
            chan_send(done, got.text == one.text ? n : -1);
        };
        timer *t = time_after_func(us(1), fn, one, 3);
        int first = chan_get(done);
        timer_reset(t, us(1));
        chan_get(done);
        timer_free(t);
        go_after(us(1), fn, one, 4);
        std::printf("kept %d kept %d\n", first, chan_get(done));
        timer_free(time_after_func(seconds(1000), fn, one, 5));
        while (go_count() > 1) /* the last one is still to destroy what it had */
            go_yield();
        chan_free(done);
    }
    std::printf("%d left\n", alive.load());
    return 0;
}
