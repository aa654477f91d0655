/*
 * exec_env: the environment of a program about to be started. A program may drop what makes the
 * library follow it; we put it back, and keep what the user preloads. With follow_children off,
 * our entries are taken out instead.
 *
 * No allocation by libc: between fork and exec, malloc is not to be used.
 */
#include <string.h>

#include "base/check.h"
#include "base/sys.h"
#include "interpose/boot.h"
#include "interpose/process.h"

static const char preload_name[] = "LD_PRELOAD=";

static bool is_entry(const char *entry, const char *name, size_t length)
{
    return strncmp(entry, name, length) == 0;
}

static bool is_journal(const char *entry)
{
    return is_entry(entry, PROTO_ENV "=", sizeof PROTO_ENV);
}

static bool is_preload(const char *entry)
{
    return is_entry(entry, preload_name, sizeof preload_name - 1);
}

/* The entries of `envp`, and the length of its LD_PRELOAD. */
static size_t entries_count(char *const envp[], size_t *ret_preload_length)
{
    size_t count = 0;
    *ret_preload_length = 0;
    for (; envp && envp[count]; count++)
        if (is_preload(envp[count]))
            *ret_preload_length = strlen(envp[count]);
    return count;
}

/* `user` without our own library list; "" if nothing is left. Writes to `text`. */
static void preload_strip(char *text, const char *user)
{
    const char *ours = boot_preload + sizeof preload_name - 1;
    const char *at = *ours ? strstr(user, ours) : NULL;
    if (!at) {
        memcpy(text, user, strlen(user) + 1);
        return;
    }
    size_t before = (size_t)(at - user);
    const char *rest = at + strlen(ours);
    while (*rest == ':' || *rest == ' ')
        rest++;
    while (before && (user[before - 1] == ':' || user[before - 1] == ' ') && !*rest)
        before--;
    memcpy(text, user, before);
    memcpy(text + before, rest, strlen(rest) + 1);
}

/* "LD_PRELOAD=ours:theirs"; or theirs alone when children are not followed. */
static char *preload_make(char *text, const char *user_entry, bool follow)
{
    char *to = text;
    const char *base = follow ? boot_preload : preload_name;
    size_t length = strlen(base);
    memcpy(to, base, length);
    to += length;
    char *user = to + 1;
    *to = 0;
    preload_strip(user, user_entry + sizeof preload_name - 1);
    if (*user && follow)
        *to = ':';
    else if (*user)
        memmove(to, user, strlen(user) + 1);
    return text;
}

void exec_env_make(struct exec_env *env, char *const envp[])
{
    size_t preload_length, used = 0;
    size_t count = entries_count(envp, &preload_length);
    bool follow = rt_control->options.follow_children;
    env->size = (count + 3) * sizeof *env->envp + BOOT_PRELOAD_MAX + preload_length + 8;
    env->memory = sys_reserve(env->size);
    CHECK_MSG(env->memory, "out of memory for the environment of a new program");
    env->envp = env->memory;
    char *text = (char *)(env->envp + count + 3);
    const char *preload = preload_name;
    for (size_t i = 0; i < count; i++) {
        if (is_preload(envp[i]))
            preload = envp[i];
        else if (!is_journal(envp[i]))
            env->envp[used++] = envp[i];
    }
    preload_make(text, preload, follow);
    if (text[sizeof preload_name - 1])
        env->envp[used++] = text;
    if (follow)
        env->envp[used++] = (char *)(uintptr_t)boot_journal;
    env->envp[used] = NULL;
}

void exec_env_free(struct exec_env *env)
{
    sys_release(env->memory, env->size);
}
