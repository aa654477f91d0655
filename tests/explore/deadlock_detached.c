/* finds: deadlock, of some: main ends the program all the same */
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;

static void take_both(pthread_mutex_t *first, pthread_mutex_t *second)
{
    pthread_mutex_lock(first);
    pthread_mutex_lock(second);
    pthread_mutex_unlock(second);
    pthread_mutex_unlock(first);
}

static void *one(void *unused)
{
    take_both(&left, &right);
    return unused;
}

static void *other(void *unused)
{
#ifdef FIXED
    take_both(&left, &right);
#else
    take_both(&right, &left);
#endif
    return unused;
}

static void *third(void *unused)
{
    pthread_mutex_lock(&left); /* may wait for them when the program ends */
    pthread_mutex_unlock(&left);
    return unused;
}

int main(void)
{
    void *(*const functions[])(void *) = {one, other, third};
    for (int i = 0; i < 3; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, functions[i], NULL);
        pthread_detach(thread);
    }
    sleep(1000);
    return 0;
}
