/* G20: the mutex is a part of what is overwritten: memset. */
// expect-count: 2
// expect-location: g_account
#include "golitmus.h"

#include <string.h>
struct account {
    mutex lock;
    int balance;
};

struct account g_account;

static void user(void)
{
    mutex_lock(&g_account.lock);
    g_account.balance++;
    mutex_unlock(&g_account.lock);
    reach(1);
}

static void writer(void)
{
    await(1);
    memset(&g_account, 0, sizeof g_account);
}

int main(void)
{
    run2(user, writer);
    return 0;
}
