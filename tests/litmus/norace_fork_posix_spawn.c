/* P13: posix_spawn, system and popen from a program with threads. */
#define _GNU_SOURCE
#include "../support/litmus.h"
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

static void busy(void)
{
    reach(1);
    await(2);
}

int main(void)
{
    char name[] = "true";
    char *arguments[] = {name, NULL};
    char line[16];
    int status;
    pid_t child;
    pthread_t t = spawn(busy);
    await(1);
    must(posix_spawn(&child, "/bin/true", NULL, NULL, arguments, environ) == 0);
    must(waitpid(child, &status, 0) == child && status == 0);
    must(system("exit 4") == 4 << 8);
    FILE *pipe = popen("echo hello", "r");
    must(pipe && fgets(line, sizeof line, pipe) && line[0] == 'h');
    must(pclose(pipe) == 0);
    reach(2);
    join(t);
    return 0;
}
