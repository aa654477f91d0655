/*
 * Select without cases waits for ever.
 * exit: 2
 * stderr: ^fatal error: all goroutines are asleep - deadlock!
 * stderr: select \(no cases\)
 */
#include <racerun/go.h>

int main(void)
{
    chan_select {}
    return 0;
}
