/*
 * Time, context and errgroup from C++.
 * stdout-only: error 7
 * stdout-only: sum 15
 * stdout-only: context deadline exceeded
 */
#include <racerun/go.h>
#include <atomic>
#include <cstdio>
#include <string>

static int add(std::atomic<int> *sum, int x)
{
    *sum += x;
    return 0;
}

int main()
{
    errgroup g = {};
    std::string text = "seven";
    errgroup_go(&g, [text] { return text == "seven" ? 7 : 8; });
    std::printf("error %d\n", errgroup_wait(&g));

    errgroup sums = {};
    errgroup_set_limit(&sums, 2);
    std::atomic<int> sum{0};
    for (int i = 1; i <= 5; i++)
        errgroup_go(&sums, add, &sum, i);
    if (errgroup_wait(&sums) == 0)
        std::printf("sum %d\n", sum.load());

    context *ctx = context_with_timeout(nullptr, ms(2));
    chan(int64_t) at = time_after(ms(1));
    chan_get(at);
    chan_free(at);
    timer *t = timer_new(us(10));
    chan_get(timer_chan(t));
    timer_free(t);
    chan_get(context_done(ctx));
    std::puts(context_err(ctx));
    context_end(ctx);
}
