/* bench_terminal.c: this very program on a pseudo-terminal. */
#include "tui/commands/bench_terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "labs/bench/row.h"

extern char **environ;

/* ---- a program on a terminal ---- */

/* The environment with what would change the picture taken out; the strings are shared. */
static char **make_environment(void)
{
    static const char *const fixed[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8"};
    static const char *const dropped[] = {
        "TERM=",     "LC_ALL=",   "COLORTERM=",     "NO_COLOR=",
        "LANGUAGE=", "ESCDELAY=", "MEMWALL_THEME=", "MEMWALL_CHARSET="};
    size_t count = 0, used = 0;
    while (environ[count])
        count++;
    char **made = calloc(count + 3, sizeof *made);
    for (size_t i = 0; made && i < count; i++) {
        bool keep = true;
        for (size_t j = 0; j < sizeof dropped / sizeof *dropped; j++)
            keep = keep && strncmp(environ[i], dropped[j], strlen(dropped[j])) != 0;
        if (keep)
            made[used++] = environ[i];
    }
    for (size_t i = 0; made && i < 2; i++)
        made[used++] = (char *)fixed[i];
    return made;
}

bool mw_bench_terminal_open(mw_bench_terminal *s, const char *const *arguments)
{
    const struct winsize size = {.ws_row = MW_TERMINAL_HEIGHT, .ws_col = MW_TERMINAL_WIDTH};
    char **environment = make_environment();
    memset(s, 0, sizeof *s);
    s->pid = environment ? forkpty(&s->fd, NULL, NULL, &size) : -1;
    if (s->pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve("/proc/self/exe", (char *const *)arguments, environment);
        _exit(127);
    }
    free(environment);
    if (s->pid > 0)
        fcntl(s->fd, F_SETFD, FD_CLOEXEC);
    return s->pid > 0;
}

void mw_bench_terminal_close(mw_bench_terminal *s)
{
    if (s->pid <= 0)
        return;
    kill(s->pid, SIGTERM);
    /* It has its terminal to put right: what it writes must go somewhere. */
    char chunk[4096];
    while (read(s->fd, chunk, sizeof chunk) > 0)
        ;
    waitpid(s->pid, NULL, 0);
    close(s->fd);
}

bool mw_bench_terminal_take(mw_bench_terminal *s, int wait_ms)
{
    struct pollfd fd = {s->fd, POLLIN, 0};
    char chunk[16384];
    if (poll(&fd, 1, wait_ms) <= 0)
        return false;
    const ssize_t count = read(s->fd, chunk, sizeof chunk);
    if (count <= 0)
        return false;
    s->last = mw_bench_now();
    s->bytes += (uint64_t)count;
    const size_t half = sizeof s->tail / 2;
    const size_t fresh = (size_t)count < half ? (size_t)count : half;
    if (s->length + fresh >= sizeof s->tail) {
        memmove(s->tail, s->tail + s->length - half, half);
        s->length = half;
    }
    memcpy(s->tail + s->length, chunk + (size_t)count - fresh, fresh);
    s->length += fresh;
    s->tail[s->length] = '\0';
    return true;
}

void mw_bench_terminal_settle(mw_bench_terminal *s, int quiet_ms)
{
    const double end = mw_bench_now() + MW_TERMINAL_PATIENCE_MS * 1e-3;
    while (mw_bench_terminal_take(s, quiet_ms) && mw_bench_now() < end)
        ;
}

bool mw_bench_terminal_wait(mw_bench_terminal *s, const char *word)
{
    const double end = mw_bench_now() + MW_TERMINAL_PATIENCE_MS * 1e-3;
    while (!strstr(s->tail, word)) {
        if (!mw_bench_terminal_take(s, MW_TERMINAL_PATIENCE_MS) || mw_bench_now() > end)
            return false;
    }
    return true;
}

bool mw_bench_terminal_press(mw_bench_terminal *s, const char *keys)
{
    s->length = 0;
    s->tail[0] = '\0';
    return write(s->fd, keys, strlen(keys)) == (ssize_t)strlen(keys);
}
