#!/bin/bash
# The manual pages are complete and well-formed, and their examples are taken.
. "$(dirname "$0")/lib.sh"
page=${RACERUN_BUILD:-$here/../../build}/share/man/man1/racerun.1
[ -f "$page" ] || skip "no manual page built"

third=${page%man1/*}man3/rrun_explore.3 annotations=${page%man1/*}man3/rrun_acquire.3
[ -f "$third" ] || fail "no page of rrun_explore"
[ -f "$annotations" ] || fail "no page of rrun_acquire"
folder=${page%/man1/*}
suppressions=$folder/man5/racerun-suppressions.5 schedule=$folder/man5/racerun-schedule.5
for file in "$suppressions" "$schedule"; do
    [ -f "$file" ] || fail "no page $file"
done
"$racerun" --help >help
for option in $(grep -oE -- '--[a-z][a-z-]+' help | sort -u); do
    grep -qF -- "${option//-/\\-}" "$page" || fail "$option is not in the manual page"
done
if command -v man >/dev/null; then
    for file in "$page" "$third" "$annotations" "$suppressions" "$schedule"; do
        expect 0 env MANROFFSEQ= LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l "$file"
        lacks err .
    done
fi

# Every key and operation that a schedule file has is in racerun-schedule(5), whose example is one.
sources=$here/../../lib
plain() {
    sed 's/\\-/-/g' "$1"
}
mapfile -t keys < <(grep -oE '(\{|value_of\(reader, )"[a-z+-]+"' "$sources/trace/schedule.c" |
    grep -oE '[a-z+-]+"$' | tr -d '"' | sort -u)
[ ${#keys[@]} -ge 18 ] || fail "found only the keys ${keys[*]}"
mapfile -t operations < <(sed -nE 's/^OP\(([A-Z_]+),.*/\1/p' "$sources/trace/ops.def")
[ ${#operations[@]} -gt 40 ] || fail "found only ${#operations[@]} operations"
plain "$schedule" >plain_schedule
for word in "${keys[@]}"; do
    grep -qE "^\.BI \"$word \"" plain_schedule || fail "the key $word is not in racerun-schedule(5)"
done
for word in "${operations[@]}"; do
    grep -qxF ".B $word" plain_schedule || fail "the operation $word is not in racerun-schedule(5)"
done
example() {
    plain "$1" | awk '/^\.EX/ { on = 1; next } /^\.EE/ { on = 0 } on'
}
example "$schedule" >example.rrs
expect 0 "$racerun" explain ./example.rrs
has out 'assertion'
sed 's/^1 UPDATE/0 UPDATE/' example.rrs >edited.rrs
expect 125 "$racerun" explain ./edited.rrs
has err 'its checksum is wrong'

# So are the types in racerun-suppressions(5).
mapfile -t types < <(sed -n '/^static const char \*const types\[\]/,/;/p' \
    "$sources/report/suppress.c" | grep -oE '"[a-z_]+"' | tr -d '"')
[ ${#types[@]} -ge 10 ] || fail "found only the types ${types[*]}"
for word in "${types[@]}"; do
    grep -qE "^\.B[R]? .*\b$word\b" "$suppressions" ||
        fail "the type $word is not in racerun-suppressions(5)"
done
example "$suppressions" >example.supp
: >report.json
expect 0 "$racerun" report --suppressions=example.supp report.json

# The example of rrun_explore(3) is a whole program, and does what the page says.
awk '/^\.EX/ { on = 1; next } /^\.EE/ { on = 0 } on' "$third" | sed 's/\\-/-/g' >example.c
"$racerun" cc -g -O1 -pthread example.c -o example || fail "the example does not compile"
expect 1 ./example
has err '^racerun: assertion #1 \['

# Every annotation has a page, and the example of rrun_acquire(3) does what it says.
mapfile -t functions < <(grep -oE '^static inline .*\brrun_[a-z_]+\(' "$sources/include/racerun/racerun.h" |
    grep -oE 'rrun_[a-z_]+')
[ ${#functions[@]} -ge 7 ] || fail "found only the functions ${functions[*]}"
for name in "${functions[@]}"; do
    [ -f "${page%man1/*}man3/$name.3" ] || fail "no page of $name"
done
example "$annotations" | sed 's/\\e/\\/g' >annotated.c
"$racerun" cc -g -O1 -pthread annotated.c -o annotated || fail "the example does not compile"
expect 0 ./annotated
expect 0 "$racerun" ./annotated
has out '^42$'
lacks err .
sed '/^ *rrun_/d' annotated.c >silent.c
"$racerun" cc -g -O1 -pthread silent.c -o silent || fail "the example does not compile"
expect 66 "$racerun" ./silent
has err 'data race #1'
