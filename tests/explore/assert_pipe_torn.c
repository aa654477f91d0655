/* finds: assertion */
#include <unistd.h>

#include "threads.h"

/* A message is its sender and its text, in two writes: those of another may come between. */
static int ends[2];

static void *send_it(void *argument)
{
    char message[2] = {(char)('0' + (long)argument), (char)('a' + (long)argument)};
#ifdef FIXED
    assert(write(ends[1], message, 2) == 2);
#else
    assert(write(ends[1], message, 1) == 1);
    assert(write(ends[1], message + 1, 1) == 1);
#endif
    return NULL;
}

int main(void)
{
    char message[2];
    assert(pipe(ends) == 0);
    start_many(2, send_it);
    for (int i = 0; i < 2; i++) {
        assert(read(ends[0], &message[0], 1) == 1);
        assert(read(ends[0], &message[1], 1) == 1);
        assert(message[0] - '0' == message[1] - 'a');
    }
    join_all();
    return 0;
}
