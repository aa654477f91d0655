/*
 * The threaded half of sqlite3.sh. Prints totals that no interleaving changes.
 *
 * Three groups of threads at once: each with a connection of its own to one WAL database (with busy
 * retries), all on one serialized connection, and each with a connection to one shared cache.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sqlite3.h"

enum { GROUP = 3, ROUNDS = 40 };

static const char *file;
static sqlite3 *common;

static void must(int rc, sqlite3 *db, const char *what)
{
    if (rc == SQLITE_OK)
        return;
    fprintf(stderr, "%s: %d %s\n", what, rc, db ? sqlite3_errmsg(db) : "");
    exit(1);
}

/* Runs `sql`, again while another connection is in the way. */
static void run(sqlite3 *db, const char *sql)
{
    int rc;
    do
        rc = sqlite3_exec(db, sql, 0, 0, 0);
    while ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED);
    must(rc, db, sql);
}

static sqlite3 *open_db(const char *name, int flags)
{
    sqlite3 *db;
    must(sqlite3_open_v2(name, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | flags, 0), db, name);
    sqlite3_busy_timeout(db, 20000);
    return db;
}

static void work(sqlite3 *db, const char *table, int id)
{
    char sql[200];
    for (int i = 0; i < ROUNDS; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO %s VALUES(%d, %d, printf('%%050d', %d))", table, id, i,
                 i * 31);
        run(db, sql);
        snprintf(sql, sizeof sql, "SELECT count(*), sum(n) FROM %s WHERE id = %d", table, id);
        run(db, sql);
        if (i % 10 == 9) {
            sqlite3_int64 now, high;
            sqlite3_status64(SQLITE_STATUS_MEMORY_USED, &now, &high, 0);
            sqlite3_db_release_memory(db);
        }
    }
}

static void *own_connection(void *id)
{
    sqlite3 *db = open_db(file, 0);
    work(db, "own", (int)(long)id);
    sqlite3_close(db);
    return 0;
}

static void *same_connection(void *id)
{
    work(common, "same", (int)(long)id);
    return 0;
}

static void *shared_cache(void *id)
{
    sqlite3 *db = open_db("file:cached?mode=memory&cache=shared", SQLITE_OPEN_URI);
    work(db, "cached", (int)(long)id);
    sqlite3_close(db);
    return 0;
}

static int print_row(void *table, int columns, char **values, char **names)
{
    (void)columns, (void)names;
    printf("%s: %s rows, sum %s\n", (char *)table, values[0], values[1]);
    return 0;
}

int main(int argc, char **argv)
{
    file = argc > 1 ? argv[1] : "threads.db";
    sqlite3 *db = open_db(file, 0);
    run(db, "PRAGMA journal_mode=WAL; CREATE TABLE own(id, n, text); CREATE INDEX i ON own(id, n)");
    common = open_db(":memory:", SQLITE_OPEN_FULLMUTEX);
    run(common, "CREATE TABLE same(id, n, text)");
    sqlite3 *cached = open_db("file:cached?mode=memory&cache=shared", SQLITE_OPEN_URI);
    run(cached, "CREATE TABLE cached(id, n, text)");

    void *(*const bodies[])(void *) = {own_connection, same_connection, shared_cache};
    pthread_t threads[3 * GROUP];
    for (long i = 0; i < 3 * GROUP; i++)
        pthread_create(&threads[i], 0, bodies[i % 3], (void *)(i / 3));
    for (int i = 0; i < 3 * GROUP; i++)
        pthread_join(threads[i], 0);

    sqlite3_exec(db, "SELECT count(*), sum(n) FROM own", print_row, "own", 0);
    sqlite3_exec(common, "SELECT count(*), sum(n) FROM same", print_row, "same", 0);
    sqlite3_exec(cached, "SELECT count(*), sum(n) FROM cached", print_row, "cached", 0);
    sqlite3_close(db);
    sqlite3_close(common);
    sqlite3_close(cached);
    return 0;
}
