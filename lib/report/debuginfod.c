/*
 * debuginfod: see debuginfod.h. The client library calls back about once a second while it waits,
 * and gives up when told so. It is libdw that loads it; the one function needed of it is looked up,
 * since it may not be installed.
 */
#include "report/debuginfod.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int progress_function(debuginfod_client *client, long done, long all);
typedef void progress_setter(debuginfod_client *client, progress_function *function);

/* One report a process: the time is of the process. */
static struct {
    uint64_t begun_ns, spent_ns;
    bool given_up;
} waiting;

static uint64_t now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static const char *servers(void)
{
    const char *urls = getenv("DEBUGINFOD_URLS");
    return urls && *urls ? urls : NULL;
}

unsigned debuginfod_seconds(void)
{
    const char *text = getenv("DEBUGINFOD_MAXTIME");
    long seconds = text ? strtol(text, NULL, 10) : 0;
    return seconds > 0 && seconds < 86400 ? (unsigned)seconds : DEBUGINFOD_SECONDS;
}

static int give_up_late(debuginfod_client *client, long done, long all)
{
    (void)client, (void)done, (void)all;
    uint64_t spent = waiting.spent_ns + now_ns() - waiting.begun_ns;
    waiting.given_up |= spent >= debuginfod_seconds() * UINT64_C(1000000000);
    return waiting.given_up;
}

static progress_setter *setter_open(void)
{
    static progress_setter *setter;
    static bool tried;
    if (tried)
        return setter;
    tried = true;
    void *library = dlopen("libdebuginfod.so.1", RTLD_LAZY | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, "debuginfod_set_progressfn") : NULL;
    memcpy(&setter, &symbol, sizeof(setter));
    return setter;
}

void debuginfod_bound(Dwfl *dwfl)
{
    progress_setter *setter = servers() ? setter_open() : NULL;
    debuginfod_client *client = setter ? dwfl_get_debuginfod_client(dwfl) : NULL;
    if (client)
        setter(client, give_up_late);
}

void debuginfod_begin(void)
{
    waiting.begun_ns = now_ns();
}

bool debuginfod_end(void)
{
    if (servers())
        waiting.spent_ns += now_ns() - waiting.begun_ns;
    return waiting.given_up;
}
