/* P16: each thread has its own __thread variables. */
#include "../support/litmus.h"

__thread int own_counter = 5;
__thread char own_buffer[100];

static void worker(void)
{
    meet(3);
    for (int i = 0; i < 100; i++) {
        own_counter++;
        own_buffer[i] = (char)own_counter;
        use(own_buffer[i]);
    }
    must(own_counter == 105);
}

int main(void)
{
    litmus_run3(worker, worker, worker);
    must(own_counter == 5);
    return 0;
}
