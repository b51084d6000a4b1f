/*
 * screen_subject: opens the terminal, says what it sees, and dies as it is told. The first line
 * shows the size, the second the last key, the third what was pasted.
 */
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tui/grid/charset.h"
#include "tui/terminal/terminal.h"

/* Deeper than any stack; the depth is not known when this is compiled. */
static int overflow(volatile int *depth)
{
    volatile char room[4096];
    room[0] = (char)*depth;
    if (--*depth == 0)
        return 0;
    return overflow(depth) + room[0];
}

static void die(const char *how)
{
    if (strcmp(how, "segv") == 0) {
        volatile char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        page[0] = 1;
    }
    if (strcmp(how, "overflow") == 0) {
        volatile int depth = 1 << 30;
        overflow(&depth);
    }
    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "speak") == 0)
        fprintf(stderr, "a word on stderr\n");
}

static void draw(mw_terminal *terminal, mw_grid *grid, mw_key key)
{
    int width, height;
    char name[MW_KEY_NAME_MAX];
    mw_terminal_size(terminal, &width, &height);
    mw_grid_resize(grid, width, height);
    mw_key_name(key, name);
    if (key == MW_KEY_PASTE)
        snprintf(name, sizeof name, "paste");
    if (key == MW_KEY_WORD_BACKSPACE)
        snprintf(name, sizeof name, "word-backspace");
    mw_grid_textf(grid, 0, 0, width, mw_style_of(MW_ROLE_TITLE), "size %dx%d colours %d", width,
                  height, mw_terminal_colours(terminal));
    mw_grid_textf(grid, 0, 1, width, mw_style_of(MW_ROLE_MEASURED), "key <%s>", name);
    mw_grid_textf(grid, 0, 2, width, mw_style_of(MW_ROLE_TEXT), "pasted <%s>",
                  mw_terminal_pasted(terminal));
    mw_grid_put(grid, width - 1, height - 1, '#', mw_style_of(MW_ROLE_TEXT));
    mw_grid_text(grid, 0, 4, width, mw_style_of(MW_ROLE_WARNING), "⠿ 内存墙 e\xcc\x81");
    mw_terminal_show(terminal, grid);
}

static void hear_signal(mw_terminal *terminal, int fd)
{
    struct signalfd_siginfo heard;
    if (read(fd, &heard, sizeof heard) != sizeof heard)
        return;
    if (heard.ssi_signo == SIGWINCH)
        mw_terminal_resized(terminal);
    if (heard.ssi_signo == SIGTSTP)
        mw_terminal_suspend(terminal);
}

int main(int argc, char **argv)
{
    sigset_t own;
    mw_error error = {0};
    mw_terminal *terminal;
    setlocale(LC_ALL, "");
    mw_terminal_options options = {.theme = mw_theme_choose(argc > 2 ? argv[2] : NULL),
                                   .charset = MW_CHARSET_BRAILLE};
    sigemptyset(&own);
    sigaddset(&own, SIGWINCH);
    sigaddset(&own, SIGTSTP);
    sigprocmask(SIG_BLOCK, &own, NULL);
    const int signals = signalfd(-1, &own, SFD_CLOEXEC);
    if (mw_terminal_open(&terminal, &options, &error) != MW_OK) {
        printf("refused: %s\n", error.message);
        return 3;
    }
    mw_grid grid = {.charset = options.charset};
    mw_key key = MW_KEY_NONE;
    for (;;) {
        draw(terminal, &grid, key);
        struct pollfd fds[] = {{mw_terminal_fd(terminal), POLLIN, 0}, {signals, POLLIN, 0}};
        poll(fds, 2, mw_terminal_patience(terminal));
        if (fds[1].revents)
            hear_signal(terminal, signals);
        if (!fds[0].revents && mw_terminal_patience(terminal) != 0)
            continue;
        for (mw_key one; (one = mw_terminal_key(terminal)) != MW_KEY_NONE;)
            key = one;
        if (key == 'q')
            break;
        if (key == MW_KEY_CTRL('l'))
            mw_terminal_redraw(terminal);
        if (key == MW_KEY_CTRL('z'))
            mw_terminal_suspend(terminal);
        if (key == 'd' && argc > 1)
            die(argv[1]);
    }
    mw_terminal_close(terminal);
    mw_grid_free(&grid);
    printf("left\n");
    return 0;
}
