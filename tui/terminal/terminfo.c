/* terminfo.c: other names for a terminal, and where descriptions of it may lie. */
#include "tui/terminal/terminfo.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

size_t mw_terminfo_entries(const char *term, const char *names[MW_TERMINFO_MOST])
{
    static const struct {
        const char *stem, *direct, *fallback;
    } families[] = {{"xterm", "memwall-xterm-direct", "xterm-256color"},
                    {"tmux", "memwall-tmux-direct", "screen-256color"},
                    {"screen", NULL, "screen"},
                    {"rxvt", NULL, "xterm-256color"},
                    {"alacritty", "memwall-xterm-direct", "xterm-256color"},
                    {"foot", "memwall-xterm-direct", "xterm-256color"},
                    {"kitty", "memwall-xterm-direct", "xterm-256color"},
                    {"konsole", "memwall-xterm-direct", "xterm-256color"},
                    {"vte", "memwall-xterm-direct", "xterm-256color"},
                    {"wezterm", "memwall-xterm-direct", "xterm-256color"}};
    const char *depth = getenv("COLORTERM");
    const bool direct = depth && (strcmp(depth, "truecolor") == 0 || strcmp(depth, "24bit") == 0);
    const char *fallback = NULL;
    size_t count = 0;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (!starts_with(term, families[i].stem))
            continue;
        if (direct && families[i].direct)
            names[count++] = families[i].direct;
        fallback = families[i].fallback;
        break;
    }
    names[count++] = term;
    if (fallback)
        names[count++] = fallback;
    return count;
}

void mw_terminfo_find(void)
{
    char program[2048], path[4200];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0 || getenv("TERMINFO_DIRS"))
        return;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash)
        return;
    *slash = '\0';
    /* An empty part stands for the system's own place. */
    snprintf(path, sizeof path, "%s/../share/memwall/terminfo:", program);
    setenv("TERMINFO_DIRS", path, 1);
}
