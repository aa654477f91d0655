#include "hb/lockgraph.h"

#include "base/check.h"

enum { INDEX_SIZE_MIN = 1 << 10 };

struct lock_edge {
    uint32_t next; /* of the same life that is held */
    uint32_t held, wanted;
};

static struct lock_edge *edge_at(const struct lockgraph *graph, uint32_t number)
{
    return arena_at(&graph->edges, number);
}

static uint32_t edges_used(const struct lockgraph *graph)
{
    return atomic_load_explicit(&graph->edges.used, memory_order_relaxed);
}

static size_t lives_bytes(const struct lockgraph *graph)
{
    return sizeof(uint32_t) * graph->lives_max;
}

static void array_release(uint32_t **array, size_t bytes)
{
    if (*array)
        sys_release(*array, bytes);
    *array = NULL;
}

bool lockgraph_ready(struct lockgraph *graph, uint32_t lives_max)
{
    if (graph->index)
        return true;
    *graph = (struct lockgraph){.lives_max = lives_max, .index_size = INDEX_SIZE_MIN};
    graph->out = sys_reserve(lives_bytes(graph));
    graph->seen = sys_reserve(lives_bytes(graph));
    graph->stack = sys_reserve(sizeof *graph->stack * LOCKGRAPH_STEPS_MAX);
    graph->index = sys_reserve(sizeof *graph->index * graph->index_size);
    if (!graph->out || !graph->seen || !graph->stack || !graph->index) {
        lockgraph_done(graph);
        return false;
    }
    arena_init(&graph->edges, sizeof(struct lock_edge), LOCKGRAPH_EDGES_MAX, SIZE_MAX,
               "too many orders of locks");
    return true;
}

void lockgraph_done(struct lockgraph *graph)
{
    if (graph->edges.base)
        arena_done(&graph->edges);
    array_release(&graph->out, lives_bytes(graph));
    array_release(&graph->seen, lives_bytes(graph));
    array_release(&graph->stack, sizeof *graph->stack * LOCKGRAPH_STEPS_MAX);
    array_release(&graph->index, sizeof *graph->index * graph->index_size);
}

void lockgraph_forget(struct lockgraph *graph)
{
    atomic_store_explicit(&graph->edges.used, 1, memory_order_relaxed);
    sys_discard(graph->out, lives_bytes(graph));
    sys_discard(graph->seen, lives_bytes(graph));
    sys_discard(graph->index, sizeof *graph->index * graph->index_size);
    graph->walk = 0;
}

/* ---- adding ---- */

/* Where the edge is in the index, or where it is to be. */
static uint32_t *edge_place(const struct lockgraph *graph, uint32_t held, uint32_t wanted)
{
    uint64_t hash = ((uint64_t)held << 32 | wanted) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t at = (uint32_t)(hash >> 32) & (graph->index_size - 1);
    for (; graph->index[at]; at = (at + 1) & (graph->index_size - 1)) {
        const struct lock_edge *edge = edge_at(graph, graph->index[at]);
        if (edge->held == held && edge->wanted == wanted)
            break;
    }
    return &graph->index[at];
}

/* Twice the room, so that it is never more than half full. */
static bool edges_index_grow(struct lockgraph *graph)
{
    uint32_t *before = graph->index, size = graph->index_size;
    uint32_t *index = sys_reserve(sizeof *index * size * 2);
    if (!index)
        return false;
    graph->index = index;
    graph->index_size = size * 2;
    for (uint32_t number = 1; number < edges_used(graph); number++) {
        const struct lock_edge *edge = edge_at(graph, number);
        *edge_place(graph, edge->held, edge->wanted) = number;
    }
    sys_release(before, sizeof *before * size);
    return true;
}

bool lockgraph_add(struct lockgraph *graph, uint32_t held, uint32_t wanted)
{
    uint32_t *place = edge_place(graph, held, wanted);
    if (*place)
        return true;
    if (edges_used(graph) + 1 >= LOCKGRAPH_EDGES_MAX)
        return false;
    if (edges_used(graph) >= graph->index_size / 2) {
        if (!edges_index_grow(graph))
            return false;
        place = edge_place(graph, held, wanted);
    }
    uint32_t number = *place = arena_alloc(&graph->edges);
    *edge_at(graph, number) = (struct lock_edge){graph->out[held], held, wanted};
    graph->out[held] = number;
    return true;
}

/* ---- walking ---- */

bool lockgraph_leads(struct lockgraph *graph, uint32_t from, const uint32_t *to, uint32_t count)
{
    if (graph->walk > UINT32_MAX - 4) {
        sys_discard(graph->seen, lives_bytes(graph));
        graph->walk = 0;
    }
    uint32_t wanted = graph->walk += 2, been = wanted + 1, depth = 0, steps = 0;
    for (uint32_t i = 0; i < count; i++)
        graph->seen[to[i]] = wanted;
    graph->seen[from] = been;
    for (uint32_t number = graph->out[from];;) {
        while (!number && depth > 0)
            number = graph->out[graph->stack[--depth]];
        if (!number)
            return false;
        const struct lock_edge *edge = edge_at(graph, number);
        if (graph->seen[edge->wanted] == wanted || ++steps == LOCKGRAPH_STEPS_MAX)
            return true;
        if (graph->seen[edge->wanted] != been) {
            graph->seen[edge->wanted] = been;
            graph->stack[depth++] = edge->wanted;
        }
        number = edge->next;
    }
}
