#include "tests/harness/vt.h"

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

#ifdef MW_HAVE_CAIRO
#include <cairo.h>
#endif

struct mw_vt {
    VTerm *terminal;
    VTermScreen *screen;
    int columns, rows;
    int master;
    int slave; /* kept open, so that modes can be read after the program has gone */
    pid_t pid;
    bool ended;
    int status;
    uint64_t written;
    long long last_output_ms;
    bool cursor_visible, alternate;
};

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
static void on_reply(const char *bytes, size_t length, void *user)
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
    vterm_output_set_callback(vt->terminal, on_reply, vt);
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
    close(vt->master);
    close(vt->slave);
    vterm_free(vt->terminal);
    free(vt);
}

pid_t mw_vt_pid(const mw_vt *vt)
{
    return vt->pid;
}

/* Takes in what there is, waiting up to `ms` for the first of it; false when nothing came. */
static bool take_in(mw_vt *vt, int ms)
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
        take_in(vt, 0);
        if (condition(vt, context)) {
            return true;
        }
        const long long left = deadline - now_ms();
        if (left <= 0) {
            return false;
        }
        if (has_ended(vt) && !take_in(vt, 0)) {
            return condition(vt, context);
        }
        take_in(vt, left < 20 ? (int)left : 20);
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
    take_in(vt, 0);
    while (!output_is_quiet(vt, &quiet_ms)) {
        if (now_ms() >= deadline) {
            print_screen(vt, "the program keeps writing", NULL);
            return false;
        }
        take_in(vt, 10);
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
    take_in(vt, 0);
    if (status != NULL) {
        *status = vt->status;
    }
    return true;
}

void mw_vt_resize(mw_vt *vt, int columns, int rows)
{
    const struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    take_in(vt, 0);
    vt->columns = columns;
    vt->rows = rows;
    vterm_set_size(vt->terminal, rows, columns);
    ioctl(vt->master, TIOCSWINSZ, &size);
}

/* Keys. */

static uint32_t decode_utf8(const char **text)
{
    const unsigned char *bytes = (const unsigned char *)*text;
    const unsigned char first = bytes[0];
    const int more = first < 0x80 ? 0 : first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    uint32_t scalar = more == 0 ? first : first & (uint32_t)(0x3F >> more);
    for (int i = 1; i <= more && bytes[i] != '\0'; i++) {
        scalar = scalar << 6 | (bytes[i] & 0x3F);
    }
    *text += more + 1;
    return scalar;
}

static size_t encode_utf8(uint32_t scalar, char *bytes)
{
    if (scalar < 0x80) {
        bytes[0] = (char)scalar;
        return 1;
    }
    const int more = scalar >= 0x10000 ? 3 : scalar >= 0x800 ? 2 : 1;
    bytes[0] = (char)((0xFF00 >> (more + 1) & 0xFF) | (int)(scalar >> 6 * more));
    for (int i = 1; i <= more; i++) {
        bytes[i] = (char)(0x80 | (scalar >> 6 * (more - i) & 0x3F));
    }
    return (size_t)more + 1;
}

static VTermKey named_key(const char *name)
{
    static const struct {
        const char *name;
        VTermKey key;
    } keys[] = {
        {"Enter", VTERM_KEY_ENTER},   {"Escape", VTERM_KEY_ESCAPE},
        {"Tab", VTERM_KEY_TAB},       {"Backspace", VTERM_KEY_BACKSPACE},
        {"Up", VTERM_KEY_UP},         {"Down", VTERM_KEY_DOWN},
        {"Left", VTERM_KEY_LEFT},     {"Right", VTERM_KEY_RIGHT},
        {"Home", VTERM_KEY_HOME},     {"End", VTERM_KEY_END},
        {"PageUp", VTERM_KEY_PAGEUP}, {"PageDown", VTERM_KEY_PAGEDOWN},
        {"Insert", VTERM_KEY_INS},    {"Delete", VTERM_KEY_DEL},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strcmp(name, keys[i].name) == 0) {
            return keys[i].key;
        }
    }
    char *end = NULL;
    const long number = name[0] == 'F' ? strtol(name + 1, &end, 10) : 0;
    if (number >= 1 && number <= 12 && *end == '\0') {
        return (VTermKey)VTERM_KEY_FUNCTION(number);
    }
    return VTERM_KEY_NONE;
}

bool mw_vt_key(mw_vt *vt, const char *name)
{
    const char *rest = name;
    VTermModifier modifier = VTERM_MOD_NONE;
    take_in(vt, 0); /* the program may have changed what keys send */
    while (rest[0] != '\0' && rest[1] == '-' && rest[2] != '\0' && strchr("CMS", rest[0]) != NULL) {
        modifier |= rest[0] == 'C'   ? VTERM_MOD_CTRL
                    : rest[0] == 'M' ? VTERM_MOD_ALT
                                     : VTERM_MOD_SHIFT;
        rest += 2;
    }
    const VTermKey key = named_key(rest);
    if (key != VTERM_KEY_NONE) {
        vterm_keyboard_key(vt->terminal, key, modifier);
        return true;
    }
    const char *next = rest;
    const uint32_t scalar = strcmp(rest, "Space") == 0 ? ' ' : decode_utf8(&next);
    if (scalar != ' ' && *next != '\0') {
        fprintf(stderr, "no key is called \"%s\"\n", name);
        return false;
    }
    if (modifier == VTERM_MOD_CTRL && scalar >= '@' && scalar <= '~') {
        /* As every terminal sends it; libvterm would escape some of them. */
        const char control = (char)(scalar & 0x1F);
        on_reply(&control, 1, vt);
        return true;
    }
    vterm_keyboard_unichar(vt->terminal, scalar, modifier);
    return true;
}

bool mw_vt_type(mw_vt *vt, const char *text)
{
    take_in(vt, 0);
    while (*text != '\0') {
        const uint32_t scalar = decode_utf8(&text);
        vterm_keyboard_unichar(vt->terminal, scalar, VTERM_MOD_NONE);
    }
    return true;
}

bool mw_vt_keys(mw_vt *vt, const char *names)
{
    char *copy = strdup(names);
    char *state = NULL;
    bool known = copy != NULL;
    for (char *name = known ? strtok_r(copy, " ", &state) : NULL; known && name != NULL;
         name = strtok_r(NULL, " ", &state)) {
        known = mw_vt_key(vt, name);
    }
    free(copy);
    return known;
}

void mw_vt_click(mw_vt *vt, int x, int y, int button)
{
    take_in(vt, 0);
    vterm_mouse_move(vt->terminal, y, x, VTERM_MOD_NONE);
    vterm_mouse_button(vt->terminal, button, true, VTERM_MOD_NONE);
    vterm_mouse_button(vt->terminal, button, false, VTERM_MOD_NONE);
}

/* What is on the screen. */

static mw_vt_colour colour_of(VTermColor colour)
{
    mw_vt_colour result = {.kind = MW_VT_DEFAULT};
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour)) {
        return result;
    }
    if (VTERM_COLOR_IS_INDEXED(&colour)) {
        result.kind = MW_VT_INDEXED;
        result.index = colour.indexed.idx;
        return result;
    }
    result.kind = MW_VT_RGB;
    result.red = colour.rgb.red;
    result.green = colour.rgb.green;
    result.blue = colour.rgb.blue;
    return result;
}

mw_vt_cell mw_vt_at(const mw_vt *vt, int x, int y)
{
    mw_vt_cell cell = {.text = " ", .width = 1};
    VTermScreenCell raw;
    if (x < 0 || y < 0 || x >= vt->columns || y >= vt->rows ||
        !vterm_screen_get_cell(vt->screen, (VTermPos){.row = y, .col = x}, &raw)) {
        return cell;
    }
    if (raw.chars[0] == (uint32_t)-1) {
        cell.text[0] = '\0';
    } else if (raw.chars[0] != 0) {
        size_t length = 0;
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && raw.chars[i] != 0; i++) {
            length += encode_utf8(raw.chars[i], cell.text + length);
        }
        cell.text[length] = '\0';
    }
    cell.width = raw.width;
    cell.bold = raw.attrs.bold;
    cell.underline = raw.attrs.underline != VTERM_UNDERLINE_OFF;
    cell.italic = raw.attrs.italic;
    cell.reverse = raw.attrs.reverse;
    cell.blink = raw.attrs.blink;
    cell.foreground = colour_of(raw.fg);
    cell.background = colour_of(raw.bg);
    return cell;
}

char *mw_vt_row(const mw_vt *vt, int row)
{
    char *text = malloc((size_t)vt->columns * sizeof(((mw_vt_cell *)0)->text) + 1);
    size_t length = 0;
    if (text == NULL) {
        return NULL;
    }
    for (int x = 0; x < vt->columns; x++) {
        const mw_vt_cell cell = mw_vt_at(vt, x, row);
        const size_t bytes = strlen(cell.text);
        memcpy(text + length, cell.text, bytes);
        length += bytes;
    }
    while (length > 0 && text[length - 1] == ' ') {
        length--;
    }
    text[length] = '\0';
    return text;
}

char *mw_vt_text(const mw_vt *vt)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL) {
        return NULL;
    }
    for (int y = 0; y < vt->rows; y++) {
        char *row = mw_vt_row(vt, y);
        fprintf(stream, "%s\n", row != NULL ? row : "");
        free(row);
    }
    fclose(stream);
    return text;
}

bool mw_vt_shows(const mw_vt *vt, const char *text)
{
    int x = 0, y = 0;
    return mw_vt_find(vt, text, &x, &y);
}

bool mw_vt_find(const mw_vt *vt, const char *text, int *x, int *y)
{
    for (int row = 0; row < vt->rows; row++) {
        char *line = mw_vt_row(vt, row);
        const char *found = line != NULL ? strstr(line, text) : NULL;
        if (found != NULL) {
            size_t bytes = (size_t)(found - line);
            int column = 0;
            while (bytes > 0 && column < vt->columns) {
                const size_t here = strlen(mw_vt_at(vt, column, row).text);
                bytes -= here < bytes ? here : bytes;
                column++;
            }
            *x = column;
            *y = row;
            free(line);
            return true;
        }
        free(line);
    }
    return false;
}

void mw_vt_size(const mw_vt *vt, int *columns, int *rows)
{
    *columns = vt->columns;
    *rows = vt->rows;
}

void mw_vt_cursor(const mw_vt *vt, int *x, int *y, bool *visible)
{
    VTermPos position = {0};
    vterm_state_get_cursorpos(vterm_obtain_state(vt->terminal), &position);
    *x = position.col;
    *y = position.row;
    *visible = vt->cursor_visible;
}

bool mw_vt_alternate(const mw_vt *vt)
{
    return vt->alternate;
}

bool mw_vt_cooked(const mw_vt *vt)
{
    struct termios modes;
    return tcgetattr(vt->slave, &modes) == 0 && (modes.c_lflag & ICANON) != 0 &&
           (modes.c_lflag & ECHO) != 0 && (modes.c_lflag & ISIG) != 0 &&
           (modes.c_oflag & OPOST) != 0;
}

uint64_t mw_vt_written(const mw_vt *vt)
{
    return vt->written;
}

#ifdef MW_HAVE_CAIRO

enum { CELL_WIDTH = 10, CELL_HEIGHT = 20 };

static void set_colour(const mw_vt *vt, cairo_t *cairo, mw_vt_colour colour, double otherwise)
{
    if (colour.kind == MW_VT_DEFAULT) {
        cairo_set_source_rgb(cairo, otherwise, otherwise, otherwise);
        return;
    }
    VTermColor rgb;
    if (colour.kind == MW_VT_INDEXED) {
        vterm_color_indexed(&rgb, colour.index);
        vterm_screen_convert_color_to_rgb(vt->screen, &rgb);
    } else {
        vterm_color_rgb(&rgb, colour.red, colour.green, colour.blue);
    }
    cairo_set_source_rgb(cairo, rgb.rgb.red / 255.0, rgb.rgb.green / 255.0, rgb.rgb.blue / 255.0);
}

static void draw_cell(const mw_vt *vt, cairo_t *cairo, int x, int y)
{
    const mw_vt_cell cell = mw_vt_at(vt, x, y);
    const double left = x * CELL_WIDTH, top = y * CELL_HEIGHT;
    set_colour(vt, cairo, cell.reverse ? cell.foreground : cell.background,
               cell.reverse ? 0.9 : 0.1);
    cairo_rectangle(cairo, left, top, CELL_WIDTH * cell.width, CELL_HEIGHT);
    cairo_fill(cairo);
    if (cell.text[0] == '\0' || strcmp(cell.text, " ") == 0) {
        return;
    }
    set_colour(vt, cairo, cell.reverse ? cell.background : cell.foreground,
               cell.reverse ? 0.1 : 0.9);
    cairo_select_font_face(cairo, "monospace",
                           cell.italic ? CAIRO_FONT_SLANT_ITALIC : CAIRO_FONT_SLANT_NORMAL,
                           cell.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, CELL_HEIGHT * 0.8);
    cairo_move_to(cairo, left, top + CELL_HEIGHT * 0.78);
    cairo_show_text(cairo, cell.text);
    if (cell.underline) {
        cairo_rectangle(cairo, left, top + CELL_HEIGHT - 2, CELL_WIDTH * cell.width, 1);
        cairo_fill(cairo);
    }
}

bool mw_vt_png(const mw_vt *vt, const char *path)
{
    cairo_surface_t *surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, vt->columns * CELL_WIDTH, vt->rows * CELL_HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    for (int y = 0; y < vt->rows; y++) {
        for (int x = 0; x < vt->columns; x++) {
            draw_cell(vt, cairo, x, y);
        }
    }
    const bool written = cairo_surface_write_to_png(surface, path) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return written;
}

#else

bool mw_vt_png(const mw_vt *vt, const char *path)
{
    (void)vt;
    (void)path;
    return false;
}

#endif
