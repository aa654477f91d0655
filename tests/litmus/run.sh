#!/bin/bash
# Builds the litmus programs, runs each one and compares with what its name and directives expect.
# README.md says what the directives mean. Exit status: 0 all passed, 1 a failure, 2 bad usage.
set -u -o pipefail

shopt -s nullglob
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

usage() {
    cat <<'EOF'
usage: run.sh [OPTION…] [PROGRAM…]
  --racerun PATH    the detector (default: build/bin/racerun of this tree)
  --cc CMD          C compiler (default: PATH cc)      --cxx CMD   C++ compiler (PATH c++)
  --flags FLAGS     more compile flags, such as "-O2 -fPIE -pie"
  --repeat N        run each program N times; all must agree (default 1)
  --env NAME=VALUE  run it N times with this in its environment; may repeat, for so many times more
  --only GLOB       only programs whose base name matches, such as 'race_mutex_*'; may repeat
  --jobs J          programs at a time (default 2)
  --builddir D      where programs and captured output go (default: a new folder in /tmp)
  --tsan            cross-check against the compiler's own ThreadSanitizer; set --cc and --cxx
EOF
}

die() {
    echo "run.sh: $*" >&2
    exit 2
}

export LITMUS_RACERUN=$here/../../build/bin/racerun LITMUS_FLAGS= LITMUS_REPEAT=1 LITMUS_TSAN=
export LITMUS_CC= LITMUS_CXX= LITMUS_DIR= LITMUS_ENV=
jobs=2
only=()
programs=()
while [ $# -gt 0 ]; do
    case $1 in
    --tsan) LITMUS_TSAN=1 ;;
    --help) usage && exit 0 ;;
    --racerun | --cc | --cxx | --flags | --repeat | --env | --only | --jobs | --builddir)
        [ $# -ge 2 ] || die "$1 needs a value"
        case $1 in
        --racerun) LITMUS_RACERUN=$2 ;;
        --cc) LITMUS_CC=$2 ;;
        --cxx) LITMUS_CXX=$2 ;;
        --flags) LITMUS_FLAGS=$2 ;;
        --repeat) LITMUS_REPEAT=$2 ;;
        --env) LITMUS_ENV+="$2 " ;;
        --only) only+=("$2") ;;
        --jobs) jobs=$2 ;;
        --builddir) LITMUS_DIR=$2 ;;
        esac
        shift
        ;;
    -*) usage >&2 && die "unknown option $1" ;;
    *) programs+=("$1") ;;
    esac
    shift
done

[[ $LITMUS_REPEAT =~ ^[1-9][0-9]*$ ]] || die "--repeat wants a positive number"
if [ -n "$LITMUS_TSAN" ]; then
    : "${LITMUS_CC:=gcc}" "${LITMUS_CXX:=g++}"
    LITMUS_CC="$LITMUS_CC -fsanitize=thread"
    LITMUS_CXX="$LITMUS_CXX -fsanitize=thread"
else
    [ -x "$LITMUS_RACERUN" ] || die "no racerun at $LITMUS_RACERUN"
    : "${LITMUS_CC:=$LITMUS_RACERUN cc}" "${LITMUS_CXX:=$LITMUS_RACERUN c++}"
fi
if [ -z "$LITMUS_DIR" ]; then
    LITMUS_DIR=$(mktemp -d /tmp/litmus.XXXXXX)
fi
mkdir -p "$LITMUS_DIR" || die "cannot make $LITMUS_DIR"

# directive FILE NAME: the values of "// NAME: value" lines.
directive() {
    local line
    while read -r line; do
        [[ $line != "// $2: "* ]] || echo "${line#"// $2: "}"
    done <"$1"
}

# build FILE OUT: one program, and OUT.so from the same file when it asks for a helper library.
build() {
    local file=$1 out=$2 compiler standard
    case $file in
    *.cc) compiler=$LITMUS_CXX standard=-std=gnu++17 ;;
    *) compiler=$LITMUS_CC standard=-std=gnu11 ;;
    esac
    local common="$standard -g -pthread -Wall -Wextra"
    # gcc warns that its own TSan knows no fences; clang does not know that option.
    common="$common -Wno-unknown-warning-option -Wno-tsan"
    local extra
    extra=$(directive "$file" flags)
    if [ -n "$(directive "$file" helper)" ]; then
        # The position-independence flags are for the program.
        local helper_flags=${LITMUS_FLAGS//-fno-pie/}
        helper_flags=${helper_flags//-fPIE/}
        helper_flags=${helper_flags//-no-pie/}
        helper_flags=${helper_flags//-pie/}
        # shellcheck disable=SC2086
        $compiler $common $helper_flags $extra -DLITMUS_HELPER -shared -fPIC "$file" \
            -o "$out.so" || return 1
    fi
    # shellcheck disable=SC2086
    $compiler $common $LITMUS_FLAGS "$file" -o "$out" $extra
}

# judge FILE STATUS STDERR: prints what differs from the expectation; nothing when all is well.
# The lines that begin a finding are "racerun: KIND #N [ID]".
judge() {
    local file=$1 status=$2 err=$3 want name findings
    findings=$(grep -E '^racerun: [a-z -]+( \([^)]*\))? #[0-9]+ \[' "$err")
    [ "$status" -ne 124 ] || echo "timed out"
    if [[ ${file##*/} == no* ]]; then
        want=$(directive "$file" exit)
        [ "$status" -eq "${want:-0}" ] || echo "exit status $status, expected ${want:-0}"
        [ -z "$findings" ] || echo "expected silence, got: ${findings//$'\n'/; }"
        return
    fi
    [ "$status" -eq 66 ] || echo "exit status $status, expected 66"
    want=$(directive "$file" expect)
    local kinds=${want:-data race} kind
    while read -r kind; do
        grep -qF "racerun: $kind #" <<<"$findings" || echo "no finding '$kind'"
        findings=$(grep -vF "racerun: $kind #" <<<"$findings")
    done <<<"$kinds"
    [ -z "$findings" ] || echo "unexpected: ${findings//$'\n'/; }"
    while read -r name; do
        [ -z "$name" ] || grep -qE "(^|[^A-Za-z0-9_])$name([^A-Za-z0-9_]|\$)" "$err" ||
            echo "'$name' is not in the report"
    done < <(directive "$file" expect-location; directive "$file" expect-frame)
    while read -r name; do
        [ -z "$name" ] || ! grep -qE "(^|[^A-Za-z0-9_])$name([^A-Za-z0-9_]|\$)" "$err" ||
            echo "'$name' is in the report"
    done < <(directive "$file" reject-frame)
    want=$(directive "$file" expect-count)
    local count
    count=$(grep -cE '^racerun: [a-z -]+( \([^)]*\))? #[0-9]+ \[' "$err")
    [ -z "$want" ] || [ "$count" -eq "$want" ] || echo "$count findings, expected $want"
}

# The same for ThreadSanitizer: only whether it speaks. "// tsan:" says why it may be wrong.
judge_tsan() {
    local file=$1 status=$2 err=$3 spoke=
    grep -q 'WARNING: ThreadSanitizer: ' "$err" && spoke=1
    [ -z "$(directive "$file" tsan)" ] || return
    [ "$status" -ne 124 ] || echo "timed out"
    if [[ $(basename "$file") == no* ]]; then
        local want
        want=$(directive "$file" exit)
        [ "$status" -eq "${want:-0}" ] || echo "exit status $status, expected ${want:-0}"
        [ -z "$spoke" ] || echo "ThreadSanitizer reports: $(grep -m1 WARNING: "$err")"
    else
        [ -n "$spoke" ] || echo "ThreadSanitizer is silent (exit status $status)"
    fi
}

# run_once FILE OUT ERR SETTING: sets wrong.
run_once() {
    local file=$1 out=$2 err=$3 status options
    options=$(directive "$file" options)
    if [ -n "$LITMUS_TSAN" ]; then
        env ${4:+"$4"} timeout -k 2 30 "$out" >"$out.out" 2>"$err" </dev/null
        status=$?
        wrong=$(judge_tsan "$file" $status "$err")
    else
        env ${4:+"$4"} ${options:+RACERUN_OPTIONS="$options"} \
            timeout -k 2 30 "$LITMUS_RACERUN" "$out" >"$out.out" 2>"$err" </dev/null
        status=$?
        wrong=$(judge "$file" $status "$err")
    fi
    [ ! -s "$out.out" ] || wrong+=$'\n'"wrote to standard output"
}

# run_program FILE: one line "PASS name" or "FAIL name: …".
run_program() {
    local file=$1 name out err i wrong setting settings
    name=${file##*/}
    out=$LITMUS_DIR/${name//./_}
    err=$out.err
    if ! build "$file" "$out" >"$out.build" 2>&1; then
        echo "FAIL $name: does not compile; see $out.build"
        return
    fi
    if grep -q 'warning:' "$out.build"; then
        echo "FAIL $name: compiles with warnings; see $out.build"
        return
    fi
    read -ra settings <<<"$LITMUS_ENV"
    for setting in "${settings[@]:-}"; do
        for ((i = 1; i <= LITMUS_REPEAT; i++)); do
            run_once "$file" "$out" "$err" "$setting"
            if [ -n "$wrong" ]; then
                wrong=$(sed '/^$/d' <<<"$wrong")
                echo "FAIL $name: run $i of $LITMUS_REPEAT${setting:+ with $setting}:" \
                    "${wrong//$'\n'/, }; see $err"
                return
            fi
        done
    done
    echo "PASS $name"
}

if [ ${#programs[@]} -eq 0 ]; then
    programs=("$here"/*_*.c "$here"/*_*.cc)
fi
selected=()
for program in "${programs[@]}"; do
    [ -f "$program" ] || die "no such program: $program"
    [ ${#only[@]} -gt 0 ] || selected+=("$program")
    for glob in ${only[@]+"${only[@]}"}; do
        name=$(basename "$program")
        # shellcheck disable=SC2053
        if [[ $name == $glob || ${name%.*} == $glob ]]; then
            selected+=("$program")
            break
        fi
    done
done
[ ${#selected[@]} -gt 0 ] || die "no program matches"

export -f directive build judge judge_tsan run_once run_program
printf '%s\0' "${selected[@]}" |
    xargs -0 -n 1 -P "$jobs" bash -c 'run_program "$1"' run_program >"$LITMUS_DIR/results"
grep '^FAIL' "$LITMUS_DIR/results" | sort
passed=$(grep -c '^PASS' "$LITMUS_DIR/results")
failed=$((${#selected[@]} - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
