/*
 * measure: runs a command and adds a line to a file when it has ended: seconds of CPU, user and
 * kernel, and peak of memory in KiB, of the largest of its processes. Signals that end a server are
 * passed on; the exit status is the command's.
 *
 *     usage: measure FILE COMMAND [ARGUMENT...]
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile pid_t child;

static void pass_on(int signal)
{
    if (child > 0)
        kill(child, signal);
}

static double seconds(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static int run(char **command, struct rusage *ret_usage)
{
    child = fork();
    if (child == 0) {
        execvp(command[0], command);
        _exit(127);
    }
    int status = 0;
    signal(SIGTERM, pass_on);
    signal(SIGINT, pass_on);
    while (child > 0 && wait4(child, &status, 0, ret_usage) < 0)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: measure FILE COMMAND [ARGUMENT...]\n");
        return 125;
    }
    struct rusage usage = {0};
    int status = run(argv + 2, &usage);
    int file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (file < 0 || dprintf(file, "%.6f %ld\n", seconds(&usage.ru_utime) + seconds(&usage.ru_stime),
                            usage.ru_maxrss) < 0) {
        perror(argv[1]);
        return 125;
    }
    return status;
}
