/* The whole program by keys on a terminal: coming and going, screens, pictures. */
#include "tests/tui/app/app_scene.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- pictures ---- */

static void e_writes_the_pictures_of_the_step_and_says_where(void **state)
{
    (void)state;
    char before[4096], path[128];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(app_home), 0);
    mw_vt *vt = app_open_lab(NULL);
    assert_int_equal(chdir(before), 0);
    app_keys(vt, "e");
#ifdef MW_DRAWS
    app_shows(vt, "written: memwall-");
    app_shows(vt, "roofline");
#else
    app_shows(vt, "without cairo");
#endif
    app_keys(vt, "Q");
    app_leave(vt, 0);
    DIR *entries = opendir(app_home);
    int found = 0;
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries))
        if (strstr(entry->d_name, "-roofline.svg")) {
            struct stat about;
            snprintf(path, sizeof path, "%s/%.50s", app_home, entry->d_name);
            assert_int_equal(stat(path, &about), 0);
            assert_true(about.st_size > 1000);
            found++;
        }
    closedir(entries);
#ifdef MW_DRAWS
    assert_int_equal(found, 1);
#else
    assert_int_equal(found, 0);
#endif
}

/* ---- coming and going ---- */

/* The first worker stops as soon as hold_worker() is called: what it measures then lasts until a
 * key ends it. */
static const char *const held_worker =
    "if mkdir $home/first 2>/dev/null; then\n"
    "  (while kill -0 $$ && [ ! -e $home/hold ]; do sleep 0.05; done; kill -STOP $$;\n"
    "   mkdir $home/held) &\n"
    "fi 2>/dev/null";

static void hold_worker(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/hold", app_home);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/held", app_home);
    for (int waited = 0; access(path, F_OK) != 0; waited += 20) {
        assert_true(waited < APP_PATIENCE);
        usleep(20000);
    }
}

static void the_first_start_measures_and_can_be_skipped(void **state)
{
    (void)state;
    const char *arguments[] = {NULL};
    mw_vt *vt = app_start(arguments, app_worker_after(held_worker), 100, 30);
    app_shows(vt, "Measuring");
    hold_worker();
    app_keys(vt, "Escape");
    app_shows(vt, "nominal");
    app_shows(vt, "c measures them");
    app_keys(vt, "q");
    app_shows(vt, "The Memory Wall");
    app_shows(vt, "One user or many");
    app_keys(vt, "q");
    app_leave(vt, 0);
}

static void an_unknown_lab_is_refused_before_the_screen_is_touched(void **state)
{
    (void)state;
    const char *arguments[] = {"run", "nosuchlab", NULL};
    mw_vt *vt = app_start(arguments, NULL, 100, 30);
    int status = 0;
    assert_true(mw_vt_wait_exit(vt, &status, APP_PATIENCE));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_true(mw_vt_shows(vt, "nosuchlab"));
    mw_vt_free(vt);
}

static void an_unknown_terminal_gets_plain_lines_and_the_reason(void **state)
{
    (void)state;
    const char *arguments[] = {"course", NULL};
    const char *environment[] = {"TERM=nonesuch", NULL};
    mw_vt *vt = app_start(arguments, environment, 100, 30);
    app_shows(vt, "TERM is 'nonesuch'");
    app_shows(vt, "gemv-gemm");
    assert_false(mw_vt_alternate(vt));
    mw_vt_free(vt);
}

static void ctrl_c_with_nothing_to_stop_leaves(void **state)
{
    (void)state;
    mw_vt *vt = app_open_lab(NULL);
    app_keys(vt, "C-c");
    app_leave(vt, 130);
}

static void dies_by(int number)
{
    int status = 0;
    mw_vt *vt = app_open_lab(NULL);
    kill(mw_vt_pid(vt), number);
    assert_true(mw_vt_wait_exit(vt, &status, APP_PATIENCE));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), number);
    assert_false(mw_vt_alternate(vt));
    assert_true(mw_vt_cooked(vt));
    mw_vt_free(vt);
}

static void a_deadly_signal_leaves_a_usable_terminal_and_its_own_mark(void **state)
{
    (void)state;
    dies_by(SIGTERM);
    dies_by(SIGHUP);
    dies_by(SIGSEGV);
}

/* A program in a session of its own, as under some multiplexers and supervisors, gets no SIGHUP. */
static void
a_terminal_that_hangs_up_without_a_signal_ends_the_program_and_keeps_progress(void **state)
{
    (void)state;
    const char *arguments[] = {"run", MW_LABS "/keys", NULL};
    const char *argv[] = {"sh",
                          "-c",
                          "trap '' HUP; setsid -w timeout -s KILL 90 \"$@\"",
                          "sh",
                          MW_PROGRAM,
                          "run",
                          MW_LABS "/keys",
                          NULL};
    const mw_vt_options options = {.argv = argv, .columns = 110, .rows = 34, .home = app_home};
    mw_vt *vt = mw_vt_start(&options);
    assert_non_null(vt);
    app_skip(vt, "Turn the slider.");
    app_keys(vt, "r");
    app_shows(vt, "continue");
    app_keys(vt, "Enter");
    app_shows(vt, "How many?");
    mw_vt_hang_up(vt);
    int status = 0;
    assert_true(mw_vt_wait_exit(vt, &status, APP_PATIENCE));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    mw_vt_free(vt);

    vt = app_start(arguments, NULL, 110, 34);
    app_skip(vt, "How many?");
    mw_vt_free(vt);
}

/* ---- the screen ---- */

static void help_palette_and_search_are_a_key_away(void **state)
{
    (void)state;
    const char *arguments[] = {NULL};
    mw_vt *vt = app_start(arguments, NULL, 100, 30);
    app_skip(vt, "q leads to the labs");
    app_keys(vt, "q ?");
    app_shows(vt, "find a lab by its title");
    app_keys(vt, "Escape");
    app_gone(vt, "find a lab by its title");
    app_keys(vt, ":");
    mw_vt_type(vt, "mchn");
    app_shows(vt, "this machine's roofs");
    app_keys(vt, "Enter");
    app_shows(vt, "measure again");
    app_keys(vt, "q / ");
    mw_vt_type(vt, "quant");
    app_shows(vt, "no title has this");
    app_keys(vt, "C-u");
    mw_vt_type(vt, "ONE USER");
    app_keys(vt, "Enter Enter");
    app_shows(vt, "Count before you run");
    app_keys(vt, "Escape q");
    app_shows(vt, "One user or many");
    app_keys(vt, "Q");
    app_leave(vt, 0);
}

static void the_wheel_scrolls_when_asked_to(void **state)
{
    (void)state;
    const char *arguments[] = {"course", "--mouse", NULL};
    mw_vt *vt = app_start(arguments, NULL, 100, 20);
    app_skip(vt, "q leads to the labs");
    app_keys(vt, "q");
    app_shows(vt, "Three exponentials");
    for (int i = 0; i < 9; i++)
        mw_vt_click(vt, 10, 10, 5);
    app_shows(vt, "A byte budget");
    app_gone(vt, "Three exponentials");
    for (int i = 0; i < 9; i++)
        mw_vt_click(vt, 10, 10, 4);
    app_shows(vt, "Three exponentials");
    app_keys(vt, "q");
    app_leave(vt, 0);
}

static void a_small_window_says_what_it_needs_and_a_larger_one_shows_it_again(void **state)
{
    (void)state;
    mw_vt *vt = app_open_lab(NULL);
    mw_vt_resize(vt, 40, 12);
    app_shows(vt, "60×20");
    mw_vt_resize(vt, 1, 1);
    mw_vt_wait_quiet(vt, 200, APP_PATIENCE);
    mw_vt_resize(vt, 80, 24);
    app_shows(vt, "Turn the slider.");
    app_keys(vt, "Q");
    app_leave(vt, 0);
}

static void assert_ascii(mw_vt *vt)
{
    int columns, rows;
    mw_vt_size(vt, &columns, &rows);
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
            const char *text = mw_vt_at(vt, x, y).text;
            if (text[0] & 0x80)
                fail_msg("\"%s\" at %d, %d", text, x, y);
        }
    }
}

static void without_utf8_everything_is_ascii(void **state)
{
    (void)state;
    const char *environment[] = {"LC_ALL=C", NULL};
    mw_vt *vt = app_open_lab(environment);
    mw_vt_wait_quiet(vt, 300, APP_PATIENCE);
    assert_ascii(vt);
    app_shows(vt, "GFLOP/s");
    app_keys(vt, "m");
    app_shows(vt, "This machine");
    mw_vt_wait_quiet(vt, 300, APP_PATIENCE);
    assert_ascii(vt);
    mw_vt_free(vt);
}

static void an_ascii_charset_shows_chinese_texts_between_ascii_lines(void **state)
{
    (void)state;
    const char *arguments[] = {"course", "--lang", "zh_CN", "--charset", "ascii", NULL};
    mw_vt *vt = app_start(arguments, NULL, 100, 30);
    app_shows(vt, "去实验。"); /* when the machine has been measured */
    app_keys(vt, "q");
    app_shows(vt, "内存墙");
    app_shows(vt, "一个用户还是许多用户");
    assert_false(mw_vt_shows(vt, "─"));
    assert_false(mw_vt_shows(vt, "●"));
    app_keys(vt, "q");
    app_leave(vt, 0);
}

static void ctrl_z_stops_and_fg_comes_back_to_the_same_field(void **state)
{
    (void)state;
    const char *argv[] = {"bash", "--norc", "-i", NULL};
    const char *environment[] = {"PS1=shell> ", NULL};
    const mw_vt_options options = {
        .argv = argv, .columns = 110, .rows = 34, .home = app_home, .environment = environment};
    mw_vt *vt = mw_vt_start(&options);
    assert_non_null(vt);
    app_shows(vt, "shell>");
    mw_vt_type(vt, MW_PROGRAM " run " MW_LABS "/keys\r");
    app_skip(vt, "Turn the slider.");
    app_keys(vt, "C-z");
    app_shows(vt, "Stopped");
    assert_false(mw_vt_alternate(vt));
    mw_vt_type(vt, "fg\r");
    app_shows(vt, "Turn the slider.");
    assert_true(mw_vt_alternate(vt));
    app_keys(vt, "Q");
    app_shows(vt, "shell>");
    mw_vt_free(vt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(the_first_start_measures_and_can_be_skipped),
        AT_HOME(e_writes_the_pictures_of_the_step_and_says_where),
        AT_HOME(an_unknown_lab_is_refused_before_the_screen_is_touched),
        AT_HOME(an_unknown_terminal_gets_plain_lines_and_the_reason),
        AT_HOME(ctrl_c_with_nothing_to_stop_leaves),
        AT_HOME(a_terminal_that_hangs_up_without_a_signal_ends_the_program_and_keeps_progress),
        AT_HOME(a_deadly_signal_leaves_a_usable_terminal_and_its_own_mark),
        AT_HOME(help_palette_and_search_are_a_key_away),
        AT_HOME(the_wheel_scrolls_when_asked_to),
        AT_HOME(a_small_window_says_what_it_needs_and_a_larger_one_shows_it_again),
        AT_HOME(without_utf8_everything_is_ascii),
        AT_HOME(an_ascii_charset_shows_chinese_texts_between_ascii_lines),
        AT_HOME(ctrl_z_stops_and_fg_comes_back_to_the_same_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
