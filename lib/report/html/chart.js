/*
 * chart: a schedule as lanes, a column a task, a row a step. Only the rows in sight are in the page
 * (a few more for a smooth scroll), so 10,000 steps cost as much as 50.
 *
 *     const chart = racerun.chart(model, marks, step => ...);   chart.element goes into the page
 *     chart.show({ object, task });    0: all
 *     chart.select(number); chart.move(by); chart.moveObject(by); chart.end(which)
 */
"use strict";
racerun.element = function (name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {}))
        if (key.startsWith("on"))
            element.addEventListener(key.slice(2), value);
        else if (value !== null && value !== undefined && value !== false)
            element.setAttribute(key, value === true ? "" : value);
    element.append(...children.flat().filter(child => child !== null && child !== undefined));
    return element;
};

racerun.svg = function (name, attributes) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes || {}))
        element.setAttribute(key, value);
    return element;
};

racerun.ROW = 28;
racerun.PRINTED_MAX = 300;
racerun.PAPER = 680; /* what fits on A4 and Letter */

racerun.chart = function (model, marks, selected) {
    const { element: el } = racerun, ROW = racerun.ROW, GUTTER = 52, GAP = 13, LANES = [...model.lanes.values()];
    const state = { rows: [], whole: null, step: 0, lane: 0, place: 0, all: false, filter: {} };
    const head = el("div", { class: "chart-head", "aria-hidden": "true" });
    const lines = racerun.svg("svg", { class: "chart-lines", "aria-hidden": "true" });
    const above = racerun.svg("svg", { class: "chart-marks", "aria-hidden": "true" });
    const body = el("div", { class: "chart-body" }, lines, above);
    const scroll = el("div", { class: "chart-scroll", tabindex: 0, role: "listbox", id: "steps",
        "aria-label": "Steps of the schedule" }, head, body);
    const map = el("canvas", { class: "chart-map", "aria-hidden": "true", title: "The whole schedule" });
    const note = el("p", { class: "note on-paper" });
    const element = el("div", { class: "chart" }, scroll, map, note);

    /* ---- geometry ---- */

    /* The row of a step, or where it would be among those that are shown. */
    function rowOf(step) {
        let low = 0, high = state.rows.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (state.rows[middle] < step)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
    const isShown = step => state.rows[rowOf(step)] === step;
    const top = row => row * ROW, centre = row => row * ROW + ROW / 2;
    const laneLeft = lane => GUTTER + lane.index * state.lane;
    const laneCentre = lane => laneLeft(lane) + state.lane / 2;
    const isNarrow = () => state.lane < 90, gap = () => isNarrow() ? 3 : state.lane < 150 ? 7 : GAP;

    const isFiltered = () => Boolean(state.filter.task || state.filter.object);
    const endsShown = () => !isFiltered() && LANES.some(lane => lane.stuck) &&
        (state.rows[state.rows.length - 1] || 0) === model.steps.length;

    /* On paper nobody scrolls: of many rows those around the finding, or before the end. */
    function rowsPrinted() {
        const after = Math.floor(racerun.PRINTED_MAX / 10), found = Math.max(...marks.map(mark => mark.to));
        const last = marks.length ? Math.min(rowOf(found) + after, state.rows.length) : state.rows.length;
        const first = Math.max(0, last - racerun.PRINTED_MAX);
        return state.rows.slice(first, first + racerun.PRINTED_MAX);
    }

    function measure() {
        const width = scroll.clientWidth || 800;
        state.place = width > 700 ? 170 : 0;
        const fair = (width - GUTTER - state.place) / LANES.length;
        state.lane = LANES.length > 30 ? 30 : Math.max(Math.min(fair, 320), 132);
        body.style.width = head.style.width =
            `${Math.max(GUTTER + LANES.length * state.lane + state.place, width)}px`;
        body.style.height = `${top(state.rows.length + (endsShown() ? 1 : 0)) + 4}px`;
    }

    /* ---- rows ---- */

    function waitLabel(step) {
        const lane = model.lanes.get(step.task);
        return step.number > model.steps.length ? "" : lane.who;
    }

    function rowDraw(index) {
        const number = state.rows[index], step = model.steps[number - 1];
        const lane = model.lanes.get(step.task);
        const place = racerun.placeText(step);
        const row = el("div", {
            class: `row${number === state.step ? " on" : ""}`, role: "option", id: `step-${number}`,
            "data-step": number, style: `top:${top(index)}px;height:${ROW}px`,
            "aria-selected": String(number === state.step),
            "aria-label": `step ${number}, ${waitLabel(step)}: ${step.action}${place ? `, ${place}` : ""}`,
            onclick: () => chart.select(number),
        }, el("span", { class: "number" }, String(number)),
        el("span", {
            class: `pill lane${lane.index % 8}${step.plain ? " plain" : ""}`, title: step.action,
            style: `left:${laneLeft(lane) + gap()}px;width:${state.lane - 2 * gap()}px`,
        }, isNarrow() ? "" : step.action));
        if (isNarrow())
            row.append(el("span", { class: "far", style: `left:${laneLeft(lane) + state.lane + 4}px` },
                step.action));
        else if (state.place)
            row.append(el("span", { class: "place", style: `left:${GUTTER + LANES.length * state.lane + 8}px` },
                place));
        return row;
    }

    function endRowsDraw() {
        return !endsShown() ? [] : LANES.filter(lane => lane.stuck).map(lane =>
            el("span", { class: "stuck", "aria-hidden": "true", title: `waits for ever: ${lane.task.waits}`,
                style: `left:${laneLeft(lane) + gap()}px;width:${state.lane - 2 * gap()}px;top:${top(state.rows.length)}px` },
            isNarrow() ? "✕" : `✕ ${lane.task.waits}`));
    }

    /* ---- lines ---- */

    function spansDraw(first, last) {
        const labels = [];
        for (const lane of LANES)
            for (const span of lane.spans) {
                const from = rowOf(span.from), to = rowOf(span.to + 1);
                if (to <= from || to < first || from > last)
                    continue;
                const x = laneCentre(lane), y = top(from) + 2, height = top(to) - y - 2;
                if (span.how === "ready") {
                    lines.append(racerun.svg("line",
                        { x1: x, x2: x, y1: y, y2: y + height, class: "ready" }));
                    continue;
                }
                lines.append(racerun.svg("rect", { x: x - 5, y, width: 10, height, rx: 3,
                    class: "blocked", fill: "url(#hatch)" }));
                if (!isNarrow())
                    labels.push(el("span", { class: "wait", "aria-hidden": "true", title: `waits for ${span.what}`,
                        style: `left:${x + 9}px;max-width:${state.lane / 2 - 12}px;top:${
                            top(Math.min(Math.max(from, first), to - 1))}px` }, span.what));
            }
        return labels;
    }

    function edgePath(from, to, fromLane, toLane) {
        const y1 = centre(rowOf(from)), y2 = centre(rowOf(to));
        const side = Math.sign(toLane.index - fromLane.index) || 1, half = state.lane / 2 - gap();
        const x1 = laneCentre(fromLane) + side * half, x2 = laneCentre(toLane) - side * half - side * 3;
        const bend = Math.max(10, Math.min(60, Math.abs(x2 - x1) / 2));
        return `M${x1},${y1} C${x1 + side * bend},${y1} ${x2 - side * bend},${y2} ${x2},${y2}`;
    }

    function edgesDraw(first, last) {
        const from = state.rows[first] || 0, to = state.rows[Math.min(last, state.rows.length - 1)] || 0;
        for (const edge of model.edges) {
            if (edge.to < from || edge.from > to || !isShown(edge.to) || !isShown(edge.from))
                continue;
            const on = edge.to === state.step || edge.from === state.step;
            const a = model.lanes.get(model.steps[edge.from - 1].task);
            const b = model.lanes.get(model.steps[edge.to - 1].task);
            lines.append(racerun.svg("path", { d: edgePath(edge.from, edge.to, a, b),
                class: `edge ${edge.how}${on ? " on" : ""}`, "data-from": edge.from, "data-to": edge.to,
                "marker-end": edge.how === "conflict" ? "" : `url(#arrow-${on ? "on" : edge.how})` }));
        }
    }

    const markY = step => step ? top(rowOf(step) + 1) : 2;

    function marksDraw() {
        const points = [];
        for (const mark of marks) {
            if (mark.to + 1 < state.rows[0]) /* before what is on paper */
                continue;
            const lane = model.lanes.get(mark.task), x = laneLeft(lane) + gap() + (isNarrow() ? 12 : 0);
            const y1 = markY(mark.from), y2 = markY(mark.to), y = (y1 + y2) / 2;
            if (y2 > y1)
                above.append(racerun.svg("line", { x1: x, x2: x, y1, y2, class: `bracket mark${mark.letter}` }));
            const group = racerun.svg("g", { class: `mark mark${mark.letter}`, transform: `translate(${x},${y})` });
            group.append(racerun.svg("path", { d: "M-11,0 L0,-11 L11,0 L0,11 Z" }));
            const text = racerun.svg("text", { "text-anchor": "middle", dy: "0.35em" });
            text.textContent = mark.letter;
            group.append(text);
            points.push([x, y, group]);
        }
        if (points.length === 2)
            lines.append(racerun.svg("line", { x1: points[0][0], y1: points[0][1], x2: points[1][0],
                y2: points[1][1], class: "racing" }));
        points.forEach(point => above.append(point[2]));
    }

    function definitions() {
        const defs = racerun.svg("defs");
        const hatch = racerun.svg("pattern", { id: "hatch", width: 6, height: 6,
            patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
        hatch.append(racerun.svg("rect", { width: 6, height: 6, class: "hatch-ground" }),
            racerun.svg("rect", { width: 2.5, height: 6, class: "hatch-line" }));
        defs.append(hatch);
        for (const how of ["sync", "order", "on"]) {
            const marker = racerun.svg("marker", { id: `arrow-${how}`, viewBox: "0 0 8 8", refX: 6, refY: 4,
                markerWidth: 7, markerHeight: 7, orient: "auto" });
            marker.append(racerun.svg("path", { d: "M0,0 L8,4 L0,8 Z", class: `head ${how}` }));
            defs.append(marker);
        }
        return defs;
    }

    /* ---- the whole ---- */

    function headDraw() {
        head.replaceChildren(...LANES.map(lane => el("span", {
            class: `lane-name lane${lane.index % 8}`, title: lane.who,
            style: `left:${laneLeft(lane) + gap()}px;width:${state.lane - 2 * gap()}px`,
        }, isNarrow() ? String(lane.number) : lane.who)));
    }

    function draw() {
        const view = scroll.clientHeight || 600;
        const spare = state.all ? 0 : 6;
        let first = Math.max(0, Math.floor((scroll.scrollTop - ROW) / ROW) - spare);
        let last = Math.min(state.rows.length - 1, Math.ceil((scroll.scrollTop + view) / ROW) + spare);
        if (state.all) {
            first = 0;
            last = state.rows.length - 1;
        }
        lines.replaceChildren(definitions());
        for (const svg of [lines, above]) {
            svg.setAttribute("width", body.style.width);
            svg.setAttribute("height", top(state.rows.length) + ROW);
        }
        const labels = spansDraw(first, last);
        edgesDraw(first, last);
        above.replaceChildren();
        if (!isFiltered())
            marksDraw();
        const rows = [];
        for (let row = first; row <= last; row++)
            rows.push(rowDraw(row));
        body.replaceChildren(lines, ...rows, ...labels, ...endRowsDraw(), above);
        if (state.step && isShown(state.step))
            scroll.setAttribute("aria-activedescendant", `step-${state.step}`);
        mapDraw(view);
    }

    function mapDraw(view) {
        const height = Math.max(80, view), width = 72, ratio = window.devicePixelRatio || 1;
        const style = getComputedStyle(element), pen = map.getContext("2d");
        map.width = width * ratio;
        map.height = height * ratio;
        map.style.height = `${height}px`;
        pen.scale(ratio, ratio);
        const rowHeight = height / Math.max(1, state.rows.length), lane = (width - 8) / LANES.length;
        for (let row = 0; row < state.rows.length; row++) {
            const one = model.lanes.get(model.steps[state.rows[row] - 1].task);
            pen.fillStyle = style.getPropertyValue(`--lane${one.index % 8}`);
            pen.fillRect(4 + one.index * lane, row * rowHeight, Math.max(lane - 1, 1), Math.max(rowHeight - 0.5, 1));
        }
        pen.strokeStyle = pen.fillStyle = style.getPropertyValue("--danger");
        for (const mark of marks)
            pen.fillRect(0, markY(mark.to) / ROW * rowHeight - 1, width, 2);
        pen.strokeStyle = style.getPropertyValue("--text");
        pen.lineWidth = 1.5;
        pen.strokeRect(1, scroll.scrollTop / ROW * rowHeight + 1, width - 2,
            Math.max(6, Math.min(1, view / Math.max(1, top(state.rows.length))) * height - 2));
        if (state.step && isShown(state.step))
            pen.fillRect(0, rowOf(state.step) * rowHeight - 1, width, 2.5);
    }

    let asked = false;
    function drawSoon() {
        if (asked)
            return;
        asked = true;
        requestAnimationFrame(() => { asked = false; draw(); });
    }

    function layout() {
        measure();
        headDraw();
        draw();
    }

    function scrollTo(step) {
        const y = top(rowOf(step)), room = (scroll.clientHeight || 600) - ROW * 2;
        if (y < scroll.scrollTop + ROW)
            scroll.scrollTop = Math.max(0, y - ROW * 2);
        else if (y > scroll.scrollTop + room - ROW)
            scroll.scrollTop = y - room + ROW * 2;
    }

    function mapGo(event) {
        const box = map.getBoundingClientRect();
        const part = (event.clientY - box.top) / box.height;
        scroll.scrollTop = part * top(state.rows.length) - scroll.clientHeight / 2;
    }

    scroll.addEventListener("scroll", drawSoon);
    map.addEventListener("pointerdown", event => { map.setPointerCapture(event.pointerId); mapGo(event); });
    map.addEventListener("pointermove", event => { if (event.buttons) mapGo(event); });
    if (window.ResizeObserver)
        new ResizeObserver(() => { if (!state.all) layout(); }).observe(scroll);

    const chart = {
        element,
        get step() { return state.step; },
        get rows() { return state.rows; },
        layout,
        show(filter) {
            state.filter = filter;
            state.rows = model.steps.filter(step => (!filter.object || step.object_id === filter.object) &&
                (!filter.task || step.task === filter.task)).map(step => step.number);
            layout();
            if (state.step && !isShown(state.step) && state.rows.length)
                chart.select(state.rows[Math.min(rowOf(state.step), state.rows.length - 1)]);
            else if (state.step)
                scrollTo(state.step);
        },
        select(number) {
            if (!isShown(number))
                return;
            state.step = number;
            scrollTo(number);
            draw();
            selected(model.steps[number - 1]);
        },
        move(by) {
            const row = state.step ? rowOf(state.step) + by : by > 0 ? 0 : state.rows.length - 1;
            if (state.rows.length)
                chart.select(state.rows[Math.max(0, Math.min(row, state.rows.length - 1))]);
        },
        moveObject(by) {
            const object = state.step && model.steps[state.step - 1].object_id;
            for (let row = rowOf(state.step) + by; object && state.rows[row]; row += by)
                if (model.steps[state.rows[row] - 1].object_id === object) {
                    chart.select(state.rows[row]);
                    return;
                }
        },
        print(all) {
            const whole = state.whole || state.rows, rows = all ? rowsPrinted() : whole;
            state.all = all;
            state.whole = all ? whole : null;
            state.rows = rows;
            note.textContent = rows.length < whole.length
                ? `On paper: steps ${rows[0]} to ${rows[rows.length - 1]} of ${whole.length} steps.` : "";
            scroll.style.zoom = "";
            layout();
            if (all) /* lanes beyond the paper would be lost */
                scroll.style.zoom = Math.min(1, racerun.PAPER / scroll.scrollWidth);
        },
    };
    return chart;
};
