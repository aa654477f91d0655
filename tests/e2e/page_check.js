/*
 * Works a page of --format=html as a reader would, by its keys and its elements, and writes into the
 * page what it found: <pre id="checked">, which tests/e2e/page.sh reads. `expected` comes before it.
 */
"use strict";
(async function () {
    const failures = [];
    let checks = 0;
    const is = (what, value) => { checks++; if (!value) failures.push(what); };
    const all = selector => [...document.querySelectorAll(selector)];
    const one = selector => document.querySelector(selector);
    const frame = () => new Promise(done => setTimeout(done, 60));
    const key = async (name, target) => {
        (target || document.body).dispatchEvent(
            new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
        await frame();
    };
    const step = () => Number((one(".row.on") || { dataset: {} }).dataset.step || 0);
    const choose = async (filter, value) => {
        const select = one(`[data-filter=${filter}]`);
        select.value = value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
        await frame();
    };

    async function scheduleCheck() {
        const finding = racerun.read(document.getElementById("report").textContent).findings[0], model = finding.schedule;
        const count = model.steps.length, steps = one("#steps");
        is(`${expected.lanes} lanes, not ${all(".lane-name").length}`, all(".lane-name").length === expected.lanes);
        is(`${expected.steps} steps or more, not ${count}`, count >= expected.steps);
        is("only rows in sight are in the page", all(".row").length <= 80 && all("*").length < 3000);
        await key("ArrowRight");
        is("the first step is chosen", step() === 1);
        is("the panel tells the step", one("#step-panel").textContent.includes(`Step 1 of ${count}`));
        await key("ArrowRight");
        await key("j");
        is("two steps forward", step() === 3);
        await key("ArrowLeft");
        is("one step back", step() === 2);
        await key("End", steps);
        is("the last step", step() === count);
        is("it is in sight", one(".row.on").getBoundingClientRect().bottom <= steps.getBoundingClientRect().bottom + 1);
        is("only rows in sight are in the page, at the end", all(".row").length <= 80);
        await key("Home", steps);
        is("the first step again", step() === 1 && steps.scrollTop === 0);
        is("the chosen one is told to assistive technology",
            steps.getAttribute("aria-activedescendant") === "step-1" && one("#step-1").getAttribute("aria-selected") === "true");
        if (expected.edges) {
            const edge = model.edges.find(edge => edge.how === "sync");
            location.hash = `#${location.hash.slice(1).split("/")[0]}/${edge.to}`;
            await frame();
            await frame();
            is("an address leads to a step", step() === edge.to);
            is("the arrow to it is drawn and stands out", one(`.edge.sync.on[data-to="${edge.to}"]`));
            is("what it happens after is told", one("#step-panel").textContent.includes(`step ${edge.from} `));
        }
        is("hatches where tasks are blocked", !expected.blocked || all("svg .blocked").length > 1);
        const [id, object] = [...model.objects][0];
        await choose("object", id);
        const shown = all(".row").map(row => model.steps[row.dataset.step - 1]);
        is("the filter leaves rows", shown.length > 0);
        is("and only those of the object", shown.every(item => item.object_id === id));
        is("as many as there are", object.count > 80 || shown.length === object.count);
        const before = step();
        await key("ArrowRight");
        if (step() === before) /* it was the last */
            await key("ArrowLeft");
        is("steps go on within the filter", step() !== before || object.count === 1);
        await choose("object", 0);
        const marks = all(".chart-marks .mark").map(mark => mark.textContent).join("");
        is(`marks ${expected.marks}, not ${marks}`, [...marks].sort().join("") === expected.marks);
        is("the accesses say where they are", all(".in-schedule").length === expected.marks.length);
        window.dispatchEvent(new Event("beforeprint"));
        is("on paper as many rows as go there", all(".row").length === Math.min(count, racerun.PRINTED_MAX));
        const found = Math.max(...racerun.marksOf(finding).map(mark => mark.to), 0) || count;
        is("that of the finding among them, and that before", one(`#step-${found}`) && one(`#step-${Math.max(found - 1, 1)}`));
        is("its marks, too", all(".chart-marks .mark").length > 0 || !marks);
        is("and it is said", one(".on-paper").textContent.includes(`of ${count} steps`) === count > racerun.PRINTED_MAX);
        const drawn = one(".chart-scroll");
        is("no lane is beyond the paper", parseFloat(one(".chart-body").style.width) * drawn.style.zoom <= racerun.PAPER + 1);
        window.dispatchEvent(new Event("afterprint"));
        is("then as before", all(".row").length <= 80 && !one(".on-paper").textContent &&
            !drawn.style.zoom);
        is("a row a task in the table", all("#tasks tbody tr").length === expected.lanes);
        is("the parallelism is told", /^Parallelism: [0-9.]+ = /.test(one("#parallelism").textContent));
        is("work is not below the span", model.work >= model.span && model.span > 0);
    }

    try {
        await frame();
        is("no request was made", performance.getEntriesByType("resource").length === 0);
        is(`${expected.findings} findings`, racerun.read(document.getElementById("report").textContent).findings.length === expected.findings);
        if (expected.steps)
            await scheduleCheck();
        else if (expected.findings)
            is("no chart without a schedule", !one("#steps"));
        if (expected.accesses) {
            is("both accesses", all(".card").length === 2);
            is("their source, the line marked", all(".card .code .hit").length === 2);
        }
        for (const text of expected.texts || [])
            is(`the text ${text}`, one("main").textContent.includes(text));
        is("no element came out of a name", !one("main img, main script, nav img, b b, #pwned") && !window.pwned);
        is("a name for every button", all("button").every(button => button.textContent.trim() || button.ariaLabel));
        if (expected.findings > 50) {
            is("only findings in sight are in the page", all(".item").length < 50);
            const title = one("h1").textContent;
            await key("n");
            is("the next finding", one("h1").textContent !== title);
            await key("p");
            is("the former one", one("h1").textContent === title);
        }
        await key("?");
        is("help opens", one("#help") && one("#help").open);
    } catch (error) {
        failures.push(String(error.stack || error));
    }
    const text = failures.length ? `FAILED: ${failures.join("; ")}` : `ok, ${checks} checks`;
    document.body.append(racerun.element("pre", { id: "checked" }, `checked: ${text}`));
})();
