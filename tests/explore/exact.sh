#!/usr/bin/env bash
# exact: exhaustive search executes every distinguishable schedule of the programs of exact/ once. The first
# comment of each says what there is:
#     traces: N         so many; search without reduction (--strategy=dfs) finds as many,
#     by hand: WHY      unless that would take too long
#     finds: KIND       a failure is of this kind; several: separated by commas, and there are no others
#     options: ...      for racerun explore
#     stopped: REASON   in place of `exhausted`
# With --keep-going, so every failure is there, and each writes a schedule that replays.
# With --builds, however they are compiled: by gcc and clang, with and without optimisation, by `racerun cc`
# and by -fsanitize=thread alone. Then dpor has to come to the same end, and to no fewer traces: what a compiler
# leaves on the stack may make a loop's first round differ from the second, which is explored then, too.
#   usage: exact.sh [--racerun PATH] [--builds] [NAME...]
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun only=() all=
while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$(realpath "$2") && shift ;;
    --builds) all=1 ;;
    --*) sed -n '2,15p' "$0" >&2 && exit 2 ;;
    *) only+=("$1") ;;
    esac
    shift
done
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-exact.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 tried=0 traces='' stopped='' options=()
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

# says KEY SOURCE: what the first comment says after `KEY: `.
says() {
    sed -n '1,/\*\//{s#^[/ ]\* '"$1"': ##;T;s# *\*/$##;p}' "$2"
}

# explore NAME STRATEGY EXECUTED: the last line names the traces.
explore() {
    "$racerun" explore --strategy="$2" --keep-going --out="$1.rrs" ${options[@]+"${options[@]}"} "./$1" >output 2>&1
    grep -Eq "^racerun: explored $3 schedules \($traces distinct\) in .*; stopped: $stopped$" output ||
        fail "$1: $2: not $traces: $(tail -2 output)"
}

# check NAME SOURCE
check() {
    local wanted found
    traces=$(says traces "$2") stopped=$(says stopped "$2")
    : "${stopped:=exhausted}"
    read -ra options <<<"$(says options "$2")"
    mkdir -p "$1.rrs"
    [ -n "$(says 'by hand' "$2")" ] || explore "$1" dfs '[0-9]+'
    explore "$1" dpor "$traces"
    wanted=$(says finds "$2" | tr ',' '\n' | sed 's/^ *//' | sort)
    found=$(sed -n 's/^racerun: \([a-z -]*[a-z]\) #.*/\1/p' output | sort)
    [ "$wanted" = "$found" ] || fail "$1: found '${found//$'\n'/, }', not '${wanted//$'\n'/, }'"
    for schedule in "$1.rrs"/*.rrs; do
        [ -e "$schedule" ] || continue
        "$racerun" replay "$schedule" >output 2>&1
        [ $? -eq 66 ] || fail "$1: $schedule does not replay: $(tail -1 output)"
    done
    tried=$((tried + 1))
}

# compile COMPILER LEVEL HOW SOURCE NAME
compile() {
    local flags=(-g "$2" -I"$here" "$4" -o "$5")
    case $3-$1 in
    inlined-*) RACERUN_CC=$1 "$racerun" cc "${flags[@]}" ;;
    plain-clang*) "$1" -fsanitize=thread -shared-libsan "${flags[@]}" ;;
    plain-*) "$1" -fsanitize=thread "${flags[@]}" ;;
    esac
}

# check_build NAME TRACES STOPPED
check_build() {
    local line
    "$racerun" explore --strategy=dpor --keep-going --out="$1.rrs" "./$1" >output 2>&1
    line=$(sed -n 's/^racerun: explored \([0-9]*\) .*; stopped: /\1 /p' output)
    [ "${line#* }" = "$3" ] && [ "${line%% *}" -ge "$2" ] || fail "$1: not $2 or more, $3: $(tail -2 output)"
    rm -rf "$1" "$1.rrs"
    tried=$((tried + 1))
}

# check_builds NAME SOURCE
check_builds() {
    local stopped name compiler level how
    stopped=$(says stopped "$2")
    for compiler in gcc clang-19; do
        for level in -O0 -O2; do
            for how in inlined plain; do
                name=$1-$compiler$level-$how
                compile "$compiler" "$level" "$how" "$2" "$name" || { fail "$name does not compile" && continue; }
                check_build "$name" "$(says traces "$2")" "${stopped:-exhausted}"
            done
        done
    done
}

for source in "$here"/exact/*.c; do
    name=$(basename "${source%.c}")
    [ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" $name "* ]] || continue
    if [ "$all" ]; then
        check_builds "$name" "$source"
    else
        compile "${RACERUN_CC:-gcc}" -O1 inlined "$source" "$name" || { fail "$name does not compile" && continue; }
        check "$name" "$source"
    fi
done
echo "$tried programs, $failed failures"
[ $failed -eq 0 ] && [ $tried -gt 0 ]
