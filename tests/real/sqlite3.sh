# sqlite3: the shell, and sqlite3_threads.c: connections of their own, one shared connection, WAL,
# shared cache, memory statistics, all from several threads.
fetch() {
    need tcl
    fetch_source sqlite3
}
build() {
    ./configure --enable-threadsafe --disable-tcl --disable-readline
    make -j"$JOBS" sqlite3.c shell.c CC=gcc
    $CC $CFLAGS -DSQLITE_THREADSAFE=1 -DSQLITE_MAX_WORKER_THREADS=4 -pthread -I. \
        sqlite3.c shell.c -o shell -lm -ldl
    $CC $CFLAGS -DSQLITE_THREADSAFE=1 -DSQLITE_MAX_WORKER_THREADS=4 -pthread -I. \
        sqlite3.c "$REAL/sqlite3_threads.c" -o threads -lm -ldl
}
workload() {
    $RUN "$BIN_DIR/shell" shell.db >out/shell <<SQL
PRAGMA threads=4; PRAGMA cache_size=50; PRAGMA journal_mode=WAL;
CREATE TABLE t(a INTEGER PRIMARY KEY, b, c);
INSERT INTO t SELECT value, value * 7919 % 10007, printf('%064d', value * 31 % 997) FROM generate_series(1, $((6000 * SCALE)));
CREATE INDEX tb ON t(b, c);
SELECT count(*), sum(b), max(c) FROM (SELECT * FROM t ORDER BY c, b LIMIT 5000);
PRAGMA integrity_check;
SQL
    local n
    for n in $(seq "$SCALE"); do $RUN "$BIN_DIR/threads" "threads$n.db" >>out/threads; done
}
