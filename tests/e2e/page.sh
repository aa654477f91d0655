#!/bin/bash
# --format=html in a browser: pages of a few steps and of 10,000, of runs without a schedule, of
# thousands of findings and of hostile names are opened in a headless Chromium, which works them by
# keys (page_check.js).
. "$(dirname "$0")/lib.sh"
browser=$(command -v chromium || command -v chromium-headless-shell || command -v google-chrome) ||
    skip "no Chromium here"
command -v python3 >/dev/null || skip "no python3 here"
cp "$here"/gate/race.c "$here"/gate/deadlock.c "$here"/gate/clean.c "$here"/page_long.c "$here"/page_known.c .
for name in race deadlock clean page_long page_known; do
    "$racerun" cc -g -O1 -pthread $name.c -o $name || exit 1
done

# page FILE EXPECTED: a JavaScript object, see page_check.js
page() {
    python3 - "$1" "$2" "$here/page_check.js" >"$work/checked.html" <<'PY'
import sys
page, expected, check = sys.argv[1:]
text = open(page, encoding="utf-8").read()
script = f"<script>const expected = {expected};\n{open(check).read()}</script>\n</body>"
at = text.rindex("</body>")
sys.stdout.reconfigure(encoding="utf-8")
sys.stdout.write(text[:at] + script + text[at + len("</body>"):])
PY
    last="$browser $1"
    "$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
        --window-size=1200,900 --virtual-time-budget=60000 --dump-dom "file://$work/checked.html" \
        >"$work/dom" 2>"$work/browser.err"
    grep -o '<pre id="checked">.*' "$work/dom" >"$work/out" || tail -5 "$work/browser.err" >"$work/out"
    : >"$work/err"
    has out 'checked: ok, [0-9]+ checks'
}

# A page of its own name where none is asked for, and it is said.
expect 66 "$racerun" explore --format=html ./race
has err '^racerun: the page to look at: racerun\.html$'
page racerun.html '{findings: 1, steps: 4, lanes: 3, marks: "AB", accesses: true, texts: ["data race", "racerun replay"]}'
expect 66 "$racerun" explore --format=html --log-path=deadlock.html ./deadlock
lacks err 'the page to look at'
page deadlock.html '{findings: 1, steps: 4, lanes: 2, marks: "", edges: true, texts: ["Who ran, who waited", "answer: for ever"]}'
expect 66 "$racerun" replay --format=html --log-path=replay.html ./deadlock-*.rrs
page replay.html '{findings: 1, steps: 4, lanes: 2, marks: "", edges: true, texts: ["Parallelism", "racerun replay ./deadlock-"]}'
expect 66 "$racerun" explore --strategy=random --format=html --log-path=long.html ./page_long
page long.html '{findings: 1, steps: 10000, lanes: 9, marks: "AB", edges: true, blocked: true, accesses: true}'

# Figures that can be told beforehand: page_known.c does. In the table: steps, could go, blocked.
expect 66 "$racerun" explore --strategy=fcfs --format=html --log-path=known.html ./page_known
page known.html '{findings: 1, steps: 26, lanes: 3, marks: "", edges: true, texts: ["Parallelism: 1.13 = 26 steps in all over 23 ",
    "main thread21212", "thread 2 (work)1200", "thread 3 (work)12120"]}'
expect 66 "$racerun" explore --strategy=fcfs --format=html --log-path=apart.html ./page_known apart
page apart.html '{findings: 1, steps: 26, lanes: 3, marks: "", edges: true, texts: ["Parallelism: 1.86 = 26 steps in all over 14 "]}'

# What is about no object says what it is in its words, once.
cat >said.c <<'E2'
#include <assert.h>
#include <pthread.h>
static void *nothing(void *unused) { return unused; }
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, nothing, NULL);
    pthread_join(thread, NULL);
    assert(!"so");
}
E2
"$racerun" cc -g -pthread said.c -o said
expect 66 "$racerun" explore --format=html --log-path=said.html ./said
page said.html '{findings: 1, steps: 3, lanes: 2, marks: "", texts: ["assertion: said.c:9: "]}'

# A run without a schedule; and told again from its JSON.
expect 66 "$racerun" --format=json --log-path=run.json ./race
expect 66 "$racerun" report --format=html run.json
cp out run.html
page run.html '{findings: 1, accesses: true, texts: ["Why", "neither holds a lock"]}'
expect 0 "$racerun" --format=html --log-path=clean.html ./clean
page clean.html '{findings: 0, texts: ["No findings"]}'

# Thousands of findings, with names that are not meant well.
python3 - >many.json <<'PY'
import json
evil = "</script><img src=x onerror=pwned=1><b id=pwned>"
for i in range(6000):
    frame = {"function": f"{evil}{i}", "file": "/nowhere/" + evil, "line": i + 1, "pc": hex(i + 1)}
    print(json.dumps({"schema": "racerun-finding/1", "kind": "data race", "number": i + 1, "id": f"{i:08x}",
        "program": evil, "location": {"kind": "static", "address": hex(4096 + i), "size": 4, "module": evil,
        "offset": "0x10", "variable": {"name": evil, "path": f"{evil}{i}", "type": evil, "size": 4}},
        "accesses": [{"role": role, "kind": "write", "address": hex(4096 + i), "size": 4, "stack": [frame]}
                     for role in ("now", "before")], "why": [f"`{evil}`"], "advice": evil, "tasks": []}))
print(json.dumps({"schema": "racerun-summary/1", "findings": 6000, "observed": True}))
PY
expect 66 "$racerun" report --format=html many.json
cp out many.html
page many.html '{findings: 5000, texts: ["<\/script><img src=x onerror=pwned=1>"]}'
has dom 'This page holds the first 5000; 1000 findings more were counted'

# Each program of a gate has its page.
expect 66 "$racerun" test --explore --schedules=200 --time=60 --artifacts=artifacts ./race ./clean
page artifacts/race/report.html '{findings: 1, steps: 4, lanes: 3, marks: "AB", accesses: true}'
page artifacts/clean/report.html '{findings: 0, texts: ["No findings"]}'

# It can be drawn, light and dark: a picture of more than one colour.
for scheme in 0 1; do
    "$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
        --blink-settings=preferredColorScheme=$scheme --window-size=1200,900 --screenshot="$work/$scheme.png" \
        "file://$work/long.html" >/dev/null 2>"$work/browser.err"
    [ "$(stat -c %s "$work/$scheme.png" 2>/dev/null || echo 0)" -gt 20000 ] || fail "no picture of scheme $scheme"
done
cmp -s 0.png 1.png && fail "dark and light look the same"

# A full disk and a place that cannot be written to are said.
expect 125 "$racerun" explore --format=html --log-path=nowhere/page.html ./race
has err '^racerun: cannot write findings to nowhere/page\.html: '
if [ -c /dev/full ]; then
    expect 66 "$racerun" explore --format=html --log-path=/dev/full ./race
    has err '^racerun: cannot write findings to /dev/full: No space left on device$'
fi
