/* main calls pthread_exit: the threads that go on are the program. */
// options: thread-leaks=yes
#include "../support/litmus.h"

static void *goes_on(void *main_thread)
{
    must(pthread_join(*(pthread_t *)main_thread, NULL) == 0);
    return NULL;
}

int main(void)
{
    static pthread_t self;
    pthread_t thread;
    self = pthread_self();
    must(pthread_create(&thread, NULL, goes_on, &self) == 0);
    pthread_exit(NULL);
}
