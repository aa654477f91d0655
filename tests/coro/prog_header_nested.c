/*
 * The macros nest in themselves and in each other without a word from the compiler.
 * stdout-only: nested
 */
#pragma GCC diagnostic error "-Wshadow"
#pragma GCC diagnostic error "-Wconversion"
#pragma GCC diagnostic error "-Wdangling-else"
#pragma GCC diagnostic error "-Wpedantic"
#ifdef __clang__
#pragma clang diagnostic error "-Wgnu"
#endif

#include <racerun/go.h>
#include <stdio.h>

static int add(int *sum, int more)
{
    *sum += more;
    return 0;
}

static int selects(chan(int) a, chan(int) b)
{
    int n = 0;
    chan_select {
        on_recv(a, &n) {
            chan_select {
                on_recv(b, &n) {
                    chan_select_forever {
                        on_send(b, n) { n++; }
                        on_default { break; }
                    }
                }
                on_timeout(ms(1)) { n = -1; }
            }
        }
        on_default { n = -2; }
    }
    if (n > 0)
        chan_select { on_default { n++; } }
    else
        chan_select { on_default { n--; } }
    return n;
}

static int attempts(void)
{
    static int sum; /* a local one would have to be volatile */
    go_attempt {
        go_attempt { go_panic("inner"); }
        go_rescue(p) {
            go_attempt { add(&sum, p->text[0] == 'i'); }
            go_rescue(never) { add(&sum, never != NULL); }
            go_panic("outer");
        }
    }
    go_rescue(p) add(&sum, p->text[0] == 'o');
    return sum;
}

static int ranges(chan(int) a, chan(int) b)
{
    int sum = 0;
    chan_range(x, a) {
        defer(add, &sum, x);
        chan_range(y, b) {
            defer(add, &sum, y);
            break;
        }
    }
    return sum;
}

static int starts(chan(int) a)
{
    static int sum;
    mutex one = {0}, two = {0};
    waitgroup wg = {0};
    errgroup group = {0};
    chan_send(a, 1);
    waitgroup_go(&wg, add, &sum, chan_get(a));
    waitgroup_wait(&wg);
    errgroup_go(&group, add, &sum, (int)go_procs() > 0);
    errgroup_wait(&group);
    with_mutex(&one) with_mutex(&two) sum += go_try(add, &sum, 0);
    timer *t = time_after_func(seconds(100), add, &sum, 100);
    timer_stop(t);
    timer_free(t);
    return sum;
}

int main(void)
{
    chan(int) a = chan_make(int, 2), b = chan_make(int, 2);
    chan_send(a, 1);
    chan_send(b, 2);
    bool ok = selects(a, b) == 5 && attempts() == 2;
    while (chan_try_recv(b, NULL)) {
    }
    chan_send(a, 10);
    chan_send(b, 20);
    chan_close(a);
    ok = ok && ranges(a, b) == 30;
    chan_free(a);
    chan_free(b);
    a = chan_make(int, 1);
    ok = ok && starts(a) == 2;
    chan_free(a);
    puts(ok ? "nested" : "wrong");
    return !ok;
}
