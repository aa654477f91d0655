/* finds: assertion */
#include <sys/socket.h>
#include <unistd.h>

#include "threads.h"

/* Two clients ask over one connection; each has to be alone from question to answer. */
static int ends[2];
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static void *ask(void *argument)
{
    char question = (char)('a' + (long)argument), answer;
#ifdef FIXED
    pthread_mutex_lock(&m);
#endif
    assert(send(ends[0], &question, 1, 0) == 1);
    assert(recv(ends[0], &answer, 1, 0) == 1);
#ifdef FIXED
    pthread_mutex_unlock(&m);
#endif
    assert(answer == question - 'a' + 'A');
    return NULL;
}

static void *serve(void *unused)
{
    char question, answer;
    for (int i = 0; i < 2; i++) {
        assert(recv(ends[1], &question, 1, 0) == 1);
        answer = (char)(question - 'a' + 'A');
        assert(send(ends[1], &answer, 1, 0) == 1);
    }
    return unused;
}

int main(void)
{
    (void)m;
    assert(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    start_many(2, ask);
    start(serve);
    join_all();
    return 0;
}
