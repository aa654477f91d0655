/*
 * view: the page as a whole: the list of findings, the finding that is chosen, its schedule with
 * the step that is chosen, the keyboard.
 */
"use strict";
(function () {
    const { element: el } = racerun, ITEM = 76;
    const report = racerun.read(document.getElementById("report").textContent);
    const nav = document.getElementById("findings"), main = document.getElementById("finding");
    const state = { shown: report.findings, at: 0, chart: null };

    /* ---- the head ---- */

    function headDraw() {
        const first = report.findings[0] || {}, exploration = report.summary.exploration;
        const facts = [racerun.count(report.findings.length + report.left, "finding")];
        if (exploration)
            facts.push(`${racerun.count(exploration.schedules, "schedule")} explored, stopped: ${exploration.stopped}`);
        if (report.tests.length > 1)
            facts.push(racerun.count(report.tests.length, "program"));
        if (report.summary.known)
            facts.push(`${report.summary.known} known (in the baseline)`);
        if (report.summary.suppressed)
            facts.push(`${report.summary.suppressed} suppressed`);
        document.getElementById("top").replaceChildren(
            el("span", { class: "brand" }, "racerun"),
            el("span", { class: "program" }, first.program || ""),
            el("span", { class: "facts" }, facts.join(" · ")));
    }

    /* ---- the list ---- */

    const body = el("div", { class: "list-body" });
    const list = el("div", { class: "list", role: "listbox", tabindex: 0, "aria-label": "Findings" }, body);

    function itemDraw(index) {
        const finding = state.shown[index], on = finding === state.finding;
        const frame = racerun.placesOf(finding).map(racerun.topFrame).find(Boolean);
        return el("div", {
            class: "item", role: "option", id: `item-${finding.number}`, style: `top:${index * ITEM}px`,
            "aria-selected": String(on), onclick: () => choose(index),
        }, el("b", {}, `${finding.number}. ${finding.kind}`),
        el("span", {}, racerun.subjectOf(finding) || " "),
        el("span", {}, [frame && frame.function, racerun.placeText(frame)].filter(Boolean).join(" · ")));
    }

    function listDraw() {
        const first = Math.max(0, Math.floor(list.scrollTop / ITEM) - 3);
        const last = Math.min(state.shown.length,
            Math.ceil((list.scrollTop + (list.clientHeight || 600)) / ITEM) + 3);
        body.style.height = `${state.shown.length * ITEM}px`;
        const items = [];
        for (let index = first; index < last; index++)
            items.push(itemDraw(index));
        body.replaceChildren(...items);
        if (state.finding)
            list.setAttribute("aria-activedescendant", `item-${state.finding.number}`);
    }

    function listSearch(text) {
        const words = text.toLowerCase().split(/\s+/).filter(Boolean);
        state.shown = report.findings.filter(finding => {
            const all = JSON.stringify([finding.kind, finding.id, racerun.subjectOf(finding), finding.test,
                racerun.placesOf(finding).map(racerun.topFrame)]).toLowerCase();
            return words.every(word => all.includes(word));
        });
        list.scrollTop = 0;
        listDraw();
    }

    function listMake() {
        if (report.findings.length > 8)
            nav.append(el("input", { type: "search", placeholder: "search the findings",
                "aria-label": "Search the findings", oninput: event => listSearch(event.target.value) }));
        nav.append(list);
        if (report.left)
            nav.append(el("p", { class: "note" }, `This page holds the first ${report.findings.length}; ${
                racerun.count(report.left, "finding")} more were counted.`));
        list.addEventListener("scroll", listDraw);
        new ResizeObserver(listDraw).observe(list);
    }

    /* ---- the schedule ---- */

    function stepLink(number) {
        const step = state.finding.schedule.steps[number - 1];
        return el("button", { class: "link", type: "button", onclick: () => state.chart.select(number) },
            `step ${number} (${step.who}: ${step.action})`);
    }

    function stepPanel(panel, step) {
        const waited = step.number - step.from, facts = [];
        if (step.blocked)
            facts.push(`It was blocked for ${racerun.count(step.blocked, "step")}`);
        if (waited > step.blocked)
            facts.push(`it could have been taken ${racerun.count(waited - step.blocked, "step")} earlier`);
        if (step.clock_ns)
            facts.push(`the virtual clock is at ${racerun.time(step.clock_ns)}`);
        const text = facts.join("; ");
        const parts = [el("p", {}, el("b", {}, `Step ${step.number} of ${state.finding.schedule.steps.length}: ${step.who}`),
            ` — ${step.action}`),
        el("p", { class: "grey" }, [step.function && `in ${step.function}`, step.file && `${step.file}:${step.line}`]
            .filter(Boolean).join(" at "))];
        if (step.after.length)
            parts.push(el("p", {}, "Happens after ", ...step.after.flatMap((number, i) =>
                [i ? " and " : "", stepLink(number)])));
        if (text)
            parts.push(el("p", { class: "grey" }, `${text[0].toUpperCase()}${text.slice(1)}.`));
        panel.replaceChildren(...parts, racerun.excerpt(report, step, 2) || "");
        addressSet(`#${state.finding.id}/${step.number}`);
    }

    /* Where in the schedule the two accesses of a race are, with their stacks. */
    function marksTell(marks) {
        for (const mark of marks) {
            const inside = main.querySelector(`.card${mark.letter} .inside`);
            const place = mark.from === mark.to ? [mark.from ? "after " : "before all its steps"]
                : [mark.from ? "after " : "before ", mark.from ? stepLink(mark.from) : "its first step", " and before what follows "];
            const last = mark.to ? [stepLink(mark.to)] : [];
            if (inside)
                inside.prepend(el("p", { class: "in-schedule" }, "In the schedule: ", ...place, ...last));
        }
    }

    function legend(model) {
        const draw = (text, ...shapes) => {
            const svg = racerun.svg("svg", { viewBox: "0 0 34 16", "aria-hidden": "true" });
            svg.append(...shapes.map(([name, attributes]) => racerun.svg(name, attributes)));
            return el("span", {}, svg, text);
        };
        const line = (how, extra) => ["path", { d: "M2,8 L30,8", class: `edge ${how}`, ...extra }];
        return el("p", { class: "legend" },
            draw("blocked", ["rect", { x: 10, y: 1, width: 10, height: 14, class: "blocked", fill: "url(#hatch)" }]),
            draw("could go, another went", ["line", { x1: 15, x2: 15, y1: 1, y2: 15, class: "ready" }]),
            draw("happens before", line("sync", { "marker-end": "url(#arrow-sync)" })),
            model.lanes.size && [...model.lanes.values()].some(lane => lane.stuck) ? el("span", {}, "✕ waits for ever") : null,
            draw("only the schedule's order", line("order", { "marker-end": "url(#arrow-order)" })),
            draw("race: nothing orders them", line("conflict")));
    }

    function toolsMake(model, chart) {
        const objects = [...model.objects].sort((a, b) => b[1].count - a[1].count);
        const filter = { object: 0, task: 0 };
        const choice = (name, label, options) => el("label", {}, label, el("select", { "data-filter": name,
            onchange: event => { filter[name] = Number(event.target.value); chart.show({ ...filter }); } },
        el("option", { value: 0 }, "all"), options.map(([value, text]) => el("option", { value }, text))));
        const button = (text, title, action) => el("button", { type: "button", title, "aria-label": title,
            onclick: action }, text);
        return el("div", { class: "tools" },
            el("span", { class: "group" },
                button("|◀", "first step (Home)", () => chart.select(chart.rows[0])),
                button("◀", "step back (left arrow)", () => chart.move(-1)),
                button("▶", "step forward (right arrow)", () => chart.move(1)),
                button("▶|", "last step (End)", () => chart.select(chart.rows[chart.rows.length - 1]))),
            objects.length ? choice("object", "object", objects.map(([id, object]) =>
                [id, `${object.label} (${object.count})`])) : null,
            choice("task", "task", [...model.lanes.values()].map(lane => [lane.number, lane.who])),
            button("keys ?", "keyboard (?)", help));
    }

    function taskTable(model) {
        const head = (text, number) => el("th", { class: number ? "n" : null, scope: "col" }, text);
        const rows = [...model.lanes.values()].map(lane => {
            const all = Math.max(1, lane.running + lane.ready + lane.blocked);
            const part = how => el("span", { class: how, style: `width:${100 * lane[how] / all}%` });
            const on = [...lane.on].sort((a, b) => b[1] - a[1]);
            const shown = on.slice(0, 4).map(([what, steps]) => `${what} (${steps})`);
            if (on.length > 4)
                shown.push(`${on.length - 4} more`);
            if (lane.stuck)
                shown.unshift(`${lane.task.object || lane.task.waits}: for ever`);
            return el("tr", {}, el("th", { scope: "row" }, lane.who), el("td", { class: "n" }, String(lane.running)),
                el("td", { class: "n" }, String(lane.ready)), el("td", { class: "n" }, String(lane.blocked)),
                el("td", {}, el("div", { class: "bar", role: "img", "aria-label":
                    `running ${lane.running}, could go ${lane.ready}, blocked ${lane.blocked}` },
                part("running"), part("ready"), part("blocked"))),
                el("td", { class: "n" }, String(lane.switches)), el("td", {}, shown.join(", ") || "nothing"));
        });
        return el("div", { class: "scrolls" }, el("table", { id: "tasks" }, el("thead", {}, el("tr", {}, head("task"),
            head("steps", 1), head("could go", 1), head("blocked", 1), head(""), head("switches to it", 1),
            head("blocked on (steps)"))), el("tbody", {}, rows)));
    }

    function scheduleParts(finding) {
        const model = finding.schedule, source = model.source;
        const panel = el("div", { class: "step-panel", "aria-live": "polite", id: "step-panel" },
            el("p", { class: "grey screen" }, "Press the right arrow key to go through the schedule step by step."));
        const chart = racerun.chart(model, state.marks, step => stepPanel(panel, step));
        state.chart = chart;
        const parallel = model.span ? (model.work / model.span).toFixed(2) : "1";
        return [el("h2", {}, `The schedule: ${racerun.count(model.steps.length, "step")}, ${
            racerun.count(source.switches, "switch").replace("switchs", "switches")} between tasks`),
        source.file ? el("code", { class: "replay" }, `racerun replay ${source.file}`)
            : source.token ? el("code", { class: "replay" }, `racerun replay ${source.token} PROGRAM`) : "",
        el("h2", { class: "grey" }, "Step by step"), toolsMake(model, chart), chart.element,
        source.more ? el("p", { class: "note" }, `${source.more} more steps follow; the schedule file has them.`) : "",
        legend(model), panel,
        el("h2", {}, "Who ran, who waited"), taskTable(model),
        el("p", { class: "big", id: "parallelism" }, `Parallelism: ${parallel} = ${model.work} steps in all over ${
            model.span} in the longest chain of steps that happen before one another.`),
        el("p", { class: "grey" }, "In units of steps: one task runs at a time under exploration. With as many processors as tasks, " +
            "synchronisation as seen here would let this many run at once on average; what blocks longest is the place to look.")];
    }

    /* ---- what is chosen ---- */

    function testsTable() {
        const head = text => el("th", { scope: "col" }, text);
        return el("div", { class: "scrolls" }, el("table", { id: "tests" }, el("thead", {}, el("tr", {},
            ["program", "result", "", "time"].map(head))), el("tbody", {}, report.tests.map(test => el("tr", {},
            el("th", { scope: "row" }, test.name), el("td", {}, test.status), el("td", {}, test.words || ""),
            el("td", { class: "n" }, `${(test.duration_ms / 1000).toFixed(1)} s`))))));
    }

    function overviewParts() {
        const parts = [];
        if (report.tests.length > 1)
            parts.push(el("h2", {}, "Programs"), testsTable());
        if (report.notices.length)
            parts.push(el("h2", {}, "Notices"), el("ul", {}, report.notices.map(text => el("li", {}, text))));
        return parts;
    }

    function findingDraw(finding) {
        state.finding = finding;
        state.chart = null;
        state.marks = racerun.marksOf(finding);
        const parts = racerun.findingParts(report, finding);
        main.replaceChildren(...parts.head, ...parts.body,
            ...(finding.schedule ? scheduleParts(finding) : []), ...overviewParts());
        if (state.chart)
            state.chart.show({});
        marksTell(state.marks);
        document.title = `racerun: ${finding.kind}${racerun.aboutOf(finding)} [${finding.id}]`;
    }

    function choose(index) {
        if (!state.shown[index])
            return;
        state.at = index;
        findingDraw(state.shown[index]);
        const y = index * ITEM;
        if (y < list.scrollTop || y + ITEM > list.scrollTop + list.clientHeight)
            list.scrollTop = y - ITEM;
        listDraw();
        addressSet(`#${state.finding.id}`);
    }

    /* Frames that others put us into may forbid it. */
    function addressSet(hash) {
        try {
            history.replaceState(null, "", hash);
        } catch (error) {
            if (error.name !== "SecurityError")
                throw error;
        }
    }

    /* "#ID/STEP" */
    function addressGo() {
        const [id, step] = location.hash.slice(1).split("/");
        const index = report.findings.findIndex(finding => finding.id === id);
        choose(Math.max(0, index));
        if (state.chart && Number(step))
            state.chart.select(Number(step));
    }

    /* ---- the keyboard ---- */

    const keys = [
        ["→ j", "one step forward"], ["← k", "one step back"], ["Page ↓ ↑", "ten steps"],
        ["Home End", "first and last step"], ["o O", "next and previous step on the same object"],
        ["n p", "next and previous finding"], ["f", "filter by object"], ["?", "this list"],
    ];

    function help() {
        const dialog = el("dialog", { id: "help" }, el("h2", { style: "margin-top:0" }, "Keyboard"),
            el("dl", {}, keys.flatMap(([key, what]) => [el("dt", {}, key.split(" ").flatMap(one =>
                [el("kbd", {}, one), " "])), el("dd", {}, what)])),
            el("form", { method: "dialog" }, el("button", {}, "close")));
        dialog.addEventListener("close", () => dialog.remove());
        document.body.append(dialog);
        dialog.showModal();
    }

    const actions = {
        ArrowRight: () => state.chart && state.chart.move(1),
        j: () => state.chart && state.chart.move(1),
        ArrowLeft: () => state.chart && state.chart.move(-1),
        k: () => state.chart && state.chart.move(-1),
        PageDown: () => state.chart && state.chart.move(10),
        PageUp: () => state.chart && state.chart.move(-10),
        Home: () => state.chart && state.chart.select(state.chart.rows[0]),
        End: () => state.chart && state.chart.select(state.chart.rows[state.chart.rows.length - 1]),
        o: () => state.chart && state.chart.moveObject(1),
        O: () => state.chart && state.chart.moveObject(-1),
        n: () => choose(state.at + 1),
        p: () => choose(state.at - 1),
        f: () => main.querySelector("[data-filter=object]") && main.querySelector("[data-filter=object]").focus(),
        "?": help,
    };
    /* Within a list of its own they mean a row up and down; elsewhere the page scrolls by them. */
    const inLists = {
        ArrowDown: by => by(1), ArrowUp: by => by(-1),
    };

    document.addEventListener("keydown", event => {
        const at = event.target;
        if (event.ctrlKey || event.altKey || event.metaKey || at.closest("input, select, dialog"))
            return;
        const inSteps = at.closest && at.closest("#steps"), inList = at === list;
        let action = actions[event.key];
        if (inLists[event.key])
            action = inSteps && state.chart ? () => inLists[event.key](by => state.chart.move(by))
                : inList ? () => inLists[event.key](by => choose(state.at + by)) : null;
        if (["Home", "End", "PageUp", "PageDown"].includes(event.key) && !inSteps)
            action = null;
        if (!action)
            return;
        action();
        event.preventDefault();
    });

    window.addEventListener("beforeprint", () => state.chart && state.chart.print(true));
    window.addEventListener("afterprint", () => state.chart && state.chart.print(false));

    racerun.time = ns => ns < 1e3 ? `${ns} ns` : ns < 1e6 ? `${ns / 1e3} µs`
        : ns < 1e9 ? `${(ns / 1e6).toFixed(3)} ms` : `${(ns / 1e9).toFixed(6)} s`;

    headDraw();
    if (report.findings.length) {
        listMake();
        addressGo();
        window.addEventListener("hashchange", addressGo);
    } else {
        main.replaceChildren(el("h1", {}, "No findings"), ...overviewParts());
    }
})();
