/* clean: both take the stream before the mutex */
#include <stdio.h>

#include "threads.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static FILE *stream;
static int lines; /* the stream's lock guards it */

/* Others get the turn while the stream is taken by hand. */
static void *write_lines(void *argument)
{
    (void)argument;
    for (int i = 0; i < 2; i++) {
        flockfile(stream);
        int before = lines;
        pthread_mutex_lock(&mutex);
        fputs("a line\n", stream);
        pthread_mutex_unlock(&mutex);
        lines = before + 1;
        funlockfile(stream);
        fprintf(stream, "another one\n");
    }
    return NULL;
}

int main(void)
{
    stream = fopen("/dev/null", "w");
    assert(stream);
    start_many(2, write_lines);
    join_all();
    assert(lines == 4);
    fclose(stream);
    return 0;
}
