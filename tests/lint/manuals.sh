#!/usr/bin/env bash
# lint: the pages of rgo(3) and the headers say the same. Every public function and short name is in some
# page, with its exact prototype; pages name nothing that does not exist; their examples compile; the
# formatter has nothing to say.
#   usage: manuals.sh SOURCE_DIR
set -u
cd "$1" || exit 2
pages=(lib/coro/man/*.3)
headers=(lib/include/racerun/go/*.h)
work=$(mktemp -d "${TMPDIR:-/tmp}/manuals.XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0
fail() { printf 'lint: %s\n' "$*" >&2; failed=1; }

# ---- the headers: all words; "name<TAB>prototype" of what is public ----
cat "${headers[@]}" | grep -oE '[A-Za-z_][A-Za-z0-9_]*' | sort -u >"$work/words"
perl -0777 -ne '
    s{/\*.*?\*/}{}gs;
    while (/^#define[ \t]+([a-z]\w*)/gm) { print "$1\t\n" unless $1 =~ /_$|^errno$/ }
    s/^[ \t]*#(.*\\\n)*.*\n//gm;
    s/RGO_(BEGIN|END)_DECLS//g;
    while (/RGO_API\s+([^;{]*);/g) {
        my $text = $1;
        $text =~ s/\s+/ /g;
        $text =~ s/ ?__attribute__\(\(.*\)\) ?$//;
        $text =~ s/RGO_NORETURN/_Noreturn/;
        my $bare = $text =~ s/rgo_chan_of\(\w+\)//r;
        my ($name) = $bare =~ /\b(rgo_\w+)(?:\[\])?(?: ?\(|$)/ or next;
        print "$name\t$text;\n";
    }
    while (/static inline[^;{]*?\b(\w+)\(([^)]*)\)\s*\{/g) {
        print "$1\t\n" unless $1 =~ /_$|_inline$|^rgo_detail/;
    }' "${headers[@]}" | grep -vE '^rgo_block_call' | sort -u >"$work/public"

# ---- the pages: "name<TAB>page" of NAME sections; the same of all words that look like ours; synopses ----
for page in "${pages[@]}"; do
    file=${page##*/}
    sed 's/\\f[BIR]//g; s/\\-/-/g; s/\\&//g' "$page" >"$work/$file"
    sed -n '/^\.SH NAME$/,/^\.SH SYNOPSIS/p' "$work/$file" | sed 's/ - .*//; /^\./d' |
        grep -oE '\w+' | sed "s/$/\t$file/" >>"$work/names"
    sed -n '/^\.SH NAMES FOR THE MACROS$/,/^\.SH EXAMPLE/p' "$work/$file" |
        grep -oE '\brgo_\w+' >>"$work/inner"
    grep -oE '\brgo_\w+' "$work/$file" | sort -u | sed "s/$/\t$file/" >>"$work/used"
    sed -n '/^\.SH SYNOPSIS/,/^\.SH DESCRIPTION/p' "$work/$file" >>"$work/synopses"
    for section in NAME SYNOPSIS DESCRIPTION EXAMPLE 'SEE ALSO'; do
        grep -q "^\.SH $section\$" "$page" || fail "$file has no section $section"
    done
done

declare -A word public in_name inner synopsis
while read -r name; do word[$name]=1; done <"$work/words"
while read -r name _; do public[$name]=1; done <"$work/public"
while read -r name _; do in_name[$name]=1; done <"$work/names"
while read -r name; do inner[$name]=1; done <"$work/inner"
while read -r line; do [ -n "$line" ] && synopsis[$line]=1; done <"$work/synopses"

while IFS=$'\t' read -r name prototype; do
    if [ -z "${in_name[$name]-}" ]; then
        [ -n "${inner[$name]-}" ] || fail "$name is in no NAME section, nor among the names for the macros"
    elif [ -n "$prototype" ] && [ -z "${synopsis[$prototype]-}" ]; then
        fail "no synopsis has: $prototype"
    fi
done <"$work/public"

while IFS=$'\t' read -r name file; do
    [ "$name.3" = "$file" ] || [ -n "${public[$name]-}" ] ||
        fail "$file has $name in NAME, which does not exist"
done <"$work/names"
while IFS=$'\t' read -r name file; do
    [ -e "lib/coro/man/$name.3" ] || [ "$name" = rgo_ ] || [ -n "${word[$name]-}" ] ||
        fail "$file names $name, which does not exist"
done <"$work/used"
cut -f1 "$work/names" | sort | uniq -d >"$work/twice"
[ ! -s "$work/twice" ] || fail "in two NAME sections: $(tr '\n' ' ' <"$work/twice")"

# ---- the examples ----
for page in "${pages[@]}"; do
    file=${page##*/}
    awk '/^\.EX/ { on = 1; next } /^\.EE/ { on = 0 } on' "$page" |
        sed 's/^\\&//; s/\\-/-/g; s/\\e/\\/g' >"$work/example.c"
    ${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -Ilib/include "$work/example.c" ||
        fail "the example of $file does not compile"
done

# ---- the formatter ----
if command -v man >/dev/null && command -v groff >/dev/null; then
    for page in "${pages[@]}"; do
        said=$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
        [ -z "$said" ] || fail "${page##*/}: $said"
    done
fi
exit $failed
