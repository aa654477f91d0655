/*
 * finding: one finding in words: what, who, both stacks with the source, locks, why. Text only ever
 * goes into the page as text, so no name of a program, file or variable can be anything else.
 */
"use strict";
racerun.AROUND = 3; /* lines of source before and after */

/* The source around a place, its line marked; null when it is not known. */
racerun.excerpt = function (report, place, around) {
    const { element: el } = racerun;
    const lines = place && place.file ? racerun.sourceLines(report, place.file, place.line, around) : [];
    if (!lines.some(([number]) => number === place.line))
        return null;
    return el("pre", { class: "code", tabindex: 0,
        "aria-label": `${racerun.baseName(place.file)} around line ${place.line}` },
    lines.map(([number, text]) => {
        const hit = number === place.line;
        const line = el("span", { class: hit ? "line hit" : "line" },
            el("span", { class: "no" }, `${hit ? "▶ " : ""}${number}`));
        line.append(...(hit ? racerun.underlined(text, place.column) : [text]), "\n");
        return line;
    }));
};

/* From the column to the end of the word there. Columns count bytes. */
racerun.underlined = function (text, column) {
    const bytes = new TextEncoder().encode(text);
    if (!column || column > bytes.length)
        return [text];
    const before = new TextDecoder().decode(bytes.slice(0, column - 1));
    const word = /^(\w+|\W)/.exec(text.slice(before.length));
    return [before, racerun.element("mark", {}, word[0]), text.slice(before.length + word[0].length)];
};

racerun.frameText = frame => [
    racerun.element("b", {}, frame.function || frame.pc || "?"), " ",
    racerun.element("span", { class: "place", title: frame.file || frame.module_path || "" },
        racerun.placeText(frame) || (frame.module ? `${frame.module}+${frame.offset}` : "")),
    frame.inlined ? " [inlined]" : "",
];

/* A stack: each frame opens to its source; that of the program's own is open. */
racerun.stack = function (report, stack, open) {
    const { element: el } = racerun;
    if (!stack || !stack.length)
        return el("p", { class: "grey" }, "(stack unknown)");
    const own = open ? racerun.topFrame({ stack }) : null;
    return el("div", { class: "stack" }, stack.map((frame, i) => {
        const first = racerun.excerpt(report, frame, racerun.AROUND);
        const line = [el("span", { class: "grey" }, `#${i} `), ...racerun.frameText(frame)];
        if (!first)
            return el("div", { class: "frame" }, line);
        const details = el("details", { open: frame === own }, el("summary", {}, line));
        if (frame === own)
            details.append(first);
        details.addEventListener("toggle", () => {
            if (details.open && details.children.length === 1)
                details.append(first);
        });
        return details;
    }));
};

racerun.folded = (report, title, stack) => stack && stack.length
    ? racerun.element("details", {}, racerun.element("summary", {}, title), racerun.stack(report, stack, false))
    : racerun.element("p", {}, title);

racerun.locks = function (report, access) {
    const { element: el } = racerun;
    if (!access.locks || !access.locks.length)
        return el("p", { class: "grey" }, "holding no lock");
    return el("ul", { class: "locks" }, access.locks.map(lock => {
        const name = lock.variable ? lock.variable.path : `at ${lock.address}`;
        const mode = lock.mode === "shared" ? " for reading" : "";
        const top = racerun.topFrame({ stack: lock.acquired });
        const where = top ? `, locked in ${top.function || "?"} at ${racerun.placeText(top)}` : "";
        return el("li", {}, racerun.folded(report, `holding ${lock.kind} ${name}${mode}${where}`, lock.acquired));
    }));
};

racerun.accessCard = function (report, finding, access, letter) {
    const { element: el } = racerun;
    const verb = access.operation || `${access.atomic ? "atomic " : ""}${access.kind}`;
    const bytes = access.operation || access.kind === "free" ? "" : ` of ${racerun.count(access.size, "byte")}`;
    return el("section", { class: `card card${letter}`, "aria-label": `access ${letter}` },
        el("header", {}, el("span", { class: "letter", title: letter === "A" ? "the later access" : "the earlier access" }, letter),
            el("h3", {}, `${letter === "B" ? "previous " : ""}${verb}${bytes} by ${racerun.taskName(finding, access.task)}`)),
        el("div", { class: "inside" }, racerun.stack(report, access.stack, true),
            finding.kind === "crash" ? null : racerun.locks(report, access)));
};

racerun.waitCard = function (report, finding, wait) {
    const { element: el } = racerun;
    const stuck = ["deadlock", "lost wake-up", "goroutine leak", "livelock"].includes(finding.kind);
    const object = racerun.objectName(wait.object), who = racerun.taskName(finding, wait.task);
    const title = stuck ? `${who} waits: ${wait.state}${object ? ` (${object})` : ""}`
        : finding.kind === "lock-order inversion" ? `${who} locks ${object}`
            : `${who}${wait.state ? `: ${wait.state}` : ""}`;
    const held = racerun.objectName(wait.held), card = el("section", { class: "card" },
        el("header", {}, el("h3", {}, title)));
    const inside = el("div", { class: "inside" }, racerun.stack(report, wait.stack, true));
    if (held)
        inside.append(racerun.folded(report, `while holding ${held}, locked here`, wait.held_at));
    else if (wait.held_by && object)
        inside.append(racerun.folded(report, `held by ${racerun.taskName(finding, wait.held_by)}`, wait.held_at));
    if (wait.like)
        inside.append(el("p", { class: "grey" }, `and ${wait.like} more in the same state and place`));
    card.append(inside);
    return card;
};

racerun.locationText = function (finding) {
    const location = finding.location || {}, variable = location.variable, block = location.block;
    if (variable) {
        const kind = variable.local ? "a local variable" : variable.thread_local ? "a thread-local variable"
            : variable.function ? `a static variable of ${variable.function}` : "a global variable";
        return `${variable.path}${variable.type ? ` (${variable.type})` : ""}, ${kind}${
            variable.file ? ` declared at ${racerun.placeText(variable)}` : ""}`;
    }
    if (block)
        return `${racerun.count(location.size, "byte")}, ${block.offset || 0} into a heap block of ${
            racerun.count(block.size, "byte")}`;
    if (location.address)
        return `${racerun.count(location.size, "byte")} at ${location.address}`;
    return finding.object ? racerun.objectName(finding.object) : "";
};

/* What stands between `` is code. */
racerun.quoted = text => text.split("`").map((part, i) => i % 2 ? racerun.element("code", {}, part) : part);

racerun.why = function (finding) {
    const { element: el } = racerun;
    const sentences = finding.why || [];
    if (!sentences.length && !finding.advice && !finding.hint)
        return null;
    return el("div", { class: "why" },
        sentences.length ? el("b", {}, "Why") : null,
        sentences.length ? el("ul", {}, sentences.map(one => el("li", {}, racerun.quoted(one)))) : null,
        finding.advice ? el("p", {}, el("b", {}, "Advice: "), racerun.quoted(finding.advice)) : null,
        finding.hint ? el("p", {}, el("b", {}, "Hint: "), finding.hint) : null);
};

racerun.history = function (report, finding) {
    const { element: el } = racerun;
    const block = finding.location && finding.location.block, parts = [];
    if (block && block.allocated && block.allocated.length)
        parts.push(racerun.folded(report,
            `The block was allocated by ${racerun.taskName(finding, block.allocated_by)}`, block.allocated));
    if (block && block.freed && block.freed.length)
        parts.push(racerun.folded(report, `and freed by ${racerun.taskName(finding, block.freed_by)}`, block.freed));
    for (const object of [finding.object, ...(finding.waits || []).map(wait => wait.object)])
        if (object && object.made && object.made.length)
            parts.push(racerun.folded(report, `${racerun.objectName(object)} was made by ${
                racerun.taskName(finding, object.made_by)}`, object.made));
    for (const task of finding.tasks || [])
        if (task.parent)
            parts.push(racerun.folded(report, `${racerun.taskName(finding, task.number)} was created by ${
                racerun.taskName(finding, task.parent)}`, task.created));
    return parts.length ? [el("h2", {}, "Where they come from"), ...parts] : [];
};

/* All of it, but for the schedule. */
racerun.findingParts = function (report, finding) {
    const { element: el } = racerun;
    const cards = (finding.accesses || []).map(access =>
        racerun.accessCard(report, finding, access, access.role === "before" ? "B" : "A"));
    cards.push(...(finding.waits || []).map(wait => racerun.waitCard(report, finding, wait)));
    const where = [racerun.locationText(finding), finding.test && finding.test !== finding.program ? `in ${finding.test}` : "",
        finding.signal ? `signal ${finding.signal}` : ""].filter(Boolean).join(", ");
    return {
        head: [el("div", { class: "headline" },
            el("h1", {}, el("span", { class: "kind" }, finding.kind), racerun.aboutOf(finding)),
            el("span", { class: "id" }, `#${finding.number} [${finding.id}]`)),
        el("p", { class: "lead" }, where),
        finding.words && finding.words !== racerun.subjectOf(finding) ? el("p", { class: "big" }, finding.words) : null,
        racerun.why(finding)].filter(Boolean),
        body: [el("div", { class: "cards" }, cards),
            finding.more ? el("p", { class: "grey" }, `and ${finding.more} more tasks`) : "",
            ...racerun.history(report, finding)],
    };
};
