/* program.c: fork, exec and pipes, in a home that is made and removed again. */
#include "tests/harness/program.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MOST = 32, FILES_MOST = 8 };

static char home[64];

/* Reads both pipes until both are closed. */
static void collect(int out, int err, outcome *result)
{
    size_t sizes[2];
    FILE *files[2] = {open_memstream(&result->out, &sizes[0]),
                      open_memstream(&result->err, &sizes[1])};
    struct pollfd fds[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
    int open = 2;
    while (open > 0 && (poll(fds, 2, -1) >= 0 || errno == EINTR)) {
        for (int i = 0; i < 2; i++) {
            char bytes[4096];
            if (fds[i].fd < 0 || !fds[i].revents)
                continue;
            ssize_t got = read(fds[i].fd, bytes, sizeof bytes);
            if (got > 0)
                fwrite(bytes, 1, (size_t)got, files[i]);
            else {
                close(fds[i].fd);
                fds[i].fd = -1;
                open--;
            }
        }
    }
    fclose(files[0]);
    fclose(files[1]);
}

static void start(const char *input, char **arguments, int out, int err)
{
    if (input) {
        int pipe_ends[2];
        /* Small inputs fit the pipe's buffer. */
        if (pipe(pipe_ends) != 0 || write(pipe_ends[1], input, strlen(input)) < 0)
            _exit(127);
        close(pipe_ends[1]);
        dup2(pipe_ends[0], 0);
        close(pipe_ends[0]);
    } else {
        close(0);
    }
    dup2(out, 1);
    dup2(err, 2);
    for (int fd = 3; fd < 64; fd++)
        close(fd);
    execv(arguments[0], arguments);
    _exit(127);
}

static void take_arguments(char **arguments, va_list list)
{
    for (int i = 0; i + 1 < ARGUMENTS_MOST; i++) {
        arguments[i] = va_arg(list, char *);
        if (!arguments[i])
            break;
    }
}

/* `interrupt_ms` below 0: never. */
static outcome run(const char *input, char **arguments, int interrupt_ms)
{
    outcome result = {.code = -1};
    int out[2], err[2];
    if (pipe(out) != 0 || pipe(err) != 0)
        return result;
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        start(input, arguments, out[1], err[1]);
    }
    close(out[1]);
    close(err[1]);
    if (interrupt_ms >= 0) {
        poll(NULL, 0, interrupt_ms);
        kill(-pid, SIGINT);
    }
    collect(out[0], err[0], &result);
    int status;
    waitpid(pid, &status, 0);
    if (WIFEXITED(status))
        result.code = WEXITSTATUS(status);
    else
        result.signal = WTERMSIG(status);
    return result;
}

outcome program_run(const char *input, ...)
{
    char *arguments[ARGUMENTS_MOST] = {0};
    va_list list;
    va_start(list, input);
    take_arguments(arguments, list);
    va_end(list);
    return run(input, arguments, -1);
}

outcome program_run_list(const char *input, char **arguments)
{
    return run(input, arguments, -1);
}

outcome program_interrupt(int after_ms, ...)
{
    char *arguments[ARGUMENTS_MOST] = {0};
    va_list list;
    va_start(list, after_ms);
    take_arguments(arguments, list);
    va_end(list);
    return run("", arguments, after_ms);
}

void program_free(outcome *result)
{
    free(result->out);
    free(result->err);
    *result = (outcome){0};
}

const char *program_home(void)
{
    snprintf(home, sizeof home, "/tmp/memwall-test-XXXXXX");
    if (!mkdtemp(home))
        return NULL;
    static const char *const names[] = {"XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"};
    for (int i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", home, names[i]);
        mkdir(path, 0700);
        setenv(names[i], path, 1);
    }
    return home;
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about, (void)kind, (void)walk;
    return remove(path);
}

void program_home_remove(void)
{
    if (*home)
        nftw(home, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    home[0] = '\0';
}

int program_begin(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    return program_home() ? 0 : -1;
}

int program_end(void **state)
{
    (void)state;
    program_home_remove();
    return 0;
}

const char *program_file(const char *name, const char *text)
{
    static char paths[FILES_MOST][256];
    static int next;
    char *path = paths[next++ % FILES_MOST];
    snprintf(path, sizeof paths[0], "%s/%s", home, name);
    char folder[256];
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + strlen(home) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(folder, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    if (!file)
        return NULL;
    fputs(text, file);
    fclose(file);
    return path;
}

bool program_is_one_line(const outcome *result, const char *part)
{
    const char *end = strchr(result->err, '\n');
    bool good = strncmp(result->err, "memwall", 7) == 0 && end && end[1] == '\0' &&
                strstr(result->err, part) && result->out[0] == '\0';
    if (!good)
        fprintf(stderr, "wanted one line with '%s'; out: <%s> err: <%s> code %d signal %d\n", part,
                result->out, result->err, result->code, result->signal);
    return good;
}

json_t *program_json(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fprintf(stderr, "not JSON: %s in <%s>\n", error.text, text);
    return json;
}

char *program_unwrapped(const char *text)
{
    char *line = calloc(1, strlen(text) + 1), *end = line;
    for (; *text; text++) {
        bool blank = *text == ' ' || *text == '\n';
        if (!blank || (end > line && end[-1] != ' '))
            *end++ = blank ? ' ' : *text;
    }
    return line;
}
