# memcached: worker threads over libevent, item locks by hash, maintenance threads for LRU and slabs.
fetch() {
    need libevent-dev
    fetch_source memcached
}
build() {
    ./configure --disable-coverage --disable-docs --disable-dependency-tracking
    make -j"$JOBS" memcached
}
# client N: its own keys, whose answers are known, and counters that all clients share.
client() {
    local n=$1 i
    exec 3<>/dev/tcp/127.0.0.1/"$PORT"
    cat <&3 >"out/client$n" &
    for i in $(seq $((150 * SCALE))); do
        printf 'set c%s:%s 0 0 6\r\n%06d\r\n' "$n" "$i" $((n * 1000 + i))
        printf 'incr shared%s 1 noreply\r\nget c%s:%s\r\n' $((i % 3)) "$n" "$i"
        ((i % 5)) || printf 'append c%s:%s 0 0 2\r\nxy\r\ndelete c%s:%s\r\n' "$n" "$i" "$n" $((i - 1))
        ((i % 7)) || printf 'touch c%s:%s 1000\r\nget c%s:1 c%s:2 c%s:3\r\n' "$n" "$i" "$n" "$n" "$n"
    done >&3
    printf 'quit\r\n' >&3
    wait $!
}
# control COMMAND...: commands on a connection of their own; the answers of one second.
control() {
    (
        exec 4<>/dev/tcp/127.0.0.1/"$PORT"
        printf '%s\r\n' "$@" >&4
        timeout 1 cat <&4 || true
    )
}
workload() {
    local PORT=21311 n pids=()
    serve $PORT "$BIN_DIR/memcached" -u root -l 127.0.0.1 -p $PORT -t 4 -m 4 -o hashpower=13
    for n in 0 1 2; do control "set shared$n 0 0 1"$'\r\n0' >/dev/null; done
    for n in 1 2 3 4; do (client $n) & pids+=($!); done
    for n in 1 2 3; do
        control "stats" "stats items" "stats slabs" "stats settings" >/dev/null
        control "lru_crawler metadump all" >/dev/null
    done
    wait "${pids[@]}"
    control "get shared0 shared1 shared2" >out/shared
    # enough to fill the memory: eviction, slab rebalancing, hash table growth
    for n in $(seq $((12000 * SCALE))); do printf 'set f%d 0 0 400 noreply\r\n%0400d\r\n' $n $n; done >filling
    (exec 5<>/dev/tcp/127.0.0.1/"$PORT"; cat filling >&5; timeout 1 cat <&5 || true)
    control "lru_crawler crawl all" "slabs automove 2" "flush_all" >/dev/null
    sleep 2
    kill -TERM $SERVER
    wait $SERVER || echo "server: $?" >out/server
}
