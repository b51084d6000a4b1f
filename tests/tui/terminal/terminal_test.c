/* The terminal is taken over, read, and always given back: by keys, by signals, by crashes. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/harness/vt.h"

enum { PATIENCE = 10000 };

static mw_vt *start(const char *how, const char *theme, const char *const *environment)
{
    const char *argv[] = {MW_SUBJECT, how, theme, NULL};
    const mw_vt_options options = {
        .argv = argv, .columns = 60, .rows = 20, .environment = environment};
    mw_vt *vt = mw_vt_start(&options);
    assert_non_null(vt);
    return vt;
}

static mw_vt *start_ready(const char *how)
{
    mw_vt *vt = start(how, "dark", NULL);
    assert_true(mw_vt_wait_text(vt, "size 60x20", PATIENCE));
    return vt;
}

static void assert_given_back(mw_vt *vt)
{
    int x, y;
    bool visible = false;
    assert_false(mw_vt_alternate(vt));
    assert_true(mw_vt_cooked(vt));
    mw_vt_cursor(vt, &x, &y, &visible);
    assert_true(visible);
}

static void dies_by(const char *how, int sent, int expected)
{
    int status = 0;
    mw_vt *vt = start_ready(how);
    assert_true(mw_vt_alternate(vt));
    assert_false(mw_vt_cooked(vt));
    if (sent != 0)
        kill(mw_vt_pid(vt), sent);
    else
        mw_vt_key(vt, "d");
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), expected);
    assert_given_back(vt);
    mw_vt_free(vt);
}

static void a_crash_gives_the_terminal_back(void **state)
{
    (void)state;
    dies_by("segv", 0, SIGSEGV);
}

static void a_stack_overflow_gives_the_terminal_back(void **state)
{
    (void)state;
    dies_by("overflow", 0, SIGSEGV);
}

static void an_abort_gives_the_terminal_back(void **state)
{
    (void)state;
    dies_by("abort", 0, SIGABRT);
}

static void a_signal_from_outside_gives_the_terminal_back(void **state)
{
    (void)state;
    dies_by("wait", SIGTERM, SIGTERM);
    dies_by("wait", SIGHUP, SIGHUP);
    dies_by("wait", SIGINT, SIGINT);
    dies_by("wait", SIGSEGV, SIGSEGV);
}

static void leaving_gives_the_terminal_back(void **state)
{
    (void)state;
    int status = 0;
    mw_vt *vt = start_ready("wait");
    mw_vt_key(vt, "q");
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_given_back(vt);
    assert_true(mw_vt_shows(vt, "left"));
    mw_vt_free(vt);
}

static void a_word_on_stderr_waits_until_the_picture_is_gone(void **state)
{
    (void)state;
    int status = 0;
    mw_vt *vt = start_ready("speak");
    mw_vt_key(vt, "d");
    assert_true(mw_vt_wait_text(vt, "key <d>", PATIENCE));
    assert_false(mw_vt_shows(vt, "a word on stderr"));
    mw_vt_key(vt, "q");
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    assert_true(mw_vt_shows(vt, "a word on stderr"));
    mw_vt_free(vt);
    vt = start_ready("speak");
    mw_vt_key(vt, "d");
    assert_true(mw_vt_wait_text(vt, "key <d>", PATIENCE));
    kill(mw_vt_pid(vt), SIGSEGV);
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    assert_true(mw_vt_shows(vt, "a word on stderr"));
    mw_vt_free(vt);
}

static void keys_have_names(void **state)
{
    (void)state;
    static const char *const keys[][2] = {{"a", "key <a>"},
                                          {"Up", "key <Up>"},
                                          {"PageDown", "key <PgDn>"},
                                          {"Escape", "key <Esc>"},
                                          {"Enter", "key <Enter>"},
                                          {"Tab", "key <Tab>"},
                                          {"S-Tab", "key <Shift-Tab>"},
                                          {"C-l", "key <Ctrl-L>"},
                                          {"C-c", "key <Ctrl-C>"},
                                          {"你", "key <你>"},
                                          {"Delete", "key <Del>"},
                                          {"Backspace", "key <Backspace>"},
                                          {"F1", "key <F1>"},
                                          {"Home", "key <Home>"},
                                          {"C-Right", "key <Ctrl-Right>"},
                                          {"M-b", "key <Ctrl-Left>"},
                                          {"M-Backspace", "key <word-backspace>"}};
    mw_vt *vt = start_ready("wait");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        assert_true(mw_vt_key(vt, keys[i][0]));
        assert_true(mw_vt_wait_text(vt, keys[i][1], PATIENCE));
    }
    /* As a terminal sends it that knows no application mode. */
    mw_vt_type(vt, "\033[D");
    assert_true(mw_vt_wait_text(vt, "key <Left>", PATIENCE));
    mw_vt_free(vt);
}

static void what_is_pasted_comes_as_one_text_and_not_as_commands(void **state)
{
    (void)state;
    mw_vt *vt = start_ready("wait");
    mw_vt_type(vt, "\033[200~quit 内 q\033[201~");
    assert_true(mw_vt_wait_text(vt, "pasted <quit 内 q>", PATIENCE));
    assert_true(mw_vt_wait_text(vt, "key <paste>", PATIENCE));
    mw_vt_free(vt);
}

static void a_paste_whose_end_never_comes_is_left_by_silence_and_by_keys(void **state)
{
    (void)state;
    mw_vt *vt = start_ready("wait");
    mw_vt_type(vt, "\033[200~first");
    assert_true(mw_vt_wait_text(vt, "pasted <first>", PATIENCE));
    assert_true(mw_vt_wait_text(vt, "key <paste>", PATIENCE));
    static const char *const keys[][2] = {{"C-c", "key <Ctrl-C>"}, {"Escape", "key <Esc>"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        mw_vt_type(vt, "\033[200~again");
        assert_true(mw_vt_key(vt, keys[i][0]));
        assert_true(mw_vt_wait_text(vt, "pasted <again>", PATIENCE));
        assert_true(mw_vt_wait_text(vt, keys[i][1], PATIENCE));
        assert_true(mw_vt_key(vt, "a"));
        assert_true(mw_vt_wait_text(vt, "key <a>", PATIENCE));
        mw_vt_type(vt, "\033[200~\033[201~"); /* another text stands there before the next */
        assert_true(mw_vt_wait_no_text(vt, "pasted <again>", PATIENCE));
    }
    mw_vt_free(vt);
}

static void half_a_character_keeps_no_key_from_being_heard(void **state)
{
    (void)state;
    mw_vt *vt = start_ready("wait");
    mw_vt_type(vt, "\xe5\x86");
    mw_vt_wait_quiet(vt, 200, PATIENCE);
    assert_true(mw_vt_keys(vt, "a b"));
    assert_true(mw_vt_wait_text(vt, "key <b>", PATIENCE));
    mw_vt_type(vt, "\033[");
    mw_vt_wait_quiet(vt, 200, PATIENCE);
    assert_true(mw_vt_keys(vt, "c d"));
    assert_true(mw_vt_wait_text(vt, "key <d>", PATIENCE));
    mw_vt_free(vt);
}

static void a_screen_of_any_size_shows_something(void **state)
{
    (void)state;
    mw_vt *vt = start_ready("wait");
    mw_vt_resize(vt, 3000, 80);
    assert_true(mw_vt_wait_text(vt, "size 2000x80", PATIENCE));
    mw_vt_resize(vt, 30, 2001);
    assert_true(mw_vt_wait_text(vt, "size 30x2000", PATIENCE));
    mw_vt_resize(vt, 90, 22);
    assert_true(mw_vt_wait_text(vt, "size 90x22", PATIENCE));
    mw_vt_free(vt);
}

static void the_screen_follows_the_window(void **state)
{
    (void)state;
    mw_vt *vt = start_ready("wait");
    mw_vt_resize(vt, 100, 30);
    assert_true(mw_vt_wait_text(vt, "size 100x30", PATIENCE));
    mw_vt_resize(vt, 20, 6);
    assert_true(mw_vt_wait_text(vt, "size 20x6", PATIENCE));
    mw_vt_free(vt);
}

static void lines_and_columns_in_the_environment_pin_nothing(void **state)
{
    (void)state;
    const char *environment[] = {"LINES=7", "COLUMNS=33", NULL};
    mw_vt *vt = start("wait", "dark", environment);
    assert_true(mw_vt_wait_text(vt, "size 60x20", PATIENCE));
    mw_vt_resize(vt, 90, 22);
    assert_true(mw_vt_wait_text(vt, "size 90x22", PATIENCE));
    mw_vt_free(vt);
}

static void every_cell_is_shown_the_last_one_too(void **state)
{
    (void)state;
    mw_vt *vt = start_ready("wait");
    assert_true(mw_vt_wait_text(vt, "⠿ 内存墙 e\xcc\x81", PATIENCE));
    assert_true(mw_vt_wait_text(vt, "#", PATIENCE));
    assert_string_equal(mw_vt_at(vt, 59, 19).text, "#");
    mw_vt_free(vt);
}

static void an_unchanged_cell_is_not_sent_again(void **state)
{
    (void)state;
    mw_vt *vt = start_ready("wait");
    mw_vt_key(vt, "a");
    assert_true(mw_vt_wait_text(vt, "key <a>", PATIENCE));
    mw_vt_wait_quiet(vt, 100, PATIENCE);
    const uint64_t before = mw_vt_written(vt);
    mw_vt_key(vt, "b");
    assert_true(mw_vt_wait_text(vt, "key <b>", PATIENCE));
    mw_vt_wait_quiet(vt, 100, PATIENCE);
    assert_true(mw_vt_written(vt) - before < 60);
    const uint64_t small = mw_vt_written(vt);
    mw_vt_keys(vt, "C-l");
    assert_true(mw_vt_wait_text(vt, "key <Ctrl-L>", PATIENCE));
    mw_vt_wait_quiet(vt, 100, PATIENCE);
    assert_true(mw_vt_written(vt) - small > 120);
    mw_vt_free(vt);
}

static mw_vt_colour colour_of_the_second_row(const char *theme, const char *const *environment,
                                             const char *announced)
{
    mw_vt *vt = start("wait", theme, environment);
    assert_true(mw_vt_wait_text(vt, announced, PATIENCE));
    assert_true(mw_vt_wait_text(vt, "#", PATIENCE));
    const mw_vt_colour colour = mw_vt_at(vt, 0, 1).foreground;
    mw_vt_free(vt);
    return colour;
}

static void colours_go_as_deep_as_the_terminal_says(void **state)
{
    (void)state;
    const char *direct[] = {"COLORTERM=truecolor", NULL};
    mw_vt_colour colour = colour_of_the_second_row("dark", direct, "colours 16777216");
    assert_int_equal(colour.kind, MW_VT_RGB);
    assert_int_equal(colour.red << 16 | colour.green << 8 | colour.blue, 0x8ee08b);
    colour = colour_of_the_second_row("dark", NULL, "colours 256");
    assert_int_equal(colour.kind, MW_VT_INDEXED);
    assert_int_equal(colour.index, 114);
    const char *eight[] = {"TERM=xterm", NULL};
    colour = colour_of_the_second_row("dark", eight, "colours 8");
    assert_int_equal(colour.index, 2);
    const char *none[] = {"TERM=vt100", NULL};
    assert_int_equal(colour_of_the_second_row("dark", none, "colours 0").kind, MW_VT_DEFAULT);
    const char *refused[] = {"NO_COLOR=1", NULL};
    mw_vt *vt = start("wait", NULL, refused);
    assert_true(mw_vt_wait_text(vt, "#", PATIENCE));
    assert_int_equal(mw_vt_at(vt, 0, 1).foreground.kind, MW_VT_DEFAULT);
    assert_true(mw_vt_at(vt, 0, 1).bold);
    mw_vt_free(vt);
}

static void a_terminal_that_nobody_knows_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"TERM=dumb", "TERM is dumb"},
                                           {"TERM", "TERM is not set"},
                                           {"TERM=nonesuch", "TERM is 'nonesuch'"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = 0;
        const char *environment[] = {cases[i][0], NULL};
        mw_vt *vt = start("wait", "dark", environment);
        assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
        assert_int_equal(WEXITSTATUS(status), 3);
        assert_true(mw_vt_shows(vt, cases[i][1]));
        assert_given_back(vt);
        mw_vt_free(vt);
    }
}

static void a_terminal_that_only_its_maker_describes_falls_back_to_its_family(void **state)
{
    (void)state;
    const char *environment[] = {"TERM=xterm-kitty-unheard-of", NULL};
    mw_vt *vt = start("wait", "dark", environment);
    assert_true(mw_vt_wait_text(vt, "colours 256", PATIENCE));
    mw_vt_free(vt);
}

static void ctrl_z_stops_and_fg_comes_back(void **state)
{
    (void)state;
    const char *argv[] = {"bash", "--norc", "-i", NULL};
    const char *environment[] = {"PS1=shell \\#> ", NULL};
    const mw_vt_options options = {
        .argv = argv, .columns = 80, .rows = 20, .environment = environment};
    mw_vt *vt = mw_vt_start(&options);
    assert_non_null(vt);
    assert_true(mw_vt_wait_text(vt, "shell 1>", PATIENCE));
    mw_vt_type(vt, MW_SUBJECT " wait\r");
    assert_true(mw_vt_wait_text(vt, "size 80x20", PATIENCE));
    for (int round = 0; round < 2; round++) {
        mw_vt_key(vt, "C-z");
        /* Until its prompt is there, the shell sets the size again that it found. */
        assert_true(mw_vt_wait_text(vt, round ? "shell 3>" : "shell 2>", PATIENCE));
        assert_true(mw_vt_wait_text(vt, "Stopped", PATIENCE));
        assert_false(mw_vt_alternate(vt));
        mw_vt_resize(vt, 70 + round, 18);
        mw_vt_type(vt, "fg\r");
        assert_true(mw_vt_wait_text(vt, round ? "size 71x18" : "size 70x18", PATIENCE));
        assert_true(mw_vt_alternate(vt));
        assert_true(mw_vt_wait_text(vt, "内存墙", PATIENCE));
        mw_vt_key(vt, "x");
        assert_true(mw_vt_wait_text(vt, "key <x>", PATIENCE));
    }
    mw_vt_key(vt, "q");
    assert_true(mw_vt_wait_text(vt, "left", PATIENCE));
    mw_vt_free(vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_gives_the_terminal_back),
        cmocka_unit_test(a_stack_overflow_gives_the_terminal_back),
        cmocka_unit_test(an_abort_gives_the_terminal_back),
        cmocka_unit_test(a_signal_from_outside_gives_the_terminal_back),
        cmocka_unit_test(leaving_gives_the_terminal_back),
        cmocka_unit_test(a_word_on_stderr_waits_until_the_picture_is_gone),
        cmocka_unit_test(keys_have_names),
        cmocka_unit_test(what_is_pasted_comes_as_one_text_and_not_as_commands),
        cmocka_unit_test(a_paste_whose_end_never_comes_is_left_by_silence_and_by_keys),
        cmocka_unit_test(half_a_character_keeps_no_key_from_being_heard),
        cmocka_unit_test(a_screen_of_any_size_shows_something),
        cmocka_unit_test(the_screen_follows_the_window),
        cmocka_unit_test(lines_and_columns_in_the_environment_pin_nothing),
        cmocka_unit_test(every_cell_is_shown_the_last_one_too),
        cmocka_unit_test(an_unchanged_cell_is_not_sent_again),
        cmocka_unit_test(colours_go_as_deep_as_the_terminal_says),
        cmocka_unit_test(a_terminal_that_nobody_knows_is_refused_with_the_reason),
        cmocka_unit_test(a_terminal_that_only_its_maker_describes_falls_back_to_its_family),
        cmocka_unit_test(ctrl_z_stops_and_fg_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
