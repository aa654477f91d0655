#include "elf_check.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tool.h"

/* ---- symbols ---- */

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

struct symbol_facts {
    bool calls_tsan; /* undefined __tsan_init or __tsan_func_entry */
    bool defines_tsan;
    bool defines_hooks;
    const char *sanitizer;
};

/* Every instrumented unit calls __tsan_init from a constructor; an annotation alone does not. */
static void symbol_note(const char *name, bool defined, struct symbol_facts *facts)
{
    static const struct {
        const char *symbol, *sanitizer;
    } others[] = {
        {"__asan_init", "address"}, {"__hwasan_init", "hwaddress"},     {"__msan_init", "memory"},
        {"__lsan_init", "leak"},    {"__dfsan_load_label", "dataflow"},
    };
    if (strcmp(name, "racerun_hooks") == 0 && defined)
        facts->defines_hooks = true;
    if (strcmp(name, "__tsan_init") == 0 || strcmp(name, "__tsan_func_entry") == 0) {
        facts->defines_tsan |= defined;
        facts->calls_tsan |= !defined;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(name, others[i].symbol) == 0)
            facts->sanitizer = others[i].sanitizer;
}

static void symbols_read(Elf *elf, Elf_Scn *section, const GElf_Shdr *header,
                         struct symbol_facts *facts)
{
    Elf_Data *data = elf_getdata(section, NULL);
    if (!data || !header->sh_entsize)
        return;
    size_t count = header->sh_size / header->sh_entsize;
    for (size_t i = 0; i < count; i++) {
        GElf_Sym symbol;
        if (!gelf_getsym(data, (int)i, &symbol))
            return;
        const char *name = elf_strptr(elf, header->sh_link, symbol.st_name);
        if (name && begins(name, "_"))
            symbol_note(name, symbol.st_shndx != SHN_UNDEF, facts);
        else if (name && begins(name, "racerun_"))
            symbol_note(name, symbol.st_shndx != SHN_UNDEF, facts);
    }
}

/* ---- sections ---- */

static void comment_read(Elf_Scn *section, struct elf_facts *facts)
{
    Elf_Data *data = elf_getdata(section, NULL);
    const char *text = data ? data->d_buf : NULL;
    size_t size = data ? data->d_size : 0;
    /* Several units, several strings: the start-up files are gcc's, so clang's wins. */
    for (size_t at = 0; text && at < size;) {
        size_t length = strnlen(text + at, size - at);
        if (length && (!*facts->compiler || memmem(text + at, length, "clang", 5)))
            snprintf(facts->compiler, sizeof facts->compiler, "%.*s", (int)length, text + at);
        at += length + 1;
    }
}

static void needed_note(const char *name, struct elf_facts *facts)
{
    if (begins(name, "libtsan.so"))
        facts->runtime = RUNTIME_GCC;
    else if (begins(name, "libclang_rt.tsan"))
        facts->runtime = RUNTIME_CLANG;
    else if (begins(name, "libracerun-hooks.so") && facts->runtime == RUNTIME_NONE)
        facts->runtime = RUNTIME_HOOKS;
    else if (begins(name, "libasan.so") || begins(name, "libclang_rt.asan"))
        facts->sanitizer = "address";
    else if (begins(name, "liblsan.so"))
        facts->sanitizer = "leak";
}

static void dynamic_read(Elf *elf, Elf_Scn *section, const GElf_Shdr *header,
                         struct elf_facts *facts)
{
    Elf_Data *data = elf_getdata(section, NULL);
    if (!data || !header->sh_entsize)
        return;
    size_t count = header->sh_size / header->sh_entsize;
    for (size_t i = 0; i < count; i++) {
        GElf_Dyn entry;
        if (!gelf_getdyn(data, (int)i, &entry) || entry.d_tag == DT_NULL)
            return;
        const char *name =
            entry.d_tag == DT_NEEDED ? elf_strptr(elf, header->sh_link, entry.d_un.d_val) : NULL;
        if (name)
            needed_note(name, facts);
    }
}

static void section_read(Elf *elf, Elf_Scn *section, size_t names, struct elf_facts *facts,
                         struct symbol_facts *symbols)
{
    GElf_Shdr header;
    if (!gelf_getshdr(section, &header))
        return;
    const char *name = elf_strptr(elf, names, header.sh_name);
    if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM)
        symbols_read(elf, section, &header, symbols);
    else if (header.sh_type == SHT_DYNAMIC)
        dynamic_read(elf, section, &header, facts);
    else if (name && strcmp(name, ".comment") == 0)
        comment_read(section, facts);
    else if (name && (begins(name, ".debug_info") || begins(name, ".zdebug_info")))
        facts->debug_info = true;
}

static void sections_read(Elf *elf, struct elf_facts *facts, struct symbol_facts *ret_symbols)
{
    size_t names;
    if (elf_getshdrstrndx(elf, &names) < 0)
        return;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section));)
        section_read(elf, section, names, facts, ret_symbols);
}

/* ---- segments ---- */

static void segments_read(Elf *elf, int fd, struct elf_facts *facts)
{
    size_t count;
    facts->is_static = true;
    if (elf_getphdrnum(elf, &count) < 0)
        return;
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_INTERP)
            continue;
        size_t size = header.p_filesz < PATH_MAX ? header.p_filesz : PATH_MAX - 1;
        ssize_t got = pread(fd, facts->interpreter, size, (off_t)header.p_offset);
        facts->interpreter[got > 0 ? got : 0] = 0;
        facts->is_static = false;
    }
    const char *loader = strrchr(facts->interpreter, '/');
    loader = loader ? loader + 1 : facts->interpreter;
    facts->foreign_libc = !facts->is_static && !begins(loader, "ld-linux-x86-64.so");
}

static void runtime_decide(struct elf_facts *facts, const struct symbol_facts *symbols)
{
    if (symbols->sanitizer)
        facts->sanitizer = symbols->sanitizer;
    facts->instrumented = symbols->calls_tsan || symbols->defines_tsan;
    if (!facts->instrumented)
        facts->runtime = RUNTIME_NONE;
    else if (symbols->defines_hooks)
        facts->runtime = RUNTIME_STATIC_HOOKS;
    else if (symbols->defines_tsan)
        facts->runtime = RUNTIME_STATIC;
    else if (facts->runtime == RUNTIME_NONE)
        facts->runtime = RUNTIME_OTHER;
}

static void machine_name(const GElf_Ehdr *header, int class, struct elf_facts *facts)
{
    const char *name = header->e_machine == EM_386       ? "32-bit x86"
                       : header->e_machine == EM_X86_64  ? "x32"
                       : header->e_machine == EM_AARCH64 ? "ARM64"
                       : class == ELFCLASS32             ? "a 32-bit machine"
                                                         : "another machine";
    snprintf(facts->machine, sizeof facts->machine, "%s", name);
}

static void elf_read(int fd, struct elf_facts *facts)
{
    struct symbol_facts symbols = {0};
    GElf_Ehdr header;
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    if (elf && elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) &&
        (header.e_type == ET_EXEC || header.e_type == ET_DYN)) {
        int class = gelf_getclass(elf);
        facts->shape = SHAPE_ELF;
        if (header.e_machine != EM_X86_64 || class != ELFCLASS64) {
            facts->shape = SHAPE_FOREIGN;
            machine_name(&header, class, facts);
        }
        segments_read(elf, fd, facts);
        sections_read(elf, facts, &symbols);
        runtime_decide(facts, &symbols);
    }
    elf_end(elf);
}

/* ---- scripts and privileges ---- */

static void script_read(int fd, struct elf_facts *facts)
{
    char line[256];
    ssize_t size = pread(fd, line, sizeof line - 1, 0);
    line[size > 0 ? size : 0] = 0;
    if (!begins(line, "#!"))
        return;
    facts->shape = SHAPE_SCRIPT;
    const char *start = line + 2 + strspn(line + 2, " \t");
    snprintf(facts->interpreter, sizeof facts->interpreter, "%.*s", (int)strcspn(start, " \t\r\n"),
             start);
}

/* The kernel makes such a program "secure": the loader then ignores LD_PRELOAD. */
static bool file_privileged(int fd)
{
    struct stat st;
    char capabilities[64];
    if (fstat(fd, &st) < 0)
        return false;
    if ((st.st_mode & S_ISUID) && st.st_uid != geteuid())
        return true;
    if ((st.st_mode & S_ISGID) && (st.st_mode & S_IXGRP) && st.st_gid != getegid())
        return true;
    return geteuid() != 0 &&
           fgetxattr(fd, "security.capability", capabilities, sizeof capabilities) > 0;
}

int elf_check(const char *path, struct elf_facts *ret_facts)
{
    *ret_facts = (struct elf_facts){.shape = SHAPE_OTHER};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    script_read(fd, ret_facts);
    if (ret_facts->shape == SHAPE_OTHER)
        elf_read(fd, ret_facts);
    ret_facts->privileged = file_privileged(fd);
    close(fd);
    return 0;
}

/* ---- what to tell ---- */

#define RELINK "relink with -shared-libsan or build with `racerun cc`"

char *elf_objection(const struct elf_facts *facts, const char *program, bool *ret_injectable)
{
    *ret_injectable = false;
    if (facts->shape == SHAPE_FOREIGN)
        return text_format("%s is a program for %s; racerun observes 64-bit x86 programs only",
                           program, facts->machine);
    if (facts->privileged)
        return text_format("%s is setuid, setgid or has file capabilities, so the loader would "
                           "ignore the detector; run a copy without them",
                           program);
    if (facts->shape == SHAPE_ELF && !facts->is_static && facts->foreign_libc)
        return text_format("%s uses the loader %s; racerun needs the GNU C library", program,
                           facts->interpreter);
    if (facts->sanitizer)
        return text_format("%s is built with -fsanitize=%s, which cannot be combined with the race "
                           "detector; build it without",
                           program, facts->sanitizer);
    if (facts->runtime == RUNTIME_STATIC)
        return text_format("%s has a race-detection runtime of its own linked in, which cannot be "
                           "replaced; " RELINK,
                           program);
    *ret_injectable = true;
    if (facts->shape == SHAPE_ELF && facts->is_static)
        return text_format("%s is statically linked, so nothing can be observed in it; link it "
                           "without -static%s",
                           program, facts->instrumented ? "" : " and build with `racerun cc`");
    return NULL;
}
