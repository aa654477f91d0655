#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cc.h"
#include "tool.h"

static int compiler_execute(enum cc_language language, int argc, char **argv)
{
    static struct installation installation;
    if (installation_find(&installation) < 0)
        return EXIT_TOOL;
    char **command = cc_command(&installation, language, argc, argv);
    if (!command)
        return EXIT_TOOL;
    execvp(command[0], command);
    int error = errno;
    if (error == ENOENT)
        tool_say("the compiler '%s' is not found; install it or set %s", command[0],
                 language == CC_CXX ? "RACERUN_CXX" : "RACERUN_CC");
    else
        tool_say("cannot start %s: %s", command[0], strerror(error));
    return error == ENOENT ? EXIT_NOT_FOUND : EXIT_UNEXECUTABLE;
}

int cmd_cc(int argc, char **argv)
{
    return compiler_execute(CC_C, argc, argv);
}

int cmd_launch(int argc, char **argv)
{
    return compiler_execute(CC_GIVEN, argc, argv);
}

int cmd_cxx(int argc, char **argv)
{
    return compiler_execute(CC_CXX, argc, argv);
}
