/* terminal.c: opens curses, draws the cells that changed, and reads keys and pastes. */
#include "tui/terminal/terminal.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "labs/locale/utf8.h"
#include "tui/terminal/colours.h"
#include "tui/terminal/paste.h"
#include "tui/terminal/rescue.h"
#include "tui/terminal/terminfo.h"

enum {
    ESCAPE_DELAY_MS = 25, /* ncurses' own second is felt as a hang; shorter splits arrow keys */
    SIDE_ABSURD = 10000,  /* cells: a terminal that says more does not know its size */
    NO_COLUMNS = 80,      /* of a terminal that does not know */
    NO_ROWS = 24,
    /* Sequences that terminfo does not name. */
    CODE_PASTE_BEGIN = KEY_MAX + 1,
    CODE_PASTE_END,
    CODE_WORD_LEFT,
    CODE_WORD_RIGHT
};

static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";
static const char mouse_off[] = "\033[?1006l\033[?1000l";

struct mw_terminal {
    SCREEN *screen;
    WINDOW *keys; /* a pad, never drawn: reading from a window would refresh it */
    const mw_theme *theme;
    int colours;
    bool mouse;
    mw_cell *shown; /* what was drawn last; NULL: unknown */
    int width, height;
    mw_paste paste;
    wint_t after_paste; /* the key that ended a paste whose end did not come, or 0 */
    mw_rescue rescue;
};

/* ---- opening ---- */

static bool is_absurd(const struct winsize *size)
{
    return size->ws_row == 0 || size->ws_col == 0 || size->ws_row > SIDE_ABSURD ||
           size->ws_col > SIDE_ABSURD;
}

/* Cells beyond what a grid can have stay blank. */
static void take_size(mw_terminal *terminal)
{
    getmaxyx(stdscr, terminal->height, terminal->width);
    if (terminal->height > MW_GRID_SIDE_MAX)
        terminal->height = MW_GRID_SIDE_MAX;
    if (terminal->width > MW_GRID_SIDE_MAX)
        terminal->width = MW_GRID_SIDE_MAX;
}

static SCREEN *open_screen(mw_error *error)
{
    const char *term = getenv("TERM");
    const char *names[MW_TERMINFO_MOST];
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        mw_fail(error, MW_UNSUPPORTED, "stdin and stdout are not both a terminal");
        return NULL;
    }
    if (!term || *term == '\0' || strcmp(term, "dumb") == 0) {
        mw_fail(error, MW_UNSUPPORTED, "TERM is %s: no cursor can be moved there",
                term && *term ? "dumb" : "not set");
        return NULL;
    }
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        use_env(!is_absurd(&size)); /* curses would make a screen of four thousand million cells */
    mw_terminfo_find();
    const size_t count = mw_terminfo_entries(term, names);
    for (size_t i = 0; i < count; i++) {
        SCREEN *screen = newterm(names[i], stdout, stdin);
        if (screen && tigetstr("cup") != NULL && tigetstr("cup") != (char *)-1)
            return screen;
        if (screen) {
            endwin();
            delscreen(screen);
        }
    }
    mw_fail(error, MW_UNSUPPORTED, "TERM is '%s', which this machine has no description of", term);
    return NULL;
}

static void add_capability(mw_rescue *rescue, const char *name)
{
    const char *text = tigetstr(name);
    if (text && text != (char *)-1)
        mw_rescue_add(rescue, text);
}

static void prepare_rescue(mw_terminal *terminal, const struct termios *modes)
{
    mw_rescue *rescue = &terminal->rescue;
    rescue->fd = STDOUT_FILENO;
    rescue->modes = *modes;
    mw_rescue_add(rescue, paste_off);
    if (terminal->mouse)
        mw_rescue_add(rescue, mouse_off);
    add_capability(rescue, "op");
    add_capability(rescue, "sgr0");
    add_capability(rescue, "rmkx");
    add_capability(rescue, "cnorm");
    add_capability(rescue, "rmcup");
    mw_rescue_capture(rescue);
    mw_rescue_arm(rescue);
    signal(SIGTSTP, SIG_DFL); /* ncurses has put a handler of its own there */
}

/* Around ncurses, which has nothing buffered between two updates. */
static void send_bytes(const char *bytes)
{
    const size_t size = strlen(bytes);
    for (size_t sent = 0; sent < size;) {
        const ssize_t count = write(STDOUT_FILENO, bytes + sent, size - sent);
        if (count < 0 && errno != EINTR)
            return;
        sent += count > 0 ? (size_t)count : 0;
    }
}

static void prepare_keys(mw_terminal *terminal)
{
    /* Not in terminfo, or said in another way by terminals that stay in their normal mode. */
    static const struct {
        const char *bytes;
        int code;
    } sequences[] = {{"\033[200~", CODE_PASTE_BEGIN},
                     {"\033[201~", CODE_PASTE_END},
                     {"\033[1;5D", CODE_WORD_LEFT},
                     {"\033[1;3D", CODE_WORD_LEFT},
                     {"\033[1;5C", CODE_WORD_RIGHT},
                     {"\033[1;3C", CODE_WORD_RIGHT},
                     {"\033[A", KEY_UP},
                     {"\033[B", KEY_DOWN},
                     {"\033[C", KEY_RIGHT},
                     {"\033[D", KEY_LEFT},
                     {"\033[H", KEY_HOME},
                     {"\033[F", KEY_END}};
    raw(); /* Ctrl-C, Ctrl-Z and Ctrl-S are keys like any other */
    noecho();
    nonl();
    if (!getenv("ESCDELAY"))
        set_escdelay(ESCAPE_DELAY_MS);
    keypad(terminal->keys, TRUE);
    nodelay(terminal->keys, TRUE);
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        define_key(sequences[i].bytes, sequences[i].code);
    if (terminal->mouse) {
        mousemask(BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
        mouseinterval(0);
    }
    send_bytes(paste_on);
}

mw_status mw_terminal_open(mw_terminal **out, const mw_terminal_options *options, mw_error *error)
{
    struct termios modes = {0};
    tcgetattr(STDIN_FILENO, &modes);
    /* They would pin the size: a later resize would not be seen. */
    unsetenv("LINES");
    unsetenv("COLUMNS");
    SCREEN *screen = open_screen(error);
    if (!screen)
        return MW_UNSUPPORTED;
    mw_terminal *terminal = calloc(1, sizeof *terminal);
    WINDOW *pad = newpad(1, 1);
    if (!terminal || !pad) {
        free(terminal);
        endwin();
        delscreen(screen);
        return mw_fail(error, MW_NO_MEMORY, "no memory for the terminal");
    }
    terminal->screen = screen;
    terminal->keys = pad;
    terminal->mouse = options->mouse;
    prepare_rescue(terminal, &modes);
    if (has_colors()) { /* without start_color() the pair functions crash */
        start_color();
        use_default_colors();
        terminal->colours = mw_colours_of(COLORS);
    }
    mw_terminal_set_theme(terminal, options->theme);
    prepare_keys(terminal);
    take_size(terminal);
    *out = terminal;
    return MW_OK;
}

void mw_terminal_close(mw_terminal *terminal)
{
    if (!terminal)
        return;
    send_bytes(paste_off);
    delwin(terminal->keys);
    endwin();
    mw_rescue_disarm();
    mw_rescue_release(&terminal->rescue);
    delscreen(terminal->screen);
    free(terminal->shown);
    free(terminal);
}

int mw_terminal_fd(const mw_terminal *terminal)
{
    (void)terminal;
    return STDIN_FILENO;
}

void mw_terminal_size(const mw_terminal *terminal, int *width, int *height)
{
    *width = terminal->width;
    *height = terminal->height;
}

int mw_terminal_colours(const mw_terminal *terminal)
{
    return terminal->colours;
}

/* ---- colours ---- */

void mw_terminal_set_theme(mw_terminal *terminal, const mw_theme *theme)
{
    const mw_theme *mono = mw_theme_find("mono");
    terminal->theme = terminal->colours == 0 ? mono : theme;
    if (terminal->colours > 0) {
        const int ground =
            theme->paints_ground ? mw_colour_of(terminal->colours, theme->ground, 0) : -1;
        /* Pair numbers are ours, one per role, from 1: few enough for any terminal. */
        for (int role = 0; role < MW_ROLE_COUNT; role++) {
            const mw_paint *paint = &theme->paints[role];
            init_extended_pair(role + 1, mw_colour_of(terminal->colours, paint->rgb, paint->ansi),
                               ground);
        }
        cchar_t blank;
        const int pair = MW_ROLE_TEXT + 1;
        setcchar(&blank, L" ", A_NORMAL, 0, &pair);
        bkgrndset(&blank);
    }
    mw_terminal_redraw(terminal);
}

static attr_t attributes(unsigned attrs)
{
    attr_t out = A_NORMAL;
    out |= attrs & MW_ATTR_BOLD ? A_BOLD : A_NORMAL;
    out |= attrs & MW_ATTR_UNDERLINE ? A_UNDERLINE : A_NORMAL;
    out |= attrs & MW_ATTR_REVERSE ? A_REVERSE : A_NORMAL;
    out |= attrs & MW_ATTR_ITALIC ? A_ITALIC : A_NORMAL;
    return out;
}

/* ---- showing ---- */

static void draw_cell(const mw_terminal *terminal, int x, int y, const mw_cell *cell)
{
    /* The grid's gate let nothing else in; a cell set by hand is checked once more. */
    const uint32_t glyph = mw_utf8_printable(cell->glyph) ? cell->glyph : ' ';
    const wchar_t text[] = {(wchar_t)glyph, (wchar_t)cell->combining, L'\0'};
    const int role = cell->style.role < MW_ROLE_COUNT ? cell->style.role : MW_ROLE_TEXT;
    const int pair = terminal->colours > 0 ? role + 1 : 0;
    cchar_t out;
    if (setcchar(&out, text, attributes(cell->style.attrs | terminal->theme->paints[role].attrs), 0,
                 &pair) == OK)
        mvadd_wch(y, x, &out);
}

static bool remember(mw_terminal *terminal, const mw_grid *grid)
{
    const size_t size = (size_t)grid->width * (size_t)grid->height * sizeof *grid->cells;
    if (!terminal->shown)
        terminal->shown = malloc(size);
    if (terminal->shown)
        memcpy(terminal->shown, grid->cells, size);
    return terminal->shown != NULL;
}

void mw_terminal_show(mw_terminal *terminal, const mw_grid *grid)
{
    if (grid->width != terminal->width || grid->height != terminal->height)
        return; /* drawn for a size that is no more; the next one fits */
    for (int y = 0; y < grid->height; y++) {
        const size_t row = (size_t)y * (size_t)grid->width;
        const mw_cell *cells = grid->cells + row;
        const size_t bytes = (size_t)grid->width * sizeof *cells;
        if (terminal->shown && memcmp(cells, terminal->shown + row, bytes) == 0)
            continue;
        for (int x = 0; x < grid->width; x++) {
            if (cells[x].glyph != 0)
                draw_cell(terminal, x, y, &cells[x]);
        }
    }
    if (!remember(terminal, grid))
        erase();
    curs_set(grid->cursor_visible ? 1 : 0);
    move(grid->cursor_visible ? grid->cursor_y : terminal->height - 1,
         grid->cursor_visible ? grid->cursor_x : 0);
    wnoutrefresh(stdscr);
    doupdate();
}

void mw_terminal_redraw(mw_terminal *terminal)
{
    free(terminal->shown);
    terminal->shown = NULL;
    clearok(curscr, TRUE);
}

void mw_terminal_resized(mw_terminal *terminal)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        if (is_absurd(&size))
            size = (struct winsize){.ws_row = NO_ROWS, .ws_col = NO_COLUMNS};
        resizeterm(size.ws_row, size.ws_col);
    }
    take_size(terminal);
    erase();
    mw_terminal_redraw(terminal);
}

void mw_terminal_suspend(mw_terminal *terminal)
{
    sigset_t stop, before;
    send_bytes(paste_off);
    endwin();
    mw_rescue_disarm();
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    /* The whole group, as the terminal itself would do it, so that a wrapping script stops too. */
    kill(0, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, &before);
    /* Stopped here until SIGCONT. */
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    mw_rescue_arm(&terminal->rescue);
    send_bytes(paste_on);
    mw_terminal_resized(terminal);
}

/* ---- keys ---- */

static mw_key translate_code(wint_t code)
{
    static const struct {
        int code;
        mw_key key;
    } table[] = {
        {KEY_UP, MW_KEY_UP},
        {KEY_DOWN, MW_KEY_DOWN},
        {KEY_LEFT, MW_KEY_LEFT},
        {KEY_RIGHT, MW_KEY_RIGHT},
        {KEY_HOME, MW_KEY_HOME},
        {KEY_END, MW_KEY_END},
        {KEY_PPAGE, MW_KEY_PAGE_UP},
        {KEY_NPAGE, MW_KEY_PAGE_DOWN},
        {KEY_BACKSPACE, MW_KEY_BACKSPACE},
        {KEY_DC, MW_KEY_DELETE},
        {KEY_BTAB, MW_KEY_BACK_TAB},
        {KEY_ENTER, MW_KEY_ENTER},
        {KEY_F(1), MW_KEY_F1},
        {KEY_F(2), MW_KEY_F2},
        {CODE_WORD_LEFT, MW_KEY_WORD_LEFT},
        {CODE_WORD_RIGHT, MW_KEY_WORD_RIGHT},
    };
    MEVENT event;
    if (code == KEY_MOUSE && getmouse(&event) == OK)
        return event.bstate & BUTTON4_PRESSED   ? MW_KEY_WHEEL_UP
               : event.bstate & BUTTON5_PRESSED ? MW_KEY_WHEEL_DOWN
                                                : MW_KEY_NONE;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].code == (int)code)
            return table[i].key;
    }
    return MW_KEY_NONE;
}

/* Escape and a character that came together were Alt and that character. */
static mw_key translate_escape(mw_terminal *terminal)
{
    wint_t next;
    const int kind = wget_wch(terminal->keys, &next);
    if (kind == ERR)
        return MW_KEY_ESCAPE;
    if (kind == KEY_CODE_YES) {
        if (next == KEY_BACKSPACE)
            return MW_KEY_WORD_BACKSPACE;
        ungetch((int)next);
        return MW_KEY_ESCAPE;
    }
    switch (next) {
    case 'b':
        return MW_KEY_WORD_LEFT;
    case 'f':
        return MW_KEY_WORD_RIGHT;
    case 8:
    case 127:
        return MW_KEY_WORD_BACKSPACE;
    default:
        unget_wch((wchar_t)next);
        return MW_KEY_ESCAPE;
    }
}

static mw_key translate_character(mw_terminal *terminal, wint_t c)
{
    if (c == MW_KEY_ESCAPE)
        return translate_escape(terminal);
    if (c == '\n' || c == '\r')
        return MW_KEY_ENTER;
    if (c == 127 || c == 8)
        return MW_KEY_BACKSPACE;
    if (c < 0x20 || mw_utf8_printable((uint32_t)c))
        return (mw_key)c;
    return MW_KEY_NONE;
}

/* Ctrl-C, Ctrl-Z and Esc with nothing behind them are keys: the end of the paste was lost. */
static bool leaves_paste(mw_terminal *terminal, wint_t c)
{
    if (c != MW_KEY_CTRL('c') && c != MW_KEY_CTRL('z') && c != MW_KEY_ESCAPE)
        return false;
    wint_t next;
    const int kind = wget_wch(terminal->keys, &next);
    if (kind == KEY_CODE_YES)
        ungetch((int)next);
    else if (kind == OK)
        unget_wch((wchar_t)next);
    return kind == ERR;
}

/* A character within a paste; true when it ended it. */
static bool take_pasted(mw_terminal *terminal, wint_t c)
{
    if (leaves_paste(terminal, c)) {
        terminal->paste.open = false;
        terminal->after_paste = c;
        return true;
    }
    mw_paste_add(&terminal->paste, (uint32_t)c);
    return false;
}

int mw_terminal_patience(const mw_terminal *terminal)
{
    return mw_paste_patience(&terminal->paste);
}

/* Nothing waits to be read. */
static mw_key silence(mw_terminal *terminal)
{
    if (mw_terminal_patience(terminal) != 0)
        return MW_KEY_NONE;
    terminal->paste.open = false;
    return MW_KEY_PASTE;
}

mw_key mw_terminal_key(mw_terminal *terminal)
{
    wint_t code = terminal->after_paste;
    if (code) {
        terminal->after_paste = 0;
        return (mw_key)code;
    }
    for (;;) {
        const int kind = wget_wch(terminal->keys, &code);
        if (kind == ERR)
            return silence(terminal);
        if (kind == KEY_CODE_YES && code == CODE_PASTE_BEGIN) {
            mw_paste_begin(&terminal->paste);
        } else if (kind == KEY_CODE_YES && code == CODE_PASTE_END) {
            terminal->paste.open = false;
            return MW_KEY_PASTE;
        } else if (terminal->paste.open) {
            if (kind == OK && take_pasted(terminal, code))
                return MW_KEY_PASTE;
        } else {
            const mw_key key =
                kind == OK ? translate_character(terminal, code) : translate_code(code);
            if (key != MW_KEY_NONE)
                return key;
        }
    }
}

const char *mw_terminal_pasted(const mw_terminal *terminal)
{
    return terminal->paste.text;
}
