/*
 * The same names in C++17, also in templates.
 * stdout-only: sum 4950
 * stdout-only: point 1 2
 * stdout-only: closed 0
 * stdout-only: selected 5
 * stdout-only: timeout
 * stdout-only: doubled 84
 */
#include <racerun/go.h>

#include <cstdio>

struct point {
    int x, y;
};
struct holder {
    chan(point) points = nullptr;
    chan(chan(int)) channels = nullptr;
};

extern "C" void produce(chan(int) c);
void produce(chan(int) c)
{
    for (int i = 0; i < 100; i++)
        chan_send(c, i);
    chan_close(c);
}

template <class T> static void doubled(chan(T) from, chan(T) to)
{
    chan_range(v, from) chan_send(to, v + v);
}

template <class T> static T select_one(chan(T) a, chan(T) b)
{
    T value{};
    bool ok = false;
    chan_select
    {
        on_recv(a, &value, &ok) return value;
        on_recv(b, &value) return value + 1;
    }
    return value;
}

int main()
{
    chan(int) c = chan_make(int, 3), none = chan_make(int);
    go(produce, c);
    int sum = 0;
    chan_range(v, c) sum += v;
    std::printf("sum %d\n", sum);

    holder h{chan_make(point, 1), chan_make(chan(int), 1)};
    chan_send(h.points, {1, 2});
    point p = chan_get(h.points);
    std::printf("point %d %d\n", p.x, p.y);

    chan_send(h.channels, c);
    std::printf("closed %d\n", chan_get(chan_get(h.channels)));

    chan(long) wide = chan_make(long, 1), no = nullptr;
    chan_send(wide, 4);
    std::printf("selected %ld\n", select_one(no, wide));

    chan_select_forever
    {
        on_recv(none, nullptr) {}
        on_send(none, 3) {}
        on_send(h.points, {3, 4}) {}
        on_timeout(ms(1))
        {
            std::printf("timeout\n");
            break;
        }
    }

    chan(int) back = chan_make(int);
    go(doubled<int>, none, back);
    go([none] { chan_send(none, 42); });
    std::printf("doubled %d\n", chan_get(back));
    return 0;
}
