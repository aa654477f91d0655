"""gdb commands for programs that use libracerun-go.

    info goroutines          the goroutines, their states and where they wait
    goroutine N COMMAND...   runs a gdb command, such as bt, on the stack of goroutine N
                             (N "all": on each in turn)

gdb loads this by itself when it lies in its auto-load directory under the library's path and name with
-gdb.py appended; else: source racerun-go-gdb.py. It needs the runtime's debug information.
"""
import gdb

CHUNK_BYTES = 256 << 10
STATES = ["free", "runnable", "runnable", "running", "waiting", "done"]
# A switched-away stack from its pointer upwards: arch/x86_64/switch.S
SAVED = [("r15", 8), ("r14", 16), ("r13", 24), ("r12", 32), ("rbx", 40), ("rbp", 48), ("rip", 56)]


def plain(value):
    """An integer, also of an _Atomic object."""
    return int(value.cast(value.type.unqualified()))


def goroutines():
    kind = gdb.lookup_type("struct goroutine")
    chunk_kind = gdb.lookup_type("struct chunk").pointer()
    count = (CHUNK_BYTES - chunk_kind.target().sizeof) // kind.sizeof
    symbol = gdb.lookup_static_symbol("chunks") or gdb.lookup_global_symbol("chunks")
    address = plain(symbol.value())
    while address:
        chunk = gdb.Value(address).cast(chunk_kind)
        for i in range(count):
            g = chunk["records"][i]
            if plain(g["state"]):
                yield g
        address = plain(chunk["next"])


def state_words(g):
    state = plain(g["state"])
    words = STATES[state] if state < len(STATES) else "?"
    if words == "waiting":
        reasons = gdb.lookup_static_symbol("reason_words")
        if reasons:
            words = reasons.value()[plain(g["reason"])].string() or words
    return words


def place_words(pc):
    if not pc:
        return ""
    sal = gdb.find_pc_line(pc - 1)
    block = gdb.block_for_pc(pc - 1)
    while block and not block.function:
        block = block.superblock
    name = block.function.name if block else hex(pc)
    return "%s at %s:%d" % (name, sal.symtab.filename, sal.line) if sal.symtab else name


class InfoGoroutines(gdb.Command):
    """The goroutines, their states and where they wait."""

    def __init__(self):
        super().__init__("info goroutines", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        for g in sorted(goroutines(), key=lambda g: int(g["id"])):
            name = ' "%s"' % g["name"].string() if int(g["name"]) else ""
            waits = state_words(g)
            pc = int(g["wait_pc"]) if plain(g["state"]) == 4 else 0
            print("goroutine %d%s [%s] %s" % (int(g["id"]), name, waits, place_words(pc)))


class Goroutine(gdb.Command):
    """goroutine N COMMAND: runs the command on the stack of goroutine N; N may be all."""

    def __init__(self):
        super().__init__("goroutine", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        which, _, command = argument.partition(" ")
        for g in list(goroutines()):
            if which == "all" or which == str(int(g["id"])):
                if which == "all":
                    print("\ngoroutine %d [%s]:" % (int(g["id"]), state_words(g)))
                self.run(g, command or "bt")
                if which != "all":
                    return
        if which != "all":
            raise gdb.GdbError("no goroutine %s" % which)

    def run(self, g, command):
        sp = plain(g["sp"])
        if not sp and plain(g["state"]) == 1:
            print("not started yet")
        elif not sp:
            self.run_running(g, command)
        else:
            self.run_parked(sp, command)

    def run_running(self, g, command):
        """On the thread whose worker runs it."""
        present = gdb.selected_thread()
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            worker = gdb.parse_and_eval("runtime_worker")
            if int(worker) and int(worker["current"]) == int(g.address):
                gdb.execute(command)
                break
        else:
            print("a thread of the program's own runs it, or nobody: see info threads")
        present.switch()

    def run_parked(self, sp, command):
        """With the thread's registers as that stack saved them; they are put back."""
        frame = gdb.newest_frame()
        frame.select()
        names = [name for name, _ in SAVED] + ["rsp"]
        kept = {name: int(gdb.parse_and_eval("(unsigned long)$" + name)) for name in names}
        word = gdb.lookup_type("unsigned long").pointer()
        saved = {name: int(gdb.Value(sp + at).cast(word).dereference()) for name, at in SAVED}
        saved["rsp"] = sp + 64
        try:
            # rsp first and last: gdb looks frames up after each assignment.
            for name in ["rsp"] + names:
                gdb.execute("set $%s = %d" % (name, saved[name]), to_string=True)
            gdb.execute(command)
        finally:
            gdb.newest_frame().select()
            for name in ["rsp"] + names:
                gdb.execute("set $%s = %d" % (name, kept[name]), to_string=True)


InfoGoroutines()
Goroutine()
