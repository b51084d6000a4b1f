/* vt.c: the pseudo-terminal, libvterm behind it, and waiting for what is shown. */
#include "tests/harness/vt_state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    mw_vt *vt = user;
    if (property == VTERM_PROP_CURSORVISIBLE) {
        vt->cursor_visible = value->boolean != 0;
    } else if (property == VTERM_PROP_ALTSCREEN) {
        vt->alternate = value->boolean != 0;
    }
    return 1;
}

/* Keys, and the terminal's answers to questions the program asks. */
void mw_vt_send(const char *bytes, size_t length, void *user)
{
    mw_vt *vt = user;
    while (length > 0) {
        const ssize_t sent = write(vt->master, bytes, length);
        if (sent > 0) {
            bytes += sent;
            length -= (size_t)sent;
            continue;
        }
        struct pollfd room = {.fd = vt->master, .events = POLLOUT};
        if (errno != EAGAIN || poll(&room, 1, 1000) <= 0) {
            return; /* nobody reads: the program is gone or stuck, which the test will see */
        }
    }
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void set_home(const char *home)
{
    static const char *const folders[][2] = {{"XDG_DATA_HOME", "data"},
                                             {"XDG_CACHE_HOME", "cache"},
                                             {"XDG_CONFIG_HOME", "config"},
                                             {"XDG_STATE_HOME", "state"}};
    char path[4096];
    setenv("HOME", home, 1);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", home, folders[i][1]);
        setenv(folders[i][0], path, 1);
    }
}

static void set_environment(const mw_vt_options *options)
{
    static const char *const kept[] = {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
                                       "LSAN_OPTIONS"};
    char *values[sizeof(kept) / sizeof(kept[0])];
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        const char *value = getenv(kept[i]);
        values[i] = value != NULL ? strdup(value) : NULL;
    }
    clearenv();
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        if (values[i] != NULL) {
            setenv(kept[i], values[i], 1);
        }
    }
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    if (options->home != NULL) {
        set_home(options->home);
    }
    for (const char *const *entry = options->environment; entry != NULL && *entry != NULL;
         entry++) {
        if (strchr(*entry, '=') != NULL) {
            char *copy = strdup(*entry); /* putenv keeps it */
            if (copy == NULL) {
                _exit(127);
            }
            putenv(copy);
        } else {
            unsetenv(*entry);
        }
    }
}

static _Noreturn void become(const mw_vt_options *options, int master, int slave)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    static const int reset[] = {SIGPIPE, SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP, SIGWINCH};
    for (size_t i = 0; i < sizeof(reset) / sizeof(reset[0]); i++) {
        signal(reset[i], SIG_DFL);
    }
    close(master);
    if (login_tty(slave) != 0) {
        _exit(127);
    }
    set_environment(options);
    if (options->directory != NULL && chdir(options->directory) != 0) {
        perror(options->directory);
        _exit(127);
    }
    execvp(options->argv[0], (char *const *)(uintptr_t)options->argv);
    perror(options->argv[0]);
    _exit(127);
}

mw_vt *mw_vt_start(const mw_vt_options *options)
{
    mw_vt *vt = calloc(1, sizeof(*vt));
    if (vt == NULL) {
        return NULL;
    }
    vt->columns = options->columns;
    vt->rows = options->rows;
    vt->cursor_visible = true;
    const struct winsize size = {.ws_col = (unsigned short)options->columns,
                                 .ws_row = (unsigned short)options->rows};
    if (openpty(&vt->master, &vt->slave, NULL, NULL, &size) != 0) {
        perror("openpty");
        free(vt);
        return NULL;
    }
    fcntl(vt->master, F_SETFD, FD_CLOEXEC);
    fcntl(vt->slave, F_SETFD, FD_CLOEXEC);
    vt->pid = fork();
    if (vt->pid == 0) {
        become(options, vt->master, vt->slave);
    }
    if (vt->pid < 0) {
        perror("fork");
        close(vt->master);
        close(vt->slave);
        free(vt);
        return NULL;
    }
    fcntl(vt->master, F_SETFL, O_NONBLOCK);
    vt->last_output_ms = now_ms();
    vt->terminal = vterm_new(options->rows, options->columns);
    vterm_set_utf8(vt->terminal, 1);
    vterm_output_set_callback(vt->terminal, mw_vt_send, vt);
    vt->screen = vterm_obtain_screen(vt->terminal);
    vterm_screen_set_callbacks(vt->screen, &callbacks, vt);
    vterm_screen_enable_altscreen(vt->screen, 1);
    vterm_screen_reset(vt->screen, 1);
    return vt;
}

void mw_vt_free(mw_vt *vt)
{
    if (vt == NULL) {
        return;
    }
    if (!vt->ended) {
        kill(-vt->pid, SIGKILL);
        kill(vt->pid, SIGKILL);
        waitpid(vt->pid, NULL, 0);
    }
    if (vt->master >= 0) {
        close(vt->master);
    }
    close(vt->slave);
    vterm_free(vt->terminal);
    free(vt);
}

pid_t mw_vt_pid(const mw_vt *vt)
{
    return vt->pid;
}

bool mw_vt_take_in(mw_vt *vt, int ms)
{
    struct pollfd input = {.fd = vt->master, .events = POLLIN};
    bool any = false;
    while (poll(&input, 1, any ? 0 : ms) > 0) {
        char bytes[16384];
        const ssize_t length = read(vt->master, bytes, sizeof(bytes));
        if (length <= 0) {
            break;
        }
        vterm_input_write(vt->terminal, bytes, (size_t)length);
        vt->written += (uint64_t)length;
        vt->last_output_ms = now_ms();
        any = true;
    }
    return any;
}

static bool has_ended(mw_vt *vt)
{
    if (!vt->ended && waitpid(vt->pid, &vt->status, WNOHANG) == vt->pid) {
        vt->ended = true;
    }
    return vt->ended;
}

static void print_screen(const mw_vt *vt, const char *why, const char *what)
{
    char *text = mw_vt_text(vt);
    fprintf(stderr, "%s%s%s; the screen (%dx%d)%s:\n%s\n", why, what != NULL ? ": " : "",
            what != NULL ? what : "", vt->columns, vt->rows,
            vt->ended ? ", the program has ended" : "", text != NULL ? text : "?");
    free(text);
}

static bool wait_for(mw_vt *vt, mw_vt_condition *condition, void *context, int timeout_ms)
{
    const long long deadline = now_ms() + timeout_ms;
    for (;;) {
        mw_vt_take_in(vt, 0);
        if (condition(vt, context)) {
            return true;
        }
        const long long left = deadline - now_ms();
        if (left <= 0) {
            return false;
        }
        if (has_ended(vt) && !mw_vt_take_in(vt, 0)) {
            return condition(vt, context);
        }
        mw_vt_take_in(vt, left < 20 ? (int)left : 20);
    }
}

bool mw_vt_wait(mw_vt *vt, mw_vt_condition *condition, void *context, int timeout_ms)
{
    const bool held = wait_for(vt, condition, context, timeout_ms);
    if (!held) {
        print_screen(vt, "what was waited for did not come", NULL);
    }
    return held;
}

static bool text_is_shown(mw_vt *vt, void *context)
{
    return mw_vt_shows(vt, context);
}

static bool text_is_not_shown(mw_vt *vt, void *context)
{
    return !mw_vt_shows(vt, context);
}

bool mw_vt_wait_text(mw_vt *vt, const char *text, int timeout_ms)
{
    const bool held = wait_for(vt, text_is_shown, (void *)(uintptr_t)text, timeout_ms);
    if (!held) {
        print_screen(vt, "the screen never showed", text);
    }
    return held;
}

bool mw_vt_wait_no_text(mw_vt *vt, const char *text, int timeout_ms)
{
    const bool held = wait_for(vt, text_is_not_shown, (void *)(uintptr_t)text, timeout_ms);
    if (!held) {
        print_screen(vt, "the screen still shows", text);
    }
    return held;
}

static bool output_is_quiet(mw_vt *vt, void *context)
{
    const int *quiet_ms = context;
    return now_ms() - vt->last_output_ms >= *quiet_ms;
}

bool mw_vt_wait_quiet(mw_vt *vt, int quiet_ms, int timeout_ms)
{
    const long long deadline = now_ms() + timeout_ms;
    mw_vt_take_in(vt, 0);
    while (!output_is_quiet(vt, &quiet_ms)) {
        if (now_ms() >= deadline) {
            print_screen(vt, "the program keeps writing", NULL);
            return false;
        }
        mw_vt_take_in(vt, 10);
    }
    return true;
}

static bool program_has_ended(mw_vt *vt, void *context)
{
    (void)context;
    return has_ended(vt);
}

bool mw_vt_wait_exit(mw_vt *vt, int *status, int timeout_ms)
{
    if (!wait_for(vt, program_has_ended, NULL, timeout_ms)) {
        print_screen(vt, "the program did not end", NULL);
        return false;
    }
    mw_vt_take_in(vt, 0);
    if (status != NULL) {
        *status = vt->status;
    }
    return true;
}

void mw_vt_resize(mw_vt *vt, int columns, int rows)
{
    const struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    mw_vt_take_in(vt, 0);
    vt->columns = columns;
    vt->rows = rows;
    vterm_set_size(vt->terminal, rows, columns);
    ioctl(vt->master, TIOCSWINSZ, &size);
}

void mw_vt_hang_up(mw_vt *vt)
{
    mw_vt_take_in(vt, 0);
    close(vt->master);
    vt->master = -1; /* poll passes over it */
}
