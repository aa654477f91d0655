/*
 * C++ exceptions belong to the goroutine: whoever waits in a handler, or in a destructor while an
 * exception passes, finds its own there afterwards, on whichever thread; and what it caught when it
 * ends there is over.
 * stdout-only: handlers: 0 wrong
 * stdout-only: destructors: 0 wrong
 * stdout-only: regions: 0 wrong
 * stdout-only: ends: 0 left
 */
#include <racerun/go.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

static std::atomic<int> wrong, left;

static void check(bool ok)
{
    if (!ok)
        wrong++;
}

static std::string name_of(int id, int round)
{
    return "exception " + std::to_string(id) + "/" + std::to_string(round) + ", too long for a register";
}

static void handles(int id, waitgroup *wg)
{
    for (int i = 0; i < 100; i++) {
        std::string mine = name_of(id, i);
        try {
            throw std::runtime_error(mine);
        } catch (std::exception &e) {
            for (int k = 0; k < id % 4 + 1; k++)
                go_yield();
            check(mine == e.what());
            try {
                throw;
            } catch (std::exception &again) {
                check(mine == again.what());
            }
        }
        check(!std::current_exception());
    }
    waitgroup_done(wg);
}

struct waits {
    ~waits()
    {
        go_yield();
        check(std::uncaught_exceptions() == 1);
    }
};

static void unwinds(int id, waitgroup *wg)
{
    for (int i = 0; i < 100; i++) {
        try {
            waits w;
            throw id;
        } catch (int caught) {
            check(caught == id);
        }
        check(std::uncaught_exceptions() == 0);
    }
    waitgroup_done(wg);
}

static void moves(int id, waitgroup *wg)
{
    for (int i = 0; i < 20; i++) {
        std::string mine = name_of(id, i);
        try {
            throw std::runtime_error(mine);
        } catch (std::exception &e) {
            go_blocking_begin();
            check(mine == e.what());
            std::exception_ptr there = std::current_exception();
            go_blocking_end();
            check(there == std::current_exception());
        }
        check(!std::current_exception());
    }
    waitgroup_done(wg);
}

struct counted {
    counted() { left++; }
    counted(const counted &) { left++; }
    ~counted() { left--; }
};

static void ends(int, waitgroup *wg)
{
    check(!std::current_exception());
    try {
        throw counted();
    } catch (counted &) {
        try {
            throw counted();
        } catch (...) {
            go_yield();
            waitgroup_done(wg);
            go_exit();
        }
    }
}

static void run(void (*fn)(int, waitgroup *))
{
    waitgroup wg = {};
    waitgroup_add(&wg, 20);
    for (int i = 0; i < 20; i++)
        go(fn, i, &wg);
    waitgroup_wait(&wg);
    while (go_count() > 1)
        go_yield();
}

int main()
{
    run(handles);
    std::printf("handlers: %d wrong\n", wrong.exchange(0));
    run(unwinds);
    std::printf("destructors: %d wrong\n", wrong.exchange(0));
    run(moves);
    std::printf("regions: %d wrong\n", wrong.exchange(0));
    run(ends);
    std::printf("ends: %d left\n", wrong + left);
}
