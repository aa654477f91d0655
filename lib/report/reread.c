#include "report/reread.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_MAX = 100000 }; /* a hostile report must not make us allocate more than it is long */

/* ---- values: missing or of another type counts as unknown ---- */

static const char *text(struct arena *arena, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value)
               ? arena_copy(arena, json_string_value(value), strlen(json_string_value(value)))
               : NULL;
}

static uint64_t number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    json_int_t n = json_is_integer(value) ? json_integer_value(value) : 0;
    return n > 0 ? (uint64_t)n : 0;
}

static uint32_t number32(const json_t *object, const char *key)
{
    uint64_t n = number(object, key);
    return n <= UINT32_MAX ? (uint32_t)n : 0;
}

static uint64_t address(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? strtoull(json_string_value(value), NULL, 16) : 0;
}

static bool truth(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static size_t length(const json_t *array)
{
    size_t size = json_array_size(array); /* 0 of what is none */
    return size < LIST_MAX ? size : LIST_MAX;
}

/* The index in `words`, or `otherwise`. */
static unsigned word(const json_t *object, const char *key, const char *const *words,
                     unsigned count, unsigned otherwise)
{
    const char *value = json_string_value(json_object_get(object, key));
    for (unsigned i = 0; value && i < count; i++)
        if (words[i] && strcmp(words[i], value) == 0)
            return i;
    return otherwise;
}

/* ---- parts of a finding ---- */

struct reader {
    struct arena *arena;
    struct task *tasks;
    size_t task_count;
    const char *executable;
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void frame_read(struct reader *r, const json_t *from, struct frame *frame)
{
    *frame = (struct frame){
        .pc = address(from, "pc"),
        .function = text(r->arena, from, "function"),
        .file = text(r->arena, from, "file"),
        .line = number32(from, "line"),
        .column = number32(from, "column"),
        .module = text(r->arena, from, "module"),
        .module_path = text(r->arena, from, "module_path"),
        .offset = address(from, "offset"),
        .inlined = truth(from, "inlined"),
        .library = truth(from, "library"),
    };
    if (frame->module && !frame->module_path)
        frame->module_path = frame->module;
    frame->in_main =
        r->executable && frame->module_path && strcmp(r->executable, frame->module_path) == 0;
}

static struct stack stack_read(struct reader *r, const json_t *object, const char *key)
{
    const json_t *list = json_object_get(object, key);
    struct stack stack = {.count = length(list)};
    struct frame *frames = arena_array(r->arena, stack.count, sizeof *frames);
    for (size_t i = 0; i < stack.count; i++)
        frame_read(r, json_array_get(list, i), &frames[i]);
    stack.frames = frames;
    return stack;
}

static const struct task *task_read(const struct reader *r, const json_t *object, const char *key)
{
    uint32_t wanted = number32(object, key);
    for (size_t i = 0; wanted && i < r->task_count; i++)
        if (r->tasks[i].number == wanted)
            return &r->tasks[i];
    return NULL;
}

static bool descends_from(const struct task *task, const struct task *ancestor)
{
    for (; task; task = task->parent)
        if (task == ancestor)
            return true;
    return false;
}

static void tasks_read(struct reader *r, const json_t *from)
{
    const json_t *list = json_object_get(from, "tasks");
    r->task_count = length(list);
    r->tasks = arena_array(r->arena, r->task_count, sizeof *r->tasks);
    for (size_t i = 0; i < r->task_count; i++) {
        const json_t *task = json_array_get(list, i);
        const char *name = text(r->arena, task, "name");
        r->tasks[i] = (struct task){
            .number = number32(task, "number"),
            .os_id = number32(task, "tid"),
            .name = name ? name : "",
            .goroutine = number32(task, "goroutine"),
            .ended = truth(task, "ended"),
            .created = stack_read(r, task, "created"),
        };
    }
    for (size_t i = 0; i < r->task_count; i++) {
        const struct task *parent = task_read(r, json_array_get(list, i), "parent");
        if (!descends_from(parent, &r->tasks[i]))
            r->tasks[i].parent = parent;
    }
}

static const struct variable *variable_read(struct reader *r, const json_t *object)
{
    const json_t *from = json_object_get(object, "variable");
    const char *path = text(r->arena, from, "path");
    if (!path)
        return NULL;
    struct variable *variable = arena_alloc(r->arena, sizeof *variable);
    const char *name = text(r->arena, from, "name");
    *variable = (struct variable){
        .name = name ? name : path,
        .path = path,
        .type = text(r->arena, from, "type"),
        .function = text(r->arena, from, "function"),
        .file = text(r->arena, from, "file"),
        .line = number32(from, "line"),
        .tls = truth(from, "thread_local"),
        .local = truth(from, "local"),
        .bits = truth(from, "bits"),
        .size = number(from, "size"),
        .object_offset = number(from, "object_offset"),
        .object_size = number(from, "object_size"),
    };
    return variable;
}

static const struct lock *locks_read(struct reader *r, const json_t *access, size_t *ret_count)
{
    static const char *const kinds[] = {"mutex", "spinlock", "rwlock", "Mutex", "RWMutex"};
    const json_t *list = json_object_get(access, "locks");
    struct lock *locks = arena_array(r->arena, length(list), sizeof *locks);
    *ret_count = length(list);
    for (size_t i = 0; i < *ret_count; i++) {
        const json_t *from = json_array_get(list, i);
        const char *mode = json_string_value(json_object_get(from, "mode"));
        locks[i] = (struct lock){
            .addr = address(from, "address"),
            .uid = number32(from, "uid"),
            .kind = kinds[word(from, "kind", kinds, sizeof kinds / sizeof *kinds, 0)],
            .shared = mode && strcmp(mode, "shared") == 0,
            .variable = variable_read(r, from),
            .acquired = stack_read(r, from, "acquired"),
            .created = stack_read(r, from, "created"),
        };
    }
    return locks;
}

/* What formats ask of a module: its name, its bias and whether it is the executable. */
static const struct module *module_make(struct reader *r, const char *name, uint64_t bias)
{
    struct module *module = arena_alloc(r->arena, sizeof *module);
    struct image *image = arena_alloc(r->arena, sizeof *image);
    const char *main = r->executable ? base_name(r->executable) : "?";
    image->name = image->path = name ? name : main;
    *module = (struct module){
        .image = image,
        .bias = bias,
        .main = !name || strcmp(name, main) == 0,
    };
    return module;
}

static const struct object *object_read(struct reader *r, const json_t *from, const char *key)
{
    const json_t *object = json_object_get(from, key);
    const char *noun = json_string_value(json_object_get(object, "kind"));
    if (!noun)
        return NULL;
    struct object *ret = arena_alloc(r->arena, sizeof *ret);
    *ret = (struct object){
        .kind = OBJECT_OTHER,
        .addr = address(object, "address"),
        .variable = variable_read(r, object),
        .written = text(r->arena, object, "written"),
        .element = text(r->arena, object, "element"),
        .element_size = number(object, "element_size"),
        .capacity = number(object, "capacity"),
        .maker = task_read(r, object, "made_by"),
        .made = stack_read(r, object, "made"),
    };
    const char *module = text(r->arena, object, "module");
    ret->module = module ? module_make(r, module, 0) : NULL;
    for (unsigned kind = OBJECT_NONE + 1; kind < OBJECT_KINDS; kind++)
        if (kind != OBJECT_OTHER && strcmp(object_noun((enum proto_object_kind)kind), noun) == 0)
            ret->kind = (enum proto_object_kind)kind;
    return ret;
}

static void access_read(struct reader *r, const json_t *from, struct access *access)
{
    static const char *const kinds[] = {"write", "read", NULL, NULL, "free"};
    unsigned kind = word(from, "kind", kinds, 5, ACCESS_WRITE);
    if (truth(from, "atomic") && kind <= ACCESS_READ)
        kind += ACCESS_ATOMIC_WRITE - ACCESS_WRITE;
    *access = (struct access){
        .kind = (enum proto_access_kind)kind,
        .operation = text(r->arena, from, "operation"),
        .addr = address(from, "address"),
        .size = number32(from, "size"),
        .task = task_read(r, from, "task"),
        .stack = stack_read(r, from, "stack"),
        .variable = variable_read(r, from),
    };
    access->locks = locks_read(r, from, &access->lock_count);
}

static void place_read(struct reader *r, const json_t *finding, struct place *place)
{
    static const char *const kinds[] = {"unknown", "static", "heap", "stack", "tls"};
    const json_t *from = json_object_get(finding, "location");
    const json_t *block = json_object_get(from, "block");
    *place = (struct place){
        .kind = (enum proto_place)word(from, "kind", kinds, 5, PLACE_UNKNOWN),
        .addr = address(from, "address"),
        .bytes = number(from, "size"),
        .base = address(block, "address"),
        .size = number(block, "size"),
        .task = block ? task_read(r, block, "allocated_by") : task_read(r, from, "task"),
        .allocated = stack_read(r, block, "allocated"),
        .freed_task = task_read(r, block, "freed_by"),
        .freed = stack_read(r, block, "freed"),
    };
    const char *module = text(r->arena, from, "module");
    struct variable *variable = (struct variable *)(uintptr_t)variable_read(r, from);
    place->variable = variable;
    if (module || variable) {
        place->origin = module ? place->addr - address(from, "offset") : 0;
        place->module = module_make(r, module, place->origin);
    }
    if (variable)
        variable->addr = address(from, "variable_address") - place->origin;
}

static void waits_read(struct reader *r, const json_t *from, struct finding *finding)
{
    const json_t *list = json_object_get(from, "waits");
    finding->wait_count = length(list);
    struct wait *waits = arena_array(r->arena, finding->wait_count, sizeof *waits);
    for (size_t i = 0; i < finding->wait_count; i++) {
        const json_t *wait = json_array_get(list, i);
        const char *state = text(r->arena, wait, "state");
        waits[i] = (struct wait){
            .task = task_read(r, wait, "task"),
            .state = state ? state : "",
            .object = object_read(r, wait, "object"),
            .holder = task_read(r, wait, "held_by"),
            .held = object_read(r, wait, "held"),
            .held_at = stack_read(r, wait, "held_at"),
            .stack = stack_read(r, wait, "stack"),
            .like = number32(wait, "like"),
        };
    }
    finding->waits = waits;
    finding->more = number32(from, "more");
}

/* ---- the finding ---- */

static enum proto_finding_kind kind_read(const json_t *from, const char *title)
{
    enum { KINDS = 64 }; /* more than there are */
    if (strncmp(title, "misuse (", 8) == 0 && strcmp(title, kind_title(FINDING_CONTEXT)) != 0 &&
        strcmp(title, kind_title(FINDING_TIMER)) != 0)
        return FINDING_MISUSE;
    if (strcmp(title, kind_title(FINDING_CRASH)) == 0)
        return json_object_get(from, "signal") ? FINDING_CRASH : FINDING_KILLED;
    for (int kind = 1; kind < KINDS; kind++)
        if (strcmp(kind_title((enum proto_finding_kind)kind), title) == 0)
            return (enum proto_finding_kind)kind;
    return FINDING_MISUSE; /* of a younger racerun; its title stays */
}

static void accesses_read(struct reader *r, const json_t *from, struct finding *finding)
{
    const json_t *list = json_object_get(from, "accesses");
    for (size_t i = 0; i < length(list); i++) {
        const json_t *access = json_array_get(list, i);
        const char *role = json_string_value(json_object_get(access, "role"));
        bool before = role && strcmp(role, "before") == 0;
        access_read(r, access, before ? &finding->before : &finding->now);
        *(before ? &finding->has_before : &finding->has_now) = true;
    }
    finding->has_before &= finding->has_now;
}

static void why_read(struct reader *r, const json_t *from, struct finding *finding)
{
    const json_t *list = json_object_get(from, "why");
    for (size_t i = 0; i < length(list) && finding->why_count < FINDING_WHY_MAX; i++) {
        const char *sentence = json_string_value(json_array_get(list, i));
        if (sentence)
            finding->why[finding->why_count++] = arena_string(r->arena, sentence);
    }
}

static int finding_read(struct arena *arena, const json_t *from, struct reread *ret,
                        const char **ret_error)
{
    struct finding *finding = &ret->finding;
    struct reader r = {.arena = arena, .executable = text(arena, from, "executable")};
    const char *title = text(arena, from, "kind"), *id = text(arena, from, "id");
    *ret_error = "a finding without a kind, or without an id of 8 digits";
    if (!title || !id || strspn(id, "0123456789abcdef") != 8 || id[8])
        return -EINVAL;
    struct process *process = arena_alloc(arena, sizeof *process);
    *process = (struct process){.pid = number32(from, "pid"), .path = ""};
    if (r.executable)
        process->path = r.executable;
    tasks_read(&r, from);
    *finding = (struct finding){
        .kind = kind_read(from, title),
        .title = title,
        .number = number32(from, "number"),
        .pid = process->pid,
        .process = process,
        .ordered = truth(from, "ordered"),
        .signal = number32(from, "signal"),
        .words = text(arena, from, "words"),
        .advice = text(arena, from, "advice"),
        .hint = text(arena, from, "hint"),
        .tasks = r.tasks,
        .task_count = r.task_count,
        .about = object_read(&r, from, "object"),
    };
    place_read(&r, from, &finding->place);
    accesses_read(&r, from, finding);
    waits_read(&r, from, finding);
    why_read(&r, from, finding);
    finding_identify(finding);
    memcpy(finding->id, id, sizeof finding->id);
    ret->kind = REREAD_FINDING;
    ret->program = text(arena, from, "program");
    ret->test = text(arena, from, "test");
    return 0;
}

/* ---- what stands beside ---- */

static const char *text_or(struct arena *arena, const json_t *object, const char *key,
                           const char *otherwise)
{
    const char *value = text(arena, object, key);
    return value ? value : otherwise;
}

static void step_read(struct arena *arena, const json_t *from, struct report_step *ret)
{
    const json_t *after = json_object_get(from, "after");
    *ret = (struct report_step){
        .task = number32(from, "task"),
        .who = text_or(arena, from, "who", "?"),
        .action = text_or(arena, from, "action", "?"),
        .function = text(arena, from, "function"),
        .file = text(arena, from, "file"),
        .line = number32(from, "line"),
        .operation = text(arena, from, "operation"),
        .object = text(arena, from, "object"),
        .object_id = number32(from, "object_id"),
        .plain = truth(from, "plain"),
        .ready = number32(from, "ready"),
        .clock_ns = number(from, "clock_ns"),
    };
    for (size_t i = 0; i < length(after) && i < REPORT_CAUSES; i++) {
        json_int_t step = json_integer_value(json_array_get(after, i));
        ret->after[i] = step > 0 && step <= UINT32_MAX ? (unsigned)step : 0;
    }
}

static const struct report_lane *lanes_read(struct arena *arena, const json_t *from,
                                            size_t *ret_count)
{
    const json_t *list = json_object_get(from, "tasks");
    struct report_lane *lanes = arena_array(arena, length(list), sizeof *lanes);
    *ret_count = length(list);
    for (size_t i = 0; i < *ret_count; i++) {
        const json_t *lane = json_array_get(list, i);
        lanes[i] = (struct report_lane){
            .task = number32(lane, "number"),
            .parent = number32(lane, "parent"),
            .who = text_or(arena, lane, "who", "?"),
            .goroutine = truth(lane, "goroutine"),
            .ended = truth(lane, "ended"),
            .born = number32(lane, "born"),
            .waits = text(arena, lane, "waits"),
            .object = text(arena, lane, "object"),
            .object_id = number32(lane, "object_id"),
            .holder = number32(lane, "held_by"),
            .function = text(arena, lane, "function"),
            .file = text(arena, lane, "file"),
            .line = number32(lane, "line"),
        };
    }
    return lanes;
}

static const struct report_sight *sights_read(struct arena *arena, const json_t *from,
                                              size_t *ret_count)
{
    const json_t *list = json_object_get(from, "seen");
    struct report_sight *sights = arena_array(arena, length(list), sizeof *sights);
    *ret_count = 0;
    for (size_t i = 0; i < length(list); i++) {
        const json_t *sight = json_array_get(list, i);
        const char *id = json_string_value(json_object_get(sight, "id"));
        if (!id || strlen(id) != 8)
            continue;
        struct report_sight *one = &sights[(*ret_count)++];
        *one = (struct report_sight){
            .step = number32(sight, "step"),
            .task = number32(sight, "task"),
            .before = number32(sight, "before"),
        };
        memcpy(one->id, id, sizeof one->id);
    }
    return sights;
}

static void schedule_read(struct arena *arena, const json_t *from, struct reread *ret)
{
    const json_t *list = json_object_get(from, "steps");
    struct report_step *steps = arena_array(arena, length(list), sizeof *steps);
    for (size_t i = 0; i < length(list); i++)
        step_read(arena, json_array_get(list, i), &steps[i]);
    ret->kind = REREAD_SCHEDULE;
    ret->schedule = (struct report_schedule){
        .first = number32(from, "first"),
        .last = number32(from, "last"),
        .path = text(arena, from, "file"),
        .token = text(arena, from, "token"),
        .switches = number32(from, "switches"),
        .steps = steps,
        .count = length(list),
        .more = number32(from, "more"),
    };
    ret->schedule.lanes = lanes_read(arena, from, &ret->schedule.lane_count);
    ret->schedule.sights = sights_read(arena, from, &ret->schedule.sight_count);
}

static void test_read(struct arena *arena, const json_t *from, struct reread *ret)
{
    const char *words[REPORT_NOT_RUN + 1];
    for (unsigned i = 0; i <= REPORT_NOT_RUN; i++)
        words[i] = report_status_word((enum report_status)i);
    const char *name = text(arena, from, "name"), *more = text(arena, from, "words");
    ret->kind = REREAD_TEST;
    ret->result = (struct report_test){
        .name = name ? name : "?",
        .status =
            (enum report_status)word(from, "status", words, REPORT_NOT_RUN + 1, REPORT_FAILED),
        .words = more ? more : "",
        .duration_ms = number(from, "duration_ms"),
        .findings = number32(from, "findings"),
        .known = number32(from, "known"),
        .output = text(arena, from, "output"),
    };
}

static void summary_read(const json_t *from, struct reread *ret)
{
    const json_t *exploration = json_object_get(from, "exploration");
    ret->kind = REREAD_SUMMARY;
    ret->totals = (struct report_totals){
        .complete = true,
        .observed = truth(from, "observed"),
        .explored = json_is_object(exploration),
        .findings = number32(from, "findings"),
        .known = number32(from, "known"),
        .suppressed = number32(from, "suppressed"),
        .exit_status = (int)number32(from, "exit_status"),
        .signal = (int)number32(from, "signal"),
        .schedules = number(exploration, "schedules"),
    };
}

/* ---- lines ---- */

static int object_read_by_schema(struct arena *arena, const json_t *from, struct reread *ret,
                                 const char **ret_error)
{
    static const char *const ours[] = {"racerun-finding", "racerun-notice", "racerun-schedule",
                                       "racerun-test", "racerun-summary"};
    const char *schema = json_string_value(json_object_get(from, "schema"));
    const char *slash = schema ? strrchr(schema, '/') : NULL;
    *ret_error = "not a report of racerun: it wants the lines that --format=json writes";
    if (!slash || strncmp(schema, "racerun-", 8) != 0)
        return -EINVAL;
    unsigned kind = 0;
    size_t size = (size_t)(slash - schema);
    while (kind < 5 && (strlen(ours[kind]) != size || strncmp(ours[kind], schema, size) != 0))
        kind++;
    if (kind == 5) {
        ret->kind = REREAD_OTHER;
        return 0;
    }
    if (strcmp(slash, "/1") != 0) {
        *ret_error = arena_printf(arena,
                                  "it was written by another version of racerun: %.40s, this one "
                                  "reads %s/1",
                                  schema, ours[kind]);
        return -EINVAL;
    }
    if (kind == REREAD_FINDING)
        return finding_read(arena, from, ret, ret_error);
    if (kind == REREAD_SCHEDULE)
        schedule_read(arena, from, ret);
    else if (kind == REREAD_TEST)
        test_read(arena, from, ret);
    else if (kind == REREAD_SUMMARY)
        summary_read(from, ret);
    const char *notice = kind == REREAD_NOTICE ? text(arena, from, "text") : NULL;
    if (kind == REREAD_NOTICE) {
        ret->kind = REREAD_NOTICE;
        ret->text = notice ? notice : "";
    }
    return 0;
}

int reread_line(struct arena *arena, const char *line, size_t size, struct reread *ret_reread,
                const char **ret_error)
{
    json_error_t error;
    json_t *parsed = json_loadb(line, size, 0, &error);
    *ret_reread = (struct reread){.kind = REREAD_OTHER};
    *ret_error = "not a report of racerun: it wants the lines that --format=json writes";
    int result = -EINVAL;
    if (parsed)
        result = object_read_by_schema(arena, parsed, ret_reread, ret_error);
    json_decref(parsed);
    return result;
}
