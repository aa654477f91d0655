#!/bin/bash
# The shells' completion: every command and option is in each; bash completes as it should, by what
# it would put into COMPREPLY; fish by `complete -C`; what is offered, racerun takes.
. "$(dirname "$0")/lib.sh"
share=${RACERUN_BUILD:-$here/../../build}/share
bash_file=$share/bash-completion/completions/racerun
zsh_file=$share/zsh/site-functions/_racerun
fish_file=$share/fish/vendor_completions.d/racerun.fish
[ -f "$bash_file" ] || skip "no completion built"

"$racerun" --help >help
mapfile -t options < <(grep -oE -- '^ +(-., )?--[a-z][a-z-]+' help | grep -oE -- '--.*' | sort -u)
[ ${#options[@]} -gt 40 ] || fail "--help has only ${#options[@]} options"
mapfile -t commands < <(sed -n 's/^  \([a-z][a-z+]*\)  *[a-z].*/\1/p' help)
[ ${#commands[@]} -ge 10 ] || fail "--help has only the commands ${commands[*]}"
for file in "$bash_file" "$zsh_file" "$fish_file"; do
    for option in "${options[@]}"; do
        word=$option
        [ "$file" = "$fish_file" ] && word="-l ${option#--}"
        grep -qE -- "${word}([^a-z-]|\$)" "$file" || fail "$option is not in ${file##*/}"
    done
    for command in "${commands[@]}"; do
        grep -qwF -- "$command" "$file" || fail "the command $command is not in ${file##*/}"
    done
done

# ---- bash ----
mkdir -p place/folder
touch place/{fail.rrs,report.json,prog,prog.c,'with space.rrs'}

# complete LINE: what bash offers at its end, into $work/out. bash splits the words at = and :.
complete_line() {
    last="completion of: $1"
    bash -c 'cd place || exit 1
        . "$1"
        line=$2 breaks=$3 COMP_WORDS=()
        while [ -n "$line" ]; do
            if [[ $line =~ ^[[:space:]]+ ]]; then :
            elif [[ $line =~ ^$breaks+ || $line =~ ^[^[:space:]=:]+ || $line =~ ^[^[:space:]]+ ]]; then
                COMP_WORDS+=("${BASH_REMATCH[0]}")
            fi
            line=${line#"${BASH_REMATCH[0]}"}
        done
        [[ $2 == *[[:space:]] ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _racerun
        printf "%s\n" "${COMPREPLY[@]}"' bash "$bash_file" "$1" "[=:]" >"$work/out" 2>"$work/err"
    lacks err .
}
# offers LINE WORD...: exactly these, in whatever order
offers() {
    local line=$1
    shift
    complete_line "$line"
    diff <(printf '%s\n' "$@" | sort) <(sort out) >difference || {
        fail "$line<TAB> offers something else"
        cat difference
    }
}
complete_line 'racerun '
for command in "${commands[@]}"; do
    has out "^${command//+/\\+}\$"
done
has out '^prog$'
offers 'racerun exp' explain explore
offers 'racerun ./pro' ./prog ./prog.c
offers 'racerun run ./pro' ./prog ./prog.c
offers 'racerun explore --strategy=p' portfolio pct pos priority
offers 'racerun explore --strategy p' portfolio pct pos priority
offers 'racerun replay --engine=' auto inprocess fork threads
offers 'racerun --format=j' json junit
offers 'racerun -f j' json junit
offers 'racerun -f json rep' report.json
offers 'racerun --color ' auto always never
offers 'racerun --misuse=' yes no
offers 'racerun --no-lock' --no-lock-order
offers 'racerun --linger ' ''
offers 'racerun --suppressions=prog.c:rep' report.json
offers 'racerun explore --out f' folder
offers 'racerun replay ' fail.rrs 'with space.rrs' folder
offers 'racerun replay fail.rrs pro' prog prog.c
offers 'racerun report ' report.json folder
offers 'racerun report report.json r' report.json
offers 'racerun supp re' report.json
offers 'racerun explain data' data-race
offers 'racerun explain data-race fa' ''
offers 'racerun explain f' fail.rrs folder
offers 'racerun test @pro' @prog @prog.c
offers 'racerun test --junit=x ./prog -- ./pro' ./prog ./prog.c
offers 'racerun doctor ./pro' ./prog ./prog.c
offers 'racerun doctor --debug-p' --debug-path=
offers 'racerun cc -O1 pro' prog prog.c
offers 'racerun help ' ''
# Options of other commands are not offered, nor any behind the program or where there are none.
offers 'racerun --strat' ''
offers 'racerun explore --junit' ''
offers 'racerun explore --strat' --strategy=
offers 'racerun test --juni' --junit=
offers 'racerun ./prog --form' ''
offers 'racerun -- --form' ''
offers 'racerun help --form' ''
# Options before make the next word a program, not a command.
offers 'racerun --stats explor' ''
mapfile -t offered < <(complete_line 'racerun test --' && cat out)
for option in "${options[@]}"; do
    printf '%s\n' "${offered[@]}" | grep -qxE -- "$option=?" || fail "test does not offer $option"
done

# ---- zsh and fish ----
if command -v zsh >/dev/null; then
    expect 0 zsh -n "$zsh_file"
    lacks err .
else
    echo "no zsh here: its completion is not parsed"
fi
if command -v fish >/dev/null; then
    export HOME=$work XDG_CONFIG_HOME=$work/cache XDG_DATA_HOME=$work/cache
    expect 0 fish -n "$fish_file"
    fish_offers() {
        expect 0 fish --no-config -c 'cd place; source $argv[1]; complete -C $argv[2]' "$fish_file" "$1"
        lacks err .
    }
    fish_offers 'racerun exp'
    has out '^explore'
    fish_offers 'racerun explore --strategy='
    has out '^--strategy=dpor'
    fish_offers 'racerun explore --strat'
    has out '^--strategy'
    fish_offers 'racerun run --strat'
    lacks out strategy
    fish_offers 'racerun ./prog --form'
    lacks out format
    fish_offers 'racerun replay '
    has out 'fail.rrs'
    fish_offers 'racerun explain data'
    has out '^data-race'
else
    echo "no fish here: its completion is not tried"
fi

# ---- what is offered, racerun takes ----
values() {
    bash -c '. "$1"; _racerun_values "$2"' bash "$bash_file" "$1"
}
for format in $(values --format); do
    expect 0 "$racerun" report --format="$format" --log-path=/dev/null /dev/null
done
for strategy in $(values --strategy); do
    expect 0 "$racerun" explore --strategy="$strategy" --schedules=1 /bin/true
done
mapfile -t kinds < <(bash -c '. "$1"; printf "%s\n" "${_racerun_kinds[@]}"' bash "$bash_file")
for kind in "${kinds[@]}"; do
    expect 0 "$racerun" explain "$kind"
done
expect 125 "$racerun" __completion tcsh
