/*
 * versions: functions that libtsan exports and that libc has in two versions.
 *
 * A binary linked against libtsan refers to what libtsan exports without a symbol version. When
 * libtsan is not there, the loader binds such a reference to libc's oldest version: a condition
 * variable of another layout than the one that our pthread_cond_wait knows, for example. So what
 * libtsan exports and libc versions must be exported by us, and leads to the current version.
 * tests/lint/versions.sh compares the names.
 */
#include <fcntl.h>
#include <glob.h>
#include <regex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/check.h"
#include "interpose/control/control.h"
#include "interpose/runtime.h"

/* The current version of libc's function, looked up once. */
static void *current(void *_Atomic *cache, const char *name)
{
    void *function = atomic_load_explicit(cache, memory_order_relaxed);
    if (function)
        return function;
    function = real_find(name);
    CHECK_MSG(function, "a function that the program calls is not in the C library");
    atomic_store_explicit(cache, function, memory_order_relaxed);
    return function;
}

#define FORWARD(ret, name, params, arguments)                                                      \
    RT_EXPORT ret name params;                                                                     \
    ret name params                                                                                \
    {                                                                                              \
        static void *_Atomic cache;                                                                \
        return ((ret(*) params)current(&cache, #name))arguments;                                   \
    }

FORWARD(FILE *, fmemopen, (void *buffer, size_t size, const char *mode), (buffer, size, mode))
FORWARD(int, glob,
        (const char *pattern, int flags, int (*error)(const char *, int), glob_t *result),
        (pattern, flags, error, result))
FORWARD(int, glob64,
        (const char *pattern, int flags, int (*error)(const char *, int), glob64_t *result),
        (pattern, flags, error, result))
#ifndef __clang__ /* glibc declares an array whose size is another parameter */
#pragma GCC diagnostic ignored "-Wvla-parameter"
#endif
FORWARD(int, regexec,
        (const regex_t *regex, const char *text, size_t size, regmatch_t *matches, int flags),
        (regex, text, size, matches, flags))
FORWARD(int, sched_getaffinity, (pid_t pid, size_t size, cpu_set_t *set),
        (control_id_real(pid), size, set))
FORWARD(int, pthread_getaffinity_np, (pthread_t id, size_t size, cpu_set_t *set), (id, size, set))
FORWARD(int, pthread_attr_getaffinity_np, (const pthread_attr_t *attr, size_t size, cpu_set_t *set),
        (attr, size, set))
