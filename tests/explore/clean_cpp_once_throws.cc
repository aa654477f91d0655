/* clean: a routine of call_once that throws leaves it to the next caller */
#include <cassert>
#include <mutex>
#include <thread>

static std::once_flag once;
static std::mutex m;
static int tries, caught, made;

static void make()
{
    if (++tries == 1)
        throw tries;
    made++;
}

static void use()
{
    try {
        std::call_once(once, make);
    } catch (int) {
        std::lock_guard<std::mutex> hold(m);
        caught++;
    }
}

int main()
{
    std::thread a(use), b(use), c(use);
    a.join();
    b.join();
    c.join();
    assert(caught == 1 && made == 1 && tries == 2);
}
