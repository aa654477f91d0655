/* finds: assertion */
#include <cassert>
#include <memory>
#include <mutex>
#include <thread>

/* An observer keeps no reference: when it looks, the owner may have come to its end. */
int main()
{
    std::mutex m;
    auto owned = std::make_shared<int>(7);
#ifdef FIXED
    std::shared_ptr<int> observed = owned;
    auto look = [&] { return observed; };
#else
    std::weak_ptr<int> observed = owned;
    auto look = [&] { return observed.lock(); };
#endif
    std::thread observer([&] {
        std::lock_guard<std::mutex> lock(m);
        assert(look());
    });
    std::thread owner([&, mine = std::move(owned)]() mutable {
        for (int i = 0; i < 12; i++) {
            std::lock_guard<std::mutex> lock(m);
            ++*mine;
        }
        std::lock_guard<std::mutex> lock(m);
        mine.reset();
    });
    observer.join();
    owner.join();
}
