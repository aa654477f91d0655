// The workloads of work.c with Boost.Fiber (one thread, the default scheduler), where it has a
// counterpart.
//
//     usage: work NAME [N]     prints: NAME N cpu_ns_per_op wall_ns_per_op
#include <boost/fiber/all.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

namespace fibers = boost::fibers;
using boost::this_fiber::yield;
template <class T> using channel = fibers::unbuffered_channel<T>;

// Fibers that do nothing, 100 at a time.
static void spawn(long n)
{
    long finished = 0;
    for (long i = 0; i < n; i += 100) {
        for (int j = 0; j < 100; j++)
            fibers::fiber([&finished] { finished++; }).detach();
        while (finished < i + 100)
            yield();
    }
}

// Ten fibers take turns.
static void yields(long n)
{
    std::vector<fibers::fiber> all;
    for (int i = 0; i < 10; i++)
        all.emplace_back([n] {
            for (long j = 0; j < n / 10; j++)
                yield();
        });
    for (auto &each : all)
        each.join();
}

// A value goes there and back again over two unbuffered channels.
static void pingpong(long n)
{
    channel<long> ping, pong;
    fibers::fiber peer([&] {
        for (long v : ping)
            pong.push(v);
    });
    long back;
    for (long i = 0; i < n; i++) {
        ping.push(i);
        pong.pop(back);
    }
    ping.close();
    peer.join();
}

template <class Channel> static void stream(Channel &c, long n)
{
    fibers::fiber producer([&] {
        for (long i = 0; i < n; i++)
            c.push(i);
    });
    long value;
    for (long i = 0; i < n; i++)
        c.pop(value);
    producer.join();
}

static void oneway(long n)
{
    channel<long> c;
    stream(c, n);
}

static void buffered(long n)
{
    fibers::buffered_channel<long> c(128);
    stream(c, n);
}

// Four producers and four consumers at one unbuffered channel.
static void many(long n)
{
    channel<long> c;
    std::vector<fibers::fiber> all;
    for (int i = 0; i < 4; i++) {
        all.emplace_back([&c, n] {
            for (long j = 0; j < n / 4; j++)
                c.push(j);
        });
        all.emplace_back([&c, n] {
            long value;
            for (long j = 0; j < n / 4; j++)
                c.pop(value);
        });
    }
    for (auto &each : all)
        each.join();
}

static void mutex_only(long n)
{
    fibers::mutex m;
    volatile long count = 0;
    for (long i = 0; i < n; i++) {
        m.lock();
        count = count + 1;
        m.unlock();
    }
}

// n fibers at once, each sends a value to the one who adds them up.
static void fanout(long n)
{
    channel<long> c;
    for (long i = 0; i < n; i++)
        fibers::fiber([&c, i] { c.push(i); }).detach();
    long sum = 0, value;
    for (long i = 0; i < n; i++) {
        c.pop(value);
        sum += value;
    }
    if (sum != n * (n - 1) / 2)
        abort();
    yield();
}

static const struct {
    const char *name;
    long n;
    void (*run)(long n);
} works[] = {
    {"spawn", 100000, spawn},        {"yield", 2000000, yields},
    {"pingpong", 300000, pingpong},  {"oneway", 300000, oneway},
    {"buffered", 2000000, buffered}, {"many", 300000, many},
    {"mutex", 10000000, mutex_only}, {"fanout", 10000, fanout},
};

static double now(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

int main(int argc, char **argv)
{
    for (auto &work : works) {
        if (argc < 2 || strcmp(work.name, argv[1]) != 0)
            continue;
        long n = argc > 2 ? atol(argv[2]) : work.n;
        double cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);
        work.run(n);
        printf("%s %ld %.1f %.1f\n", work.name, n,
               (now(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)n,
               (now(CLOCK_MONOTONIC) - wall) / (double)n);
        return 0;
    }
    fprintf(stderr, "usage: work NAME [N]\n");
    return 2;
}
