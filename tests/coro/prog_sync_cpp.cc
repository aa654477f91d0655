/*
 * The header in C++: scopes and exceptions, generic keys, atomics.
 * stdout-only: counter 800 atomic 800
 * stdout-only: caught thrown, free again
 * stdout-only: one 1, seven 7, pointer 9
 * stdout-only: cas 1 0, swapped 5, now 6
 * stdout-only: once 1 after an exception
 * stdout-only: a group's goroutines: 45 1
 */
#include <mutex>
#include <racerun/go.h>
#include <cstdio>
#include <stdexcept>

static rgo_mutex m;
static waitgroup wg;
static int counter, atomic_counter, calls, sum;
static once o;

static void count()
{
    for (int i = 0; i < 100; i++) {
        with_mutex(&m) counter++;
        rgo_atomic_add(&atomic_counter, 1);
    }
    waitgroup_done(&wg);
}

static void throw_once()
{
    calls++;
    throw std::runtime_error("once");
}

int main()
{
    waitgroup_add(&wg, 8);
    for (int i = 0; i < 8; i++)
        go(count);
    waitgroup_wait(&wg);
    std::printf("counter %d atomic %d\n", counter, rgo_atomic_load(&atomic_counter));
    try {
        with_mutex(&m) throw std::runtime_error("thrown");
    } catch (const std::exception &e) {
        bool free = mutex_trylock(&m);
        std::printf("caught %s, %s\n", e.what(), free ? "free again" : "still locked");
        mutex_unlock(&m);
    }
    rgo_map table = {};
    void *one = nullptr, *seven = nullptr, *pointer = nullptr;
    map_store(&table, map_key("one"), reinterpret_cast<void *>(1));
    map_store(&table, map_key(7), reinterpret_cast<void *>(7));
    map_store(&table, map_key(&counter), reinterpret_cast<void *>(9));
    map_load(&table, map_key("one"), &one);
    map_load(&table, map_key(7L), &seven);
    map_load(&table, key_pointer(&counter), &pointer);
    std::printf("one %zu, seven %zu, pointer %zu\n", reinterpret_cast<size_t>(one),
                reinterpret_cast<size_t>(seven), reinterpret_cast<size_t>(pointer));
    map_done(&table, nullptr);
    long value = 4;
    bool first = rgo_atomic_cas(&value, 4, 5), second = rgo_atomic_cas(&value, 4, 7);
    long old = rgo_atomic_swap(&value, 6);
    std::printf("cas %d %d, swapped %ld, now %ld\n", first, second, old, rgo_atomic_load(&value));
    for (int i = 0; i < 3; i++)
        try {
            once_do(&o, throw_once);
        } catch (const std::exception &) {
        }
    std::printf("once %d after an exception\n", calls);
    rgo_cond c = {};
    cond_init(&c, &m);
    int left = 0;
    sum = 0;
    for (int i = 0; i < 10; i++)
        waitgroup_go(&wg, [i] { rgo_atomic_add(&sum, i); });
    waitgroup_go(&wg, [&left] {
        left = 1;
        go_exit();
    });
    waitgroup_wait(&wg);
    std::printf("a group's goroutines: %d %d\n", sum, left);
    return 0;
}
