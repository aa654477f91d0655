#!/bin/bash
# The tutorial, as a reader does it: in an empty folder its files are saved and its commands run, in order.
# Each line of output that it shows must be printed, but for ids, times, numbers and who came first.
#
# In tests/examples/tutorial.md a block ```sh is run, a plain block after it is what that prints ("..." is
# left out), and a block of any other language is the file that was named last in backticks.
. "$(dirname "$0")/lib.sh"
PATH="$(dirname "$racerun"):$PATH"
mkdir blocks reader && cd reader || exit 1
awk -v folder="$work/blocks" '
    /^```/ && !open { open = 1; kind = substr($0, 4)
        if (kind != "") number++
        file = sprintf("%s/%02d.%s", folder, number, kind == "" ? "shown" : kind == "sh" ? "sh" : "file")
        if (kind != "" && kind != "sh") print name > (file ".name")
        next }
    /^```/ { open = 0; close(file); next }
    open { print > file; next }
    { while (match($0, /`[a-z]+\.[a-z]+`/)) {
        name = substr($0, RSTART + 1, RLENGTH - 2); $0 = substr($0, RSTART + RLENGTH) } }
' "$here/../examples/tutorial.md"
[ "$(ls ../blocks/*.sh | wc -l)" -ge 12 ] || fail "the tutorial has too few commands"

plain() {
    sed -E 's/\[[0-9a-f]{8}\]/[ID]/; s/-[0-9a-f]{8}\.rrs/-ID.rrs/; s/tid [0-9]+/tid N/g; s/thread [0-9]+/thread N/g
        s/[0-9]+\.[0-9] s\b/T s/g; s,\b[0-9]/([0-9]) \./,N/\1 ./,; s/^( *)(previous )?(atomic )?(read|write) of/\1ACCESS of/
        s/(\.c:[0-9]+):[0-9]+/\1/; s/schedule [0-9]+/schedule N/g
        s/([^0-9])[0-9]+ (schedules|distinct|steps|switches)/\1N \2/g
        s/^ +[0-9]+  +//; s/  +/ /g; s/ +$//' "$1"
}

follow() { # COMMANDS: do what was shown, and nothing else of racerun's, come out of them?
    local shown=${1%.sh}.shown line
    last=$(cat "$1")
    if [ ! -f "$shown" ]; then
        bash -e "$1" >"$work/out" 2>"$work/err" || { fail "exit code $? of $1" && show; }
        return
    fi
    bash "$1" >"$work/out" 2>&1
    : >"$work/err"
    plain "$work/out" >"$work/printed"
    plain "$shown" | grep -vxF -e ... -e '' >"$work/shown"
    while IFS= read -r line; do
        grep -qxF -- "$line" "$work/printed" || { fail "not printed: $line" && show; }
    done <"$work/shown"
}

for block in ../blocks/*; do
    case $block in
        *.sh) follow "$block" ;;
        *.file) cp "$block" "$(cat "$block.name")" ;;
    esac
done

# The pipeline's steps, in an environment like GitHub's: the gate fails by what was just broken, with an
# annotation; then it is mended.
sed -n 's/^ *- run: //p' races.yml >steps.sh
[ -s steps.sh ] || fail "the pipeline runs nothing"
expect 66 env CI=true GITHUB_ACTIONS=true bash -e steps.sh
has out '^::error file=visitors\.c,line=[89],'
[ -s racerun.sarif ] && [ -s racerun.xml ] && [ -s racerun-artifacts/visitors/report.html ] ||
    fail "the pipeline's files are not there"
sed -i 's/^static long/static _Atomic long/' visitors.c
expect 0 env CI=true GITHUB_ACTIONS=true bash -e steps.sh
lacks out '^::error'
