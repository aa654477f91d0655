/* Goroutine-local storage: a short list, newest first. */
#include <stdlib.h>

#include "runtime.h"

struct local {
    const void *key;
    void *value;
    void (*destroy)(void *value);
    struct local *next;
};

static struct local *local_find(struct goroutine *g, const void *key)
{
    struct local *local = g->locals;
    while (local && local->key != key)
        local = local->next;
    return local;
}

void *rgo_local_get(const void *key)
{
    struct local *local = local_find(goroutine_self(), key);
    return local ? local->value : NULL;
}

void rgo_local_set(const void *key, void *value, void (*destroy)(void *value))
{
    struct goroutine *g = goroutine_self();
    struct local *local = local_find(g, key);
    if (!local) {
        local = malloc(sizeof *local);
        if (!local)
            fatal_text("runtime: cannot allocate memory for a goroutine's storage");
        local->key = key;
        local->next = g->locals;
        g->locals = local;
    }
    local->value = value;
    local->destroy = destroy;
}

/* A destructor may set values again; they are destroyed in turn. */
void locals_destroy(struct goroutine *g)
{
    while (g->locals) {
        struct local *local = g->locals;
        g->locals = local->next;
        if (local->destroy && local->value)
            local->destroy(local->value);
        free(local);
    }
}
