/*
 * A ticker needs an interval.
 * exit: 2
 * stderr: ^panic: non-positive interval for NewTicker
 */
#include <racerun/go.h>

int main(void)
{
    ticker_new(0);
    return 0;
}
