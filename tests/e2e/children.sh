#!/bin/bash
# Children are followed, however they are started, and their findings count.
. "$(dirname "$0")/lib.sh"
build_actor

for way in fork exec spawn vfork execclean "fork fork" "fork exec" "spawn execclean"; do
    # shellcheck disable=SC2086
    expect 66 "$racerun" "$actor" $way race
    has err 'data race #1'
    # shellcheck disable=SC2086
    expect 5 "$racerun" "$actor" $way clean exit 5
    lacks err .
done
expect 66 "$racerun" --linger=100 "$actor" daemon sleep 200 race
has err 'data race #1'
expect 66 "$racerun" "$actor" race fork signal 9
expect 0 "$racerun" --follow-children=no "$actor" fork race
expect 0 "$racerun" --follow-children=no "$actor" exec race

# A daemon that outlives its grace: racerun ends, and says so. The daemon ends after it.
for linger in 1 0; do
    mkfifo gate
    expect 0 "$racerun" --linger=$linger "$actor" daemon closeall pipe gate exit 0
    has err '1 observed process is still running'
    : >gate
    rm gate
done

# Scripts and launchers.
cat >script <<EOF
#!/bin/sh
"$actor" clean
"$actor" race exit 4
EOF
chmod +x script
expect 66 "$racerun" ./script
has err 'data race #1'
lacks err 'instrumented'
expect 66 "$racerun" sh -c "'$actor' race; exit 3"
lacks err 'instrumented'
expect 66 "$racerun" env "$actor" race
expect 3 "$racerun" sh -c "'$actor' clean; exit 3"
lacks err .
expect 4 "$racerun" --follow-children=no ./script
has err 'following of children is off'
lacks err 'build them'
printf '"%s" race\n' "$actor" >noshebang
chmod +x noshebang
expect 66 "$racerun" ./noshebang
printf 'all:\n\t@%s race\n' "$actor" >Makefile
expect 66 "$racerun" make -s
# Racerun in a racerun: the inner one reports, the outer one sees nothing instrumented of its own.
expect 66 "$racerun" "$racerun" "$actor" race
