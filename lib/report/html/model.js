/*
 * model: what the page shows, from the lines of the report (lib/report/README.md, JSON). Nothing in
 * here touches the page.
 *
 * Steps are numbered from 1. A task stands before its next step from the one before on (or from its
 * creation); it is *blocked* until the step `ready`, in whose place it could first have gone, and
 * *ready* from there on. Each step of any task is one unit of that time.
 */
"use strict";
const racerun = {};

racerun.read = function (text) {
    const report = { findings: [], tests: [], notices: [], sources: new Map(), summary: {}, left: 0 };
    for (const line of text.split("\n")) {
        if (!line.trim())
            continue;
        const item = JSON.parse(line);
        switch (item.schema) {
        case "racerun-finding/1": report.findings.push(item); break;
        case "racerun-schedule/1": racerun.scheduleJoin(report, item); break;
        case "racerun-test/1": report.tests.push(item); break;
        case "racerun-notice/1": report.notices.push(item.text); break;
        case "racerun-source/1": racerun.sourceAdd(report, item); break;
        case "racerun-summary/1": report.summary = item; break;
        }
    }
    report.left = Math.max(0, (report.summary.findings || 0) - report.findings.length);
    return report;
};

racerun.scheduleJoin = function (report, schedule) {
    const model = racerun.scheduleModel(schedule);
    for (const finding of report.findings)
        if (finding.number >= schedule.first && finding.number <= schedule.last)
            finding.schedule = model;
};

/* ---- sources ---- */

racerun.sourceAdd = function (report, item) {
    const ranges = report.sources.get(item.file) || [];
    ranges.push(item);
    report.sources.set(item.file, ranges);
};

/* Lines around `line` as [number, text], or an empty array. */
racerun.sourceLines = function (report, file, line, around) {
    const lines = [];
    for (const range of report.sources.get(file) || [])
        range.lines.forEach((text, i) => {
            const number = range.from + i;
            if (Math.abs(number - line) <= around)
                lines.push([number, text]);
        });
    return lines;
};

/* ---- schedules ---- */

racerun.lanesOf = function (schedule) {
    const known = schedule.tasks && schedule.tasks.length ? schedule.tasks : [];
    const lanes = new Map();
    const add = (number, who, task) => lanes.set(number, {
        number, who, task: task || {}, index: 0, steps: [], spans: [],
        running: 0, ready: 0, blocked: 0, switches: 0, on: new Map(),
    });
    for (const task of known)
        add(task.number, task.who, task);
    for (const step of schedule.steps)
        if (!lanes.has(step.task))
            add(step.task, step.who, null);
    /* Tasks that never had a step and wait for nothing are not worth a column. */
    const active = new Set(schedule.steps.map(step => step.task));
    const kept = [...lanes.values()].filter(lane => lane.task.waits || active.has(lane.number));
    kept.sort((a, b) => a.number - b.number).forEach((lane, i) => { lane.index = i; });
    return new Map(kept.map(lane => [lane.number, lane]));
};

racerun.scheduleModel = function (schedule) {
    const model = {
        source: schedule, steps: schedule.steps, lanes: racerun.lanesOf(schedule),
        objects: new Map(), edges: [], work: schedule.steps.length, span: 0,
    };
    const last = new Map(), depth = [0], lastOf = new Map();
    let before = 0;
    model.steps.forEach((step, i) => {
        const number = i + 1, lane = model.lanes.get(step.task);
        step.number = number;
        step.after = (step.after || []).filter(cause => cause >= 1 && cause < number);
        step.previous = last.get(step.task) || 0;
        racerun.stepWait(lane, step);
        racerun.stepEdges(model, step, lastOf);
        depth[number] = 1 + Math.max(depth[step.previous], 0,
            ...step.after.map(cause => depth[cause]));
        model.span = Math.max(model.span, depth[number]);
        lane.steps.push(number);
        lane.running++;
        lane.switches += before !== step.task;
        before = step.task;
        last.set(step.task, number);
    });
    for (const lane of model.lanes.values())
        racerun.laneEnd(model, lane);
    return model;
};

/* How long its task stood before it. */
racerun.stepWait = function (lane, step) {
    const from = (step.previous || lane.task.born || 0) + 1, to = step.number - 1;
    const unknown = step.operation === "external";
    const ready = step.ready ? Math.min(step.ready, step.number) : unknown ? step.number : from;
    step.from = from;
    step.blocked = Math.max(0, ready - from);
    if (to < from)
        return;
    const middle = Math.max(from, Math.min(ready, to + 1));
    racerun.laneWait(lane, from, middle - 1, "blocked", step.object || step.action);
    racerun.laneWait(lane, middle, to, "ready", "");
};

racerun.laneWait = function (lane, from, to, how, what) {
    if (to < from)
        return;
    const length = to - from + 1;
    lane[how] += length;
    lane.spans.push({ from, to, how, what });
    if (how === "blocked")
        lane.on.set(what, (lane.on.get(what) || 0) + length);
};

/* What the task stands before where the schedule ends. */
racerun.laneEnd = function (model, lane) {
    if (!lane.task.waits)
        return;
    const from = (lane.steps[lane.steps.length - 1] || lane.task.born || 0) + 1;
    racerun.laneWait(lane, from, model.steps.length, "blocked",
        lane.task.object || lane.task.waits);
    lane.stuck = true;
};

const changes = new Set(["write", "update", "send", "receive", "close", "select", "take", "give",
    "add", "await", "notify", "external", "cancel", "kill"]);
const orders = new Set([...changes, "read"]);

/* Solid: happens before. Else the schedule alone put two operations on one object into an order. */
racerun.stepEdges = function (model, step, lastOf) {
    const causes = step.after;
    for (const from of causes)
        model.edges.push({ from, to: step.number, how: "sync" });
    if (!step.object_id)
        return;
    const object = model.objects.get(step.object_id) || { label: step.object, count: 0 };
    object.count++;
    model.objects.set(step.object_id, object);
    if (!orders.has(step.operation))
        return;
    const past = lastOf.get(step.object_id) || { change: 0, any: 0 };
    const from = changes.has(step.operation) ? past.any : past.change;
    if (from && model.steps[from - 1].task !== step.task && !causes.includes(from))
        model.edges.push({ from, to: step.number,
            how: step.plain || model.steps[from - 1].plain ? "conflict" : "order" });
    past.any = step.number;
    if (changes.has(step.operation))
        past.change = step.number;
    lastOf.set(step.object_id, past);
};

/* ---- where in the schedule the two accesses are ---- */

/* Steps that happen before step `number` of the schedule, itself included. */
racerun.pastOf = function (model, number) {
    const seen = new Set(), todo = [number];
    while (todo.length) {
        const at = todo.pop();
        if (!at || seen.has(at))
            continue;
        seen.add(at);
        const step = model.steps[at - 1];
        todo.push(step.previous, ...step.after);
    }
    return seen;
};

racerun.stepBefore = function (lane, limit) {
    let found = 0;
    for (const number of lane.steps)
        if (number <= limit)
            found = number;
    return found;
};

/*
 * [{ letter, task, from, to }]: the access lies after the step `from` of its task and before what
 * that does after step `to`. Of the later one that is where the detector told it; the earlier one
 * does not happen before it, so it comes after all of its task's steps that do.
 */
racerun.marksOf = function (finding) {
    const model = finding.schedule, marks = [];
    if (!model)
        return marks;
    const sight = (model.source.seen || []).find(one => one.id === finding.id);
    if (!sight || !model.lanes.has(sight.task))
        return marks;
    const now = racerun.stepBefore(model.lanes.get(sight.task), sight.step);
    marks.push({ letter: "A", task: sight.task, from: now, to: now });
    const lane = model.lanes.get(sight.before);
    if (!lane || sight.before === sight.task)
        return marks;
    const past = racerun.pastOf(model, now);
    const ended = lane.steps.find(number => model.steps[number - 1].operation === "end") || Infinity;
    const to = racerun.stepBefore(lane, Math.min(sight.step, ended - 1));
    let from = lane.steps.find(number => number <= to) || 0;
    for (const number of lane.steps)
        if (number <= to && past.has(number))
            from = number;
    const place = racerun.topFrame((finding.accesses || []).find(one => one.role === "before"));
    const exact = lane.steps.filter(number => number >= from && number <= to &&
        racerun.isPlace(model.steps[number - 1], place));
    const only = exact.length ? exact[exact.length - 1] : 0;
    marks.push({ letter: "B", task: sight.before, from: only || from, to: only || to });
    return marks;
};

racerun.isPlace = (step, frame) => Boolean(frame && frame.file && step.plain &&
    step.file === frame.file && step.line === frame.line);

/* ---- findings ---- */

racerun.topFrame = function (access) {
    const stack = access && access.stack || [];
    return stack.find(frame => !frame.library) || stack[0];
};

/* The stacks where it is: of the accesses, or of those who wait. */
racerun.placesOf = finding => (finding.accesses || []).concat(finding.waits || []);

racerun.objectName = function (object) {
    if (!object)
        return "";
    const name = object.variable ? object.variable.path : object.written;
    return object.kind === "thread" ? `thread ${parseInt(object.address, 16)}`
        : name ? `${object.kind} ${name}` : `${object.kind} at ${object.address}`;
};

racerun.subjectOf = function (finding) {
    const location = finding.location || {};
    if (finding.object)
        return racerun.objectName(finding.object);
    if (location.variable)
        return location.variable.path;
    if (location.kind === "heap" && location.block)
        return `a heap block of ${location.block.size} bytes`;
    return finding.words || "";
};

/* What follows the kind: " on counter", or ": " and the words of an assertion. */
racerun.aboutOf = function (finding) {
    const subject = racerun.subjectOf(finding);
    return subject && (subject === finding.words ? ": " : " on ") + subject;
};

racerun.taskName = function (finding, number) {
    const task = (finding.tasks || []).find(one => one.number === number);
    if (!task)
        return number ? `thread ${number}` : "an unknown thread";
    return task.name && number !== 1 ? `${task.label} "${task.name}"` : task.label;
};

racerun.baseName = file => file ? file.slice(file.lastIndexOf("/") + 1) : "";
racerun.placeText = place => place && place.file
    ? `${racerun.baseName(place.file)}${place.line ? `:${place.line}` : ""}` : "";
racerun.count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
