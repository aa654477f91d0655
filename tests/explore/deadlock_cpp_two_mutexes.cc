/* finds: deadlock */
#include <mutex>
#include <thread>

/* Swaps two accounts, in either direction. */
struct account {
    std::mutex lock;
    int money = 1;
};

static void swap(account &one, account &other)
{
#ifdef FIXED
    std::scoped_lock lock(one.lock, other.lock);
#else
    std::lock_guard<std::mutex> first(one.lock), second(other.lock);
#endif
    std::swap(one.money, other.money);
}

int main()
{
    account a, b;
    std::thread there([&] { swap(a, b); });
    std::thread back([&] { swap(b, a); });
    there.join();
    back.join();
}
