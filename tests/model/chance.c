/*
 * chance: see chance.h. An order's probability is followed along the order: what a strategy may
 * have drawn so far is a distribution, and each step keeps the part of it that takes the step.
 */
#include "chance.h"

#include <math.h>
#include <string.h>

/* ---- programs ---- */

struct state {
    int at[CHANCE_TASKS];
    int owner[CHANCE_LOCKS]; /* task + 1 */
};

void chance_parse(const char *text, struct chance_program *ret_program)
{
    int length = 0;
    *ret_program = (struct chance_program){.tasks = 1};
    for (; *text; text++) {
        if (*text == '|') {
            ret_program->tasks++;
            length = 0;
        } else {
            ret_program->code[ret_program->tasks - 1][length++] = *text;
            ret_program->steps++;
        }
    }
}

static char step_of(const struct chance_program *program, const struct state *state, int task)
{
    return program->code[task][state->at[task]]; /* 0: it has ended */
}

/* Which object: a variable, or a lock. */
static char object_of(char step)
{
    return step == ')' ? '(' : step == ']' ? '[' : step;
}

static bool enabled(const struct chance_program *program, const struct state *state, int task)
{
    char step = step_of(program, state, task);
    return step && !(step == '(' && state->owner[0]) && !(step == '[' && state->owner[1]);
}

static int enabled_count(const struct chance_program *program, const struct state *state)
{
    int count = 0;
    for (int task = 0; task < program->tasks; task++)
        count += enabled(program, state, task);
    return count;
}

static void take(const struct chance_program *program, struct state *state, int task)
{
    char step = step_of(program, state, task);
    int lock = object_of(step) == '[';
    if (object_of(step) == '(' || object_of(step) == '[')
        state->owner[lock] = step == object_of(step) ? task + 1 : 0;
    state->at[task]++;
}

/* The order's next task goes; false: it cannot. */
static bool follow(const struct chance_program *program, struct state *state, char digit)
{
    int task = digit - '0';
    if (!enabled(program, state, task))
        return false;
    take(program, state, task);
    return true;
}

static void orders_from(const struct chance_program *program, const struct state *state,
                        char *order, int steps, void (*visit)(void *context, const char *order),
                        void *context)
{
    order[steps] = 0;
    if (!enabled_count(program, state))
        visit(context, order);
    for (int task = 0; task < program->tasks; task++) {
        struct state next = *state;
        order[steps] = (char)('0' + task);
        if (follow(program, &next, order[steps]))
            orders_from(program, &next, order, steps + 1, visit, context);
    }
}

void chance_orders(const struct chance_program *program,
                   void (*visit)(void *context, const char *order), void *context)
{
    char order[CHANCE_TASKS * CHANCE_STEPS];
    orders_from(program, &(struct state){0}, order, 0, visit, context);
}

/* ---- random walk ---- */

double chance_random(const struct chance_program *program, const char *order)
{
    struct state state = {0};
    double chance = 1;
    for (; *order; order++) {
        chance /= enabled_count(program, &state);
        if (!follow(program, &state, *order))
            return 0;
    }
    return chance;
}

/* ---- PCT: all priorities and change points ---- */

static int highest(const struct chance_program *program, const struct state *state,
                   const int *priorities)
{
    int best = -1;
    for (int task = 0; task < program->tasks; task++)
        if (enabled(program, state, task) && (best < 0 || priorities[task] > priorities[best]))
            best = task;
    return best;
}

/* Who is about to take a step that is a change point drops below all; of several, further. */
static bool pct_takes(const struct chance_program *program, const int *drawn, const int *changes,
                      int changes_count, const char *order)
{
    struct state state = {0};
    int priorities[CHANCE_TASKS], lowest = 0;
    memcpy(priorities, drawn, sizeof priorities);
    for (int step = 1; order[step - 1]; step++) {
        int dropping = highest(program, &state, priorities);
        for (int i = 0; i < changes_count; i++)
            if (changes[i] == step)
                priorities[dropping] = --lowest;
        if (highest(program, &state, priorities) != order[step - 1] - '0')
            return false;
        take(program, &state, order[step - 1] - '0');
    }
    return true;
}

/* The next sequence of `count` numbers from `first` to `last`; false: there is none. */
static bool sequence_next(int *numbers, int count, int first, int last)
{
    for (int i = 0; i < count; i++) {
        if (numbers[i]++ < last)
            return true;
        numbers[i] = first;
    }
    return false;
}

static bool all_different(const int *numbers, int count)
{
    for (int i = 0; i < count; i++)
        for (int j = 0; j < i; j++)
            if (numbers[i] == numbers[j])
                return false;
    return true;
}

double chance_pct(const struct chance_program *program, int depth, const char *order)
{
    int64_t taken = 0, all = 0;
    int priorities[CHANCE_TASKS] = {1, 1, 1, 1};
    do {
        int changes[CHANCE_STEPS];
        for (int i = 0; i < depth - 1; i++)
            changes[i] = 1;
        if (all_different(priorities, program->tasks))
            do {
                all++;
                taken += pct_takes(program, priorities, changes, depth - 1, order);
            } while (sequence_next(changes, depth - 1, 1, program->steps));
    } while (sequence_next(priorities, program->tasks, 1, program->tasks));
    return (double)taken / (double)all;
}

/* ---- POS: the ranks of all that was drawn ---- */

/*
 * A further draw is equally likely to have each rank among all the former ones, whatever their
 * order. So what matters of the past is the rank, among all draws so far, of each task's own.
 */
enum { RANKS = 32, DISTRIBUTION = 1 << 20 };

struct ranks {
    int draws;
    double mass[DISTRIBUTION]; /* by ranks: 5 bits a task */
};

static unsigned rank_of(unsigned ranks, int task)
{
    return ranks >> 5 * task & (RANKS - 1);
}

static unsigned rank_insert(unsigned ranks, int tasks, int task, unsigned rank)
{
    unsigned moved = 0;
    for (int other = 0; other < tasks; other++) {
        unsigned before = rank_of(ranks, other);
        unsigned now = other == task ? rank : before >= rank ? before + 1 : before;
        moved |= (now & (RANKS - 1)) << 5 * other;
    }
    return moved;
}

static void rank_draw(struct ranks *ranks, int tasks, int task)
{
    static double next[DISTRIBUTION];
    size_t size = sizeof *next << 5 * tasks;
    memset(next, 0, size);
    for (unsigned i = 0; i < 1u << 5 * tasks; i++)
        for (int rank = 0; rank <= ranks->draws && ranks->mass[i] > 0; rank++)
            next[rank_insert(i, tasks, task, (unsigned)rank)] +=
                ranks->mass[i] / (ranks->draws + 1);
    memcpy(ranks->mass, next, size);
    ranks->draws++;
}

/* Only where the task is the highest of those that can go. */
static void rank_keep(struct ranks *ranks, const struct chance_program *program,
                      const struct state *state, int task)
{
    for (unsigned i = 0; i < 1u << 5 * program->tasks; i++)
        for (int other = 0; other < program->tasks && ranks->mass[i] > 0; other++)
            if (enabled(program, state, other) && rank_of(i, other) > rank_of(i, task))
                ranks->mass[i] = 0;
}

double chance_pos(const struct chance_program *program, const char *order)
{
    static struct ranks ranks;
    struct state state = {0};
    double chance = 0;
    memset(ranks.mass, 0, sizeof *ranks.mass << 5 * program->tasks);
    ranks.draws = 0;
    ranks.mass[0] = 1;
    for (int task = 0; task < program->tasks; task++)
        rank_draw(&ranks, program->tasks, task);
    for (; *order; order++) {
        int task = *order - '0';
        char object = object_of(step_of(program, &state, task));
        if (enabled_count(program, &state) > 1)
            rank_keep(&ranks, program, &state, task);
        if (!follow(program, &state, *order))
            return 0;
        for (int other = 0; other < program->tasks; other++)
            if (step_of(program, &state, other) &&
                (other == task || object_of(step_of(program, &state, other)) == object))
                rank_draw(&ranks, program->tasks, other);
    }
    for (unsigned i = 0; i < 1u << 5 * program->tasks; i++)
        chance += ranks.mass[i];
    return chance;
}

/* ---- SURW: who was drawn ---- */

static bool used_by(const struct chance_program *program, int task, char object)
{
    for (const char *step = program->code[task]; *step; step++)
        if (object_of(*step) == object)
            return true;
    return false;
}

/* All objects that several tasks use. */
static int shared_find(const struct chance_program *program, char *ret_objects)
{
    static const char all[] = "abcdefghijklmnopqrstuvwxyz([";
    int count = 0;
    for (const char *object = all; *object; object++) {
        int users = 0;
        for (int task = 0; task < program->tasks; task++)
            users += used_by(program, task, *object);
        if (users > 1)
            ret_objects[count++] = *object;
    }
    ret_objects[count] = 0;
    return count;
}

struct surw {
    const struct chance_program *program;
    const char *objects; /* the interesting ones */
    struct state state;
    int left[CHANCE_TASKS];            /* interesting steps */
    double intended[CHANCE_TASKS + 1]; /* how likely it is that this task is drawn; last: nobody */
};

static bool interests(const struct surw *surw, int task)
{
    char step = step_of(surw->program, &surw->state, task);
    return step && strchr(surw->objects, object_of(step));
}

static void surw_draw(struct surw *surw)
{
    int tasks = surw->program->tasks, all = 0;
    double nobody = surw->intended[CHANCE_TASKS];
    for (int task = 0; task < tasks; task++)
        all += surw->left[task];
    for (int task = 0; task < tasks && all; task++)
        surw->intended[task] += nobody * surw->left[task] / all;
    if (all)
        surw->intended[CHANCE_TASKS] = 0;
}

/* That `task` goes when `intended` was drawn: anybody who does nothing interesting or was drawn;
 * where there is nobody, by what is left to those that can go. */
static double surw_goes(const struct surw *surw, int intended, int task)
{
    int free = 0, left = 0, able = 0;
    bool is_free = !interests(surw, task) || task == intended;
    for (int other = 0; other < surw->program->tasks; other++) {
        if (!enabled(surw->program, &surw->state, other))
            continue;
        able++;
        left += surw->left[other];
        free += !interests(surw, other) || other == intended;
    }
    if (free)
        return is_free ? 1. / free : 0;
    return left ? (double)surw->left[task] / left : 1. / able;
}

static double surw_follow(struct surw *surw, const char *order)
{
    double chance = 0;
    for (; *order; order++) {
        int task = *order - '0';
        if (enabled_count(surw->program, &surw->state) > 1) {
            surw_draw(surw);
            for (int intended = 0; intended <= CHANCE_TASKS; intended++)
                surw->intended[intended] *= surw_goes(surw, intended, task);
        }
        if (interests(surw, task)) {
            double all = 0;
            for (int intended = 0; intended <= CHANCE_TASKS; intended++) {
                all += surw->intended[intended];
                surw->intended[intended] = 0;
            }
            surw->intended[CHANCE_TASKS] = all;
            surw->left[task]--;
        }
        if (!follow(surw->program, &surw->state, *order))
            return 0;
    }
    for (int intended = 0; intended <= CHANCE_TASKS; intended++)
        chance += surw->intended[intended];
    return chance;
}

static double surw_about(const struct chance_program *program, const char *objects,
                         const char *order)
{
    struct surw surw = {.program = program, .objects = objects, .intended = {[CHANCE_TASKS] = 1}};
    for (int task = 0; task < program->tasks; task++)
        for (const char *step = program->code[task]; *step; step++)
            surw.left[task] += strchr(objects, object_of(*step)) != NULL;
    return surw_follow(&surw, order);
}

/* A coin decides between all shared objects and one of them. */
double chance_surw(const struct chance_program *program, const char *order)
{
    char objects[CHANCE_TASKS * CHANCE_STEPS];
    int count = shared_find(program, objects);
    double one = 0;
    if (!count)
        return chance_random(program, order);
    for (int i = 0; i < count; i++)
        one += surw_about(program, (const char[]){objects[i], 0}, order) / count;
    return (surw_about(program, objects, order) + one) / 2;
}

/* ---- policies: a queue of tasks ---- */

struct line {
    int tasks[CHANCE_TASKS], count;
};

static int line_take(struct line *line, int index)
{
    int task = line->tasks[index];
    memmove(&line->tasks[index], &line->tasks[index + 1],
            (size_t)(--line->count - index) * sizeof *line->tasks);
    return task;
}

static int line_shortest(const struct chance_program *program, const struct line *line)
{
    int best = 0;
    for (int i = 1; i < line->count; i++)
        if (strlen(program->code[line->tasks[i]]) < strlen(program->code[line->tasks[best]]))
            best = i;
    return best;
}

/* Turns of `quantum` steps, doubled with each level that a task goes down; 0: to the end. */
static void turns_take(const struct chance_program *program, int quantum, int levels, bool shortest,
                       char *ret_order)
{
    struct line lines[3] = {0};
    int left[CHANCE_TASKS];
    for (int task = 0; task < program->tasks; task++) {
        left[task] = (int)strlen(program->code[task]);
        lines[0].tasks[lines[0].count++] = task;
    }
    for (int level = 0; level < levels; level++)
        while (lines[level].count) {
            int index = shortest ? line_shortest(program, &lines[level]) : 0;
            int task = line_take(&lines[level], index);
            int turn = quantum ? quantum << level : left[task];
            for (; turn && left[task]; turn--, left[task]--)
                *ret_order++ = (char)('0' + task);
            struct line *next = &lines[level + 1 < levels ? level + 1 : level];
            if (left[task])
                next->tasks[next->count++] = task;
        }
    *ret_order = 0;
}

double chance_policy(const struct chance_program *program, const char *name, int quantum,
                     const char *order)
{
    char expected[CHANCE_TASKS * CHANCE_STEPS];
    bool shortest = name[0] == 's' && name[1] != 't'; /* sjn; srt: who runs gets shorter */
    turns_take(program, quantum, strcmp(name, "mlq") == 0 ? 3 : 1, shortest, expected);
    return strcmp(order, expected) == 0;
}

/* ---- intervals ---- */

/* Of so many runs, at most that many hit; the terms go down from there. */
static double tail(double p, int64_t hits, int64_t runs)
{
    double n = (double)runs, k = (double)hits, sum = 0;
    double term =
        exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log1p(-p));
    for (; k >= 0 && term > sum * 1e-12; k--) {
        sum += term;
        term *= k / (n - k + 1) * (1 - p) / p;
    }
    return sum;
}

bool chance_allows(double p, int64_t hits, int64_t runs)
{
    const double error = .5e-6;
    if (p < 1e-12 || p > 1 - 1e-12)
        return hits == (p > .5 ? runs : 0);
    /* Beyond its mean a tail is more than that; the sum above is for the other side. */
    if ((double)hits <= p * (double)runs)
        return tail(p, hits, runs) > error;
    return tail(1 - p, runs - hits, runs) > error;
}
