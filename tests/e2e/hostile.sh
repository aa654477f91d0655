#!/bin/bash
# Names that mean something to terminals, XML, HTML, JSON, GitHub and URLs, bytes that are no UTF-8, and
# thousands of findings: in every format each stays what it is, is readable by its readers, and is bounded
# where the reader has bounds. Disks that are full end in a sentence.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip "no python3 here"

cat >make.py <<'PY'
import json, sys
evil = "a%b\r\nc,d:e::error::<&\"'>]]></script><b>\x1b[1m\x01\x7f\u2028\ufffe end"
def finding(i):
    frame = {"function": f"{evil}{i}", "file": "/no/" + evil, "line": i + 1, "column": 2, "pc": hex(i + 1)}
    return {"schema": "racerun-finding/1", "kind": "data race", "number": i + 1, "id": f"{i:08x}",
        "program": "/bin/" + evil, "location": {"kind": "static", "address": hex(4096 + i), "size": 4,
        "module": evil, "offset": "0x10", "variable": {"name": evil, "path": f"{evil}{i}", "type": evil, "size": 4}},
        "accesses": [{"role": role, "kind": "write", "address": hex(4096 + i), "size": 4, "task": 2, "stack": [frame]}
                     for role in ("now", "before")], "why": [f"`{evil}`"], "advice": evil, "hint": evil,
        "tasks": [{"number": 2, "name": evil, "parent": 1, "created": [frame]}]}
for i in range(int(sys.argv[1])):
    print(json.dumps(finding(i)))
print(json.dumps({"schema": "racerun-summary/1", "findings": int(sys.argv[1]), "observed": True}))
PY
python3 make.py 1 >one
python3 make.py 6000 >many
formats="text json explain tsan junit sarif github html supp trace mermaid"
for format in $formats; do
    expect 66 "$racerun" report --format=$format --log-path=one.$format one
    lacks err .
    [ -s one.$format ] || fail "nothing in $format"
    tr -d '\n\t' <one.$format | LC_ALL=C grep -q '[[:cntrl:]]' && fail "control characters in $format"
    python3 -c 'import sys; open(sys.argv[1], encoding="utf-8").read()' one.$format || fail "$format is no UTF-8"
    expect 66 "$racerun" report --format=$format --log-path=many.$format many
done
last="(hostile names)"
for size in one many; do
    python3 - $size <<'PY' || fail "$size: malformed"
import json, sys, xml.dom.minidom
size = sys.argv[1]
xml.dom.minidom.parse(f"{size}.junit")
for name in "sarif", "trace":
    json.load(open(f"{size}.{name}", encoding="utf-8"))
for line in open(f"{size}.json", encoding="utf-8"):
    json.loads(line)
PY
    python3 "$here/../golden/sarif_valid.py" $size.sarif
    case $? in 0 | 77) ;; *) fail "$size.sarif is not valid" ;; esac
done
# What was hostile in JSON comes back from it unharmed.
python3 - <<'PY' || fail "JSON does not keep names"
import json
read = lambda path: json.loads(open(path, encoding="utf-8").readline())["accesses"][0]["stack"][0]["function"]
assert read("one") .replace("\ufffe", "") == read("one.json").replace("\ufffe", "").replace("\ufffd", "")
PY
# GitHub takes lines: one a finding, whose properties have no comma, colon or end of line of their own.
[ "$(wc -l <one.github)" = 1 ] || fail "GitHub sees more than one line"
grep -Eq '^::error file=[^,:]*a%25b%0D%0Ac%2Cd%3Ae%3A%3Aerror[^,]*,line=1,col=2,title=racerun%3A data race \[00000000\]::' one.github ||
    fail "GitHub's properties"

# Many: each reader gets what it can take, and is told the rest.
[ "$(grep -c '^::error ' many.github)" = 10 ] || fail "GitHub shows ten annotations of a step"
grep -q '^::notice title=racerun::5990 more findings' many.github || fail "GitHub is not told the rest"
grep -q '"1000 findings were counted but are not in here"' many.sarif || fail "SARIF is not told the rest"
grep -q 'and 4999 more' many.junit || fail "JUnit is not told the rest"
[ "$(grep -c '^racerun: data race #' many.text)" = 6000 ] || fail "text is cut"
[ "$(tail -n 1 many.text)" = 'racerun: 6000 findings' ] || fail "no summary"

# Bytes that are no UTF-8, in a report and in names of files.
sed 's/ end0/ \xff\xc3(\xed\xa0\x80 end0/g' one >raw
for format in $formats; do
    "$racerun" report --format=$format --log-path=raw.$format raw 2>err >out
    code=$?
    if [ $code != 125 ]; then
        python3 -c 'import sys; open(sys.argv[1], encoding="utf-8").read()' raw.$format || fail "$format is no UTF-8"
    fi
    [ $code = 66 ] || { [ $code = 125 ] && grep -q '^racerun: raw:1: ' err; } || fail "$format: exit code $code"
done

# Disks that are full, and limits on files.
cp "$here"/gate/race.c .
"$racerun" cc -g -O1 -pthread race.c -o race || exit 1
if (ulimit -Sf 16) 2>/dev/null; then
    expect 66 bash -c 'ulimit -Sf 16; exec "$@"' - "$racerun" test --junit=limited.xml --sarif=limited.sarif \
        --artifacts=limited ./race
    has err '^racerun: cannot write limited/race/report\.html: File too large'
    has out 'verdict: findings$'
fi
mkdir small
cat >full.sh <<'E2'
mount -t tmpfs -o size=16k none small 2>/dev/null || exit 77
cd small || exit 77
"$1" test --explore --schedules=20 --junit=results.xml --artifacts=kept ../race
E2
if [ "$(id -u)" = 0 ] && unshare -m bash -c 'mount -t tmpfs none small' 2>/dev/null; then
    expect 66 unshare -m bash full.sh "$racerun"
    has err '^racerun: cannot write .*: No space left on device'
    has err '^racerun: data race #1 '
    has out 'verdict: findings$'
fi
