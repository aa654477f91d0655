/*
 * Blocking calls and connections in C++: lambdas, results that are objects, exceptions.
 * stdout-only: text of 3
 * stdout-only: reference 8
 * stdout-only: caught thrown elsewhere
 * stdout-only: read abc
 */
#include <racerun/go.h>
#include <cstdio>
#include <stdexcept>
#include <string>

int main()
{
    int number = 3;
    std::string text =
        go_blocking([](int n) { return std::string("text of ") + std::to_string(n); }, number);
    std::puts(text.c_str());
    go_blocking([&](int add) -> int & { return number += add; }, 4)++;
    std::printf("reference %d\n", number);
    try {
        go_blocking([] { throw std::runtime_error("thrown elsewhere"); });
    } catch (const std::exception &e) {
        std::printf("caught %s\n", e.what());
    }
    rgo_conn *one, *other;
    if (net_pipe(&one, &other))
        return 1;
    go([other] {
        conn_write(other, "abc", 3);
        conn_close(other);
    });
    char buffer[8] = "";
    conn_read_full(one, buffer, sizeof buffer - 1);
    std::printf("read %s\n", buffer);
    conn_close(one);
}
