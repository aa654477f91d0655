# redis: threads that read and write for the main thread (io-threads), lazy-free and fsync threads,
# and forked children that save. redis-benchmark is a threaded program, too.
fetch() { fetch_source redis; }
build() {
    make -C src -j"$JOBS" V=1 MALLOC=libc USE_SYSTEMD=no BUILD_TLS=no OPTIMIZATION=-O1 CC="$CC" \
        REDIS_CFLAGS=-g CFLAGS= redis-server redis-benchmark redis-cli
}
workload() {
    local PORT=21312 type cli="$BIN_DIR/src/redis-cli -p 21312"
    serve $PORT "$BIN_DIR/src/redis-server" --port $PORT --bind 127.0.0.1 --io-threads 4 \
        --io-threads-do-reads yes --appendonly yes --save "" --lazyfree-lazy-user-del yes \
        --ignore-warnings ARM64-COW-BUG >server.log
    $RUN "$BIN_DIR/src/redis-benchmark" -p $PORT -n $((800 * SCALE)) -c 30 -P 4 -r 1000 --threads 3 -q \
        -t set,get,incr,lpush,lpop,sadd,hset,zadd,lrange_100,mset >benchmark
    cut -d: -f1 benchmark | tr '\r' '\n' | sort -u | grep -c . >/dev/null
    $cli incrby counter 41 >out/counter
    $cli debug jmap 2>/dev/null >/dev/null || true
    seq 1 3000 | sed 's/.*/rpush big &/' | $cli >out/push
    $cli lrange big 0 -1 | sums - >out/big
    $cli bgrewriteaof >/dev/null
    $cli del big >out/del
    $cli bgsave >/dev/null || true
    sleep 2
    $cli incr counter >>out/counter
    $cli flushall async >>out/del
    $cli shutdown nosave || true
    wait $SERVER || echo "server: $?" >out/server
}
