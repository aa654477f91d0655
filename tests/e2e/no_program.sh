#!/bin/bash
# Programs that are missing or cannot be executed.
. "$(dirname "$0")/lib.sh"
build_actor

expect 127 "$racerun" ./absent
has err '^racerun: \./absent: not found'
expect 127 "$racerun" absent-everywhere-in-path
has err '^racerun: absent-everywhere-in-path: not found'
expect 127 "$racerun" ""
expect 127 "$racerun" absent.c
expect 127 "$racerun" "$actor/below"
cp "$actor" here
expect 127 env PATH=/usr/bin:/bin "$racerun" here
has err 'say \./here'
expect 127 "$racerun" docter
has err "command 'doctor'"

touch plain
expect 126 "$racerun" ./plain
has err 'not executable'
expect 126 "$racerun" "$work"
has err 'is a folder'
mkdir bin
touch bin/tool
expect 126 env PATH="$work/bin" "$racerun" tool
printf '#!/no/such/interpreter\n' >script
chmod +x script
expect 126 "$racerun" ./script
has err '/no/such/interpreter'
head -c 300 "$actor" >torn
chmod +x torn
expect 126 "$racerun" ./torn

# Found as execvp finds them: along PATH, an empty entry is the working folder, and a file without
# #! is the shell's.
mkdir first second
cp "$actor" second/tool
expect 4 env PATH="$work/first:$work/second" "$racerun" tool exit 4
expect 4 env PATH=":$work/first" "$racerun" here exit 4
expect 4 env PATH="$work/bin:$work/second" "$racerun" tool exit 4
echo 'exit 5' >second/words
chmod +x second/words
expect 5 env PATH="$work/second:$PATH" "$racerun" words
