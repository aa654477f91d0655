/*
 * main may leave its thread to others of the program's own, while it has no goroutines.
 * stdout-only: the thread goes on
 */
#include <pthread.h>
#include <racerun/go.h>
#include <stdio.h>
#include <unistd.h>

static pthread_t main_thread;

static void *goes_on(void *unused)
{
    pthread_join(main_thread, NULL);
    puts("the thread goes on");
    return unused;
}

int main(void)
{
    pthread_t thread;
    main_thread = pthread_self();
    if (pthread_create(&thread, NULL, goes_on, NULL) || pthread_detach(thread))
        return 1;
    pthread_exit(NULL);
}
