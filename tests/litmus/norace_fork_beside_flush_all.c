/* P13: libc's fork takes the lock of all streams; a thread that holds it runs user code, which locks. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_bool stop;
static long total;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t cookie_write(void *cookie, const char *text, size_t size)
{
    (void)cookie;
    for (size_t i = 0; i < size; i++) {
        pthread_mutex_lock(&lock);
        total += text[i];
        pthread_mutex_unlock(&lock);
    }
    return (ssize_t)size;
}

static void flusher(void)
{
    FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = cookie_write});
    must(stream != NULL);
    do { /* once at least: main may have forked all its children before this thread began */
        fprintf(stream, "%100d", 1);
        fflush(NULL);
    } while (!stop);
    fclose(stream);
}

int main(void)
{
    pthread_t t = spawn(flusher);
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        must(child >= 0);
        if (child == 0)
            _exit(0);
        must(waitpid(child, NULL, 0) == child);
    }
    stop = true;
    join(t);
    pthread_mutex_lock(&lock);
    must(total > 0);
    pthread_mutex_unlock(&lock);
}
