/* process.c: fork and exec with an environment of our own making, and the reaping. */
#include "labs/engine/host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labs/engine/host/box.h"
#include "model/character.h"

extern char **environ;

/* ---- the environment ---- */

/*
 * Thread pools and the library rungs read their settings from the environment before a line of ours
 * runs, and a shell, an image or a cluster may have set any of them: a limit of threads, a binding,
 * kernels for another processor, other block sizes. A worker inherits none, so that what it
 * compares is at its best and what it is asked for is what it has.
 */
static const char *const dropped_families[] = {"OMP_",      "GOMP_", "OPENBLAS_", "GOTO_",
                                               "GOTOBLAS_", "BLIS_", "PAPI_",     "MALLOC_ARENA_"};

/*
 * Pools that spin while they wait take the core from the other pool. And where address space is
 * limited, the 64 MiB that the C library sets aside for a thread would count as used or not,
 * depending on when somebody asks; no kernel allocates in its loop.
 */
static const char *const fixed_variables[] = {
    "OMP_WAIT_POLICY=passive",
    "OMP_DYNAMIC=false",
    "MALLOC_ARENA_MAX=1",
};

enum { FIXED = sizeof fixed_variables / sizeof *fixed_variables, VARIABLE = 48 };

/* What depends on the machine; an empty string is left out. */
typedef struct own_variables {
    char threads[VARIABLE], core[VARIABLE];
} own_variables;

static bool is_dropped(const char *entry)
{
    for (size_t i = 0; i < sizeof dropped_families / sizeof *dropped_families; i++) {
        if (strncmp(entry, dropped_families[i], strlen(dropped_families[i])) == 0)
            return true;
    }
    return false;
}

/*
 * OpenBLAS finds the kernels for its processor by itself. Only where MEMWALL_ISA lowers ours does
 * it need to hear of it: a rival with wider vectors would be no yardstick.
 */
static const char *library_core(const char *isa)
{
#if defined(__x86_64__)
    if (isa && strcmp(isa, "avx2") == 0 && __builtin_cpu_supports("avx512f"))
        return "Haswell";
    if (isa && strcmp(isa, "generic") == 0 && __builtin_cpu_supports("avx"))
        return "Prescott";
#else
    (void)isa;
#endif
    return NULL;
}

static void find_own(own_variables *own)
{
    cpu_set_t cpus;
    int count = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus);
    const char *core = library_core(getenv("MEMWALL_ISA"));
    snprintf(own->threads, sizeof own->threads, "OPENBLAS_NUM_THREADS=%d", count);
    own->core[0] = '\0';
    if (core)
        snprintf(own->core, sizeof own->core, "OPENBLAS_CORETYPE=%s", core);
}

/* One block: the pointers; the strings are borrowed from environ and from `own`. */
static char **make_environment(own_variables *own)
{
    find_own(own);
    size_t have = 0;
    while (environ && environ[have])
        have++;
    char **made = calloc(have + FIXED + 3, sizeof *made);
    if (!made)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; i < have; i++)
        if (!is_dropped(environ[i]))
            made[used++] = environ[i];
    for (size_t i = 0; i < FIXED; i++)
        made[used++] = (char *)fixed_variables[i];
    made[used++] = own->threads;
    if (own->core[0])
        made[used] = own->core;
    return made;
}

/* ---- the child ---- */

typedef struct birth_plan {
    const char *program, *role;
    char **environment;
    int socket, memory, output, null;
    pid_t parent;
    const mw_box *box; /* or NULL */
} birth_plan;

/* Between fork and exec: only async-signal-safe calls. */
static void die(const char *what)
{
    char text[] = "memwall-worker could not be started: ";
    if (write(2, text, sizeof text - 1) < 0 || write(2, what, strlen(what)) < 0)
        _exit(127);
    _exit(127);
}

static void be_born(const birth_plan *birth)
{
    /* Out of the way first: any of them may be one of the numbers wanted. */
    int socket = fcntl(birth->socket, F_DUPFD, 10), memory = fcntl(birth->memory, F_DUPFD, 10);
    int output = fcntl(birth->output, F_DUPFD, 10), null = fcntl(birth->null, F_DUPFD, 10);
    if (dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 ||
        dup2(socket, MW_WIRE_FD) < 0 || dup2(memory, MW_BLOCK_FD) < 0)
        _exit(127);
    close_range(MW_BLOCK_FD + 1, ~0u, 0);

    setpgid(0, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != birth->parent)
        _exit(127);
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (birth->box && mw_box_enter(birth->box))
        die("its box could not be put on");
    char *arguments[] = {(char *)birth->program, "--role", (char *)birth->role, NULL};
    execve(birth->program, arguments, birth->environment);
    die(birth->program);
}

/* ---- the parent ---- */

static int make_block(mw_error *error)
{
    int fd = memfd_create("memwall-counters", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, (off_t)mw_block_size()) ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)) {
        mw_fail(error, MW_IO, "the counter block could not be made: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

static mw_status fork_worker(const birth_plan *birth, pid_t *pid, mw_error *error)
{
    *pid = fork();
    if (*pid < 0)
        return mw_fail(error, MW_IO, "memwall-worker could not be started: %s", strerror(errno));
    if (*pid == 0)
        be_born(birth);
    return MW_OK;
}

static mw_status start(mw_process *process, birth_plan *birth, mw_error *error)
{
    int pair[2] = {-1, -1}, pipe_ends[2] = {-1, -1};
    mw_status status = MW_OK;
    birth->memory = make_block(error);
    if (birth->memory < 0)
        return MW_IO;
    void *block = mmap(NULL, (size_t)mw_block_size(), PROT_READ, MAP_SHARED, birth->memory, 0);
    birth->null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    /* The worker must never wait for a front end that reads nothing: its writes then fail. */
    if (block == MAP_FAILED || birth->null < 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) ||
        pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK)) {
        status = mw_fail(error, MW_IO, "memwall-worker could not be started: %s", strerror(errno));
    } else {
        birth->socket = pair[1];
        birth->output = pipe_ends[1];
        status = fork_worker(birth, &process->pid, error);
    }
    if (status == MW_OK) {
        status = mw_wire_open(&process->wire, pair[0], error);
        process->output = pipe_ends[0];
        process->block = block;
        if (status != MW_OK) {
            mw_process_end(process, 0);
            mw_process_close(process);
        } else {
            pair[0] = -1;
        }
        pipe_ends[0] = -1;
    } else if (block != MAP_FAILED) {
        munmap(block, (size_t)mw_block_size());
    }
    int rest[] = {pair[0], pair[1], pipe_ends[0], pipe_ends[1], birth->memory, birth->null};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        if (rest[i] >= 0)
            close(rest[i]);
    return status;
}

mw_status mw_process_start(mw_process *process, const char *program, const char *role,
                           mw_error *error)
{
    memset(process, 0, sizeof *process);
    process->output = -1;
    if (access(program, X_OK))
        return mw_fail(error, MW_IO,
                       "%s cannot be started: %s. Build or install memwall whole, or set "
                       "MEMWALL_WORKER",
                       program, strerror(errno));
    own_variables own;
    mw_box box = {{0, NULL}};
    bool boxed = strcmp(role, "student") == 0;
    mw_status status = boxed ? mw_box_make(&box, error) : MW_OK;
    if (status != MW_OK)
        return status;
    birth_plan birth = {.program = program,
                        .role = role,
                        .environment = make_environment(&own),
                        .parent = getpid(),
                        .box = boxed ? &box : NULL};
    status = birth.environment
                 ? start(process, &birth, error)
                 : mw_fail(error, MW_NO_MEMORY, "no memory for the worker's environment");
    free(birth.environment);
    mw_box_free(&box);
    return status;
}

/* The next byte of output; -1 when none waits, 0 … 255 otherwise; '\n' once at the end. */
static int next_byte(mw_process *process)
{
    if (process->output < 0)
        return -1;
    if (process->chunk_start == process->chunk_end) {
        ssize_t got = read(process->output, process->chunk, sizeof process->chunk);
        if (got < 0)
            return -1;
        if (got == 0) {
            close(process->output);
            process->output = -1;
            return process->line_length ? '\n' : -1;
        }
        process->chunk_start = 0;
        process->chunk_end = (size_t)got;
    }
    return (unsigned char)process->chunk[process->chunk_start++];
}

bool mw_process_line(mw_process *process, char *line, size_t size)
{
    for (int byte; (byte = next_byte(process)) >= 0;) {
        if (byte == '\n') {
            process->line[process->line_length] = 0;
            mw_character_clean(process->line, process->line_length, "?", false, process->line,
                               sizeof process->line);
            snprintf(line, size, "%s%s", process->line, process->line_cut ? "…" : "");
            process->line_length = 0;
            process->line_cut = false;
            return true;
        }
        if (process->line_length == MW_LINE_MAX)
            process->line_cut = true;
        else
            process->line[process->line_length++] = byte ? (char)byte : '?';
    }
    return false;
}

static bool wait_for_end(pid_t pid, int patience_ms, int *status)
{
    int fd = pidfd_open(pid, 0);
    if (fd < 0) { /* refused in some containers */
        for (int i = 0; i < patience_ms; i++, usleep(1000))
            if (waitpid(pid, status, WNOHANG) == pid)
                return true;
        return false;
    }
    struct pollfd ended = {fd, POLLIN, 0};
    while (poll(&ended, 1, patience_ms) < 0 && errno == EINTR)
        ;
    close(fd);
    return waitpid(pid, status, WNOHANG) == pid;
}

int mw_process_end(mw_process *process, int patience_ms)
{
    int status = 0;
    if (process->pid > 0 && !wait_for_end(process->pid, patience_ms, &status)) {
        kill(process->pid, SIGKILL);
        while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    process->pid = 0;
    return status;
}

void mw_process_close(mw_process *process)
{
    mw_wire_close(process->wire);
    if (process->output >= 0)
        close(process->output);
    if (process->block)
        munmap((void *)process->block, (size_t)mw_block_size());
    memset(process, 0, sizeof *process);
    process->output = -1;
}
