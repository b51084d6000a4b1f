/* The whole program by keys on a terminal: screens, fields, a run, leaving and coming back. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/vt.h"

enum { PATIENCE = 30000 };

static char home[64];

static int fresh_home(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/memwall-app-XXXXXX");
    return mkdtemp(home) ? 0 : -1;
}

static int drop_home(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", home);
    return system(command);
}

static mw_vt *start_with(const char *const *arguments, const char *const *environment, int columns,
                         int rows)
{
    const char *argv[16] = {MW_PROGRAM};
    for (int i = 0; arguments[i]; i++)
        argv[i + 1] = arguments[i];
    const mw_vt_options options = {
        .argv = argv, .columns = columns, .rows = rows, .home = home, .environment = environment};
    mw_vt *vt = mw_vt_start(&options);
    assert_non_null(vt);
    return vt;
}

static void shows(mw_vt *vt, const char *text)
{
    if (!mw_vt_wait_text(vt, text, PATIENCE))
        fail_msg("\"%s\" never came", text);
}

static void gone(mw_vt *vt, const char *text)
{
    if (!mw_vt_wait_no_text(vt, text, PATIENCE))
        fail_msg("\"%s\" stayed", text);
}

static void keys(mw_vt *vt, const char *names)
{
    assert_true(mw_vt_keys(vt, names));
}

/* The lab with every kind of field, on nominal roofs: measuring the machine is skipped. */
static mw_vt *open_lab(const char *const *environment)
{
    const char *arguments[] = {"run", MW_LABS "/keys", NULL};
    mw_vt *vt = start_with(arguments, environment, 110, 34);
    shows(vt, "skip");
    keys(vt, "Escape");
    shows(vt, "Turn the slider.");
    return vt;
}

static mw_vt *open_question(void)
{
    mw_vt *vt = open_lab(NULL);
    keys(vt, "r");
    shows(vt, "continue");
    keys(vt, "Enter");
    shows(vt, "How many?");
    shows(vt, "answer");
    gone(vt, "continue");
    return vt;
}

static void leave(mw_vt *vt, int expected)
{
    int status = 0;
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
    assert_false(mw_vt_alternate(vt));
    assert_true(mw_vt_cooked(vt));
    mw_vt_free(vt);
}

/* ---- pictures ---- */

static void e_writes_the_pictures_of_the_step_and_says_where(void **state)
{
    (void)state;
    char before[4096], path[128];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(home), 0);
    mw_vt *vt = open_lab(NULL);
    assert_int_equal(chdir(before), 0);
    keys(vt, "e");
#ifdef MW_DRAWS
    shows(vt, "written: memwall-");
    shows(vt, "roofline");
#else
    shows(vt, "without cairo");
#endif
    keys(vt, "Q");
    leave(vt, 0);
    DIR *entries = opendir(home);
    int found = 0;
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries))
        if (strstr(entry->d_name, "-roofline.svg")) {
            struct stat about;
            snprintf(path, sizeof path, "%s/%.50s", home, entry->d_name);
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

static void the_first_start_measures_and_can_be_skipped(void **state)
{
    (void)state;
    const char *arguments[] = {NULL};
    mw_vt *vt = start_with(arguments, NULL, 100, 30);
    shows(vt, "Measuring");
    keys(vt, "Escape");
    shows(vt, "nominal");
    shows(vt, "c measures them");
    keys(vt, "q");
    shows(vt, "The Memory Wall");
    shows(vt, "One user or many");
    keys(vt, "q");
    leave(vt, 0);
}

static void an_unknown_lab_is_refused_before_the_screen_is_touched(void **state)
{
    (void)state;
    const char *arguments[] = {"run", "nosuchlab", NULL};
    mw_vt *vt = start_with(arguments, NULL, 100, 30);
    int status = 0;
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    assert_int_equal(WEXITSTATUS(status), 2);
    assert_true(mw_vt_shows(vt, "nosuchlab"));
    mw_vt_free(vt);
}

static void an_unknown_terminal_gets_plain_lines_and_the_reason(void **state)
{
    (void)state;
    const char *arguments[] = {"course", NULL};
    const char *environment[] = {"TERM=nonesuch", NULL};
    mw_vt *vt = start_with(arguments, environment, 100, 30);
    shows(vt, "TERM is 'nonesuch'");
    shows(vt, "gemv-gemm");
    assert_false(mw_vt_alternate(vt));
    mw_vt_free(vt);
}

static void ctrl_c_with_nothing_to_stop_leaves(void **state)
{
    (void)state;
    mw_vt *vt = open_lab(NULL);
    keys(vt, "C-c");
    leave(vt, 130);
}

static void dies_by(int number)
{
    int status = 0;
    mw_vt *vt = open_lab(NULL);
    kill(mw_vt_pid(vt), number);
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
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

/* ---- the screen ---- */

static void help_palette_and_search_are_a_key_away(void **state)
{
    (void)state;
    const char *arguments[] = {NULL};
    mw_vt *vt = start_with(arguments, NULL, 100, 30);
    shows(vt, "skip");
    keys(vt, "Escape");
    shows(vt, "c measures them");
    keys(vt, "q ?");
    shows(vt, "find a lab by its title");
    keys(vt, "Escape");
    gone(vt, "find a lab by its title");
    keys(vt, ":");
    mw_vt_type(vt, "mchn");
    shows(vt, "this machine's roofs");
    keys(vt, "Enter");
    shows(vt, "measure again");
    keys(vt, "q / ");
    mw_vt_type(vt, "quant");
    shows(vt, "no title has this");
    keys(vt, "C-u");
    mw_vt_type(vt, "ONE USER");
    keys(vt, "Enter Enter");
    shows(vt, "Count before you run");
    keys(vt, "Escape q");
    shows(vt, "One user or many");
    keys(vt, "Q");
    leave(vt, 0);
}

static void the_wheel_scrolls_when_asked_to(void **state)
{
    (void)state;
    const char *arguments[] = {"course", "--mouse", NULL};
    mw_vt *vt = start_with(arguments, NULL, 100, 20);
    shows(vt, "skip");
    keys(vt, "Escape");
    shows(vt, "c measures them");
    keys(vt, "q");
    shows(vt, "Three exponentials");
    for (int i = 0; i < 9; i++)
        mw_vt_click(vt, 10, 10, 5);
    shows(vt, "A byte budget");
    gone(vt, "Three exponentials");
    for (int i = 0; i < 9; i++)
        mw_vt_click(vt, 10, 10, 4);
    shows(vt, "Three exponentials");
    keys(vt, "q");
    leave(vt, 0);
}

static void a_small_window_says_what_it_needs_and_a_larger_one_shows_it_again(void **state)
{
    (void)state;
    mw_vt *vt = open_lab(NULL);
    mw_vt_resize(vt, 40, 12);
    shows(vt, "60×20");
    mw_vt_resize(vt, 1, 1);
    mw_vt_wait_quiet(vt, 200, PATIENCE);
    mw_vt_resize(vt, 80, 24);
    shows(vt, "Turn the slider.");
    keys(vt, "Q");
    leave(vt, 0);
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
    mw_vt *vt = open_lab(environment);
    mw_vt_wait_quiet(vt, 300, PATIENCE);
    assert_ascii(vt);
    assert_true(mw_vt_shows(vt, "GFLOP/s"));
    keys(vt, "m");
    shows(vt, "nominal");
    mw_vt_wait_quiet(vt, 300, PATIENCE);
    assert_ascii(vt);
    mw_vt_free(vt);
}

static void ctrl_z_stops_and_fg_comes_back_to_the_same_field(void **state)
{
    (void)state;
    const char *argv[] = {"bash", "--norc", "-i", NULL};
    const char *environment[] = {"PS1=shell> ", NULL};
    const mw_vt_options options = {
        .argv = argv, .columns = 110, .rows = 34, .home = home, .environment = environment};
    mw_vt *vt = mw_vt_start(&options);
    assert_non_null(vt);
    shows(vt, "shell>");
    mw_vt_type(vt, MW_PROGRAM " run " MW_LABS "/keys\r");
    shows(vt, "skip");
    keys(vt, "Escape");
    shows(vt, "Turn the slider.");
    keys(vt, "C-z");
    shows(vt, "Stopped");
    assert_false(mw_vt_alternate(vt));
    mw_vt_type(vt, "fg\r");
    shows(vt, "Turn the slider.");
    assert_true(mw_vt_alternate(vt));
    keys(vt, "Q");
    shows(vt, "shell>");
    mw_vt_free(vt);
}

/* ---- the lab ---- */

static void a_slider_starts_its_run_when_it_has_rested(void **state)
{
    (void)state;
    mw_vt *vt = open_lab(NULL);
    keys(vt, "Right Right");
    shows(vt, "256");
    shows(vt, "continue"); /* the run that the slider started is done */
    /* 2 n rows = 2 * 256 * 256 */
    shows(vt, "131 k");
    keys(vt, "Q");
    leave(vt, 0);
}

static void answers_are_typed_and_judged(void **state)
{
    (void)state;
    mw_vt *vt = open_question();
    /* Letters belong to the field, also those that are commands elsewhere. */
    mw_vt_type(vt, "nqh");
    shows(vt, "nqh");
    keys(vt, "C-u");
    mw_vt_type(vt, "n*n");
    keys(vt, "Enter");
    mw_vt_type(vt, "\033[200~4*n*n+\n8*n\033[201~");
    shows(vt, "4*n*n+ 8*n");
    keys(vt, "Enter");
    shows(vt, "An FMA is two.");
    keys(vt, "Enter");
    shows(vt, "Put the point.");
    shows(vt, "answer");
    gone(vt, "continue");
    mw_vt_type(vt, "0.5, ");
    keys(vt, "Enter");
    shows(vt, "type two positive numbers");
    mw_vt_type(vt, "6");
    keys(vt, "Enter");
    shows(vt, "continue");
    shows(vt, "0.5 FLOP/B");
    keys(vt, "Q");
    leave(vt, 0);
}

/* The coordinates that the field shows: "x 3.57 FLOP/B   y 32.3 GFLOP/s". */
static bool read_point(mw_vt *vt, double *x, double *y)
{
    char *text = mw_vt_text(vt), *unit = strstr(text, " FLOP/B   y ");
    char *number = unit;
    while (number && number > text && number[-1] != ' ')
        number--;
    *x = number ? strtod(number, NULL) : 0;
    *y = number ? strtod(unit + strlen(" FLOP/B   y "), NULL) : 0;
    free(text);
    return number != NULL;
}

typedef struct point_order {
    double x, y;
    int right, up; /* -1, 0, 1: where the point has to lie from there */
} point_order;

static int sign(double value)
{
    return (value > 0) - (value < 0);
}

static bool point_lies(mw_vt *vt, void *context)
{
    const point_order *order = context;
    double x, y;
    return read_point(vt, &x, &y) && sign(x - order->x) == order->right &&
           sign(y - order->y) == order->up;
}

static void a_point_is_moved_by_the_arrows(void **state)
{
    (void)state;
    mw_vt *vt = open_question();
    mw_vt_type(vt, "1");
    keys(vt, "Enter");
    mw_vt_type(vt, "1");
    keys(vt, "Enter");
    shows(vt, "continue");
    keys(vt, "Enter");
    shows(vt, "Put the point.");
    shows(vt, "answer");
    shows(vt, "move the mark");
    keys(vt, "Left");
    gone(vt, "move the mark");
    point_order order = {.right = 1, .up = 0};
    assert_true(read_point(vt, &order.x, &order.y));
    keys(vt, "Right Right Right");
    assert_true(mw_vt_wait(vt, point_lies, &order, PATIENCE));
    keys(vt, "Down Left Left");
    order.up = -1;
    assert_true(mw_vt_wait(vt, point_lies, &order, PATIENCE));
    keys(vt, "Left Left");
    order.right = -1;
    assert_true(mw_vt_wait(vt, point_lies, &order, PATIENCE));
    keys(vt, "Q");
    leave(vt, 0);
}

/* From the question to the kernel that runs for minutes. */
static mw_vt *start_long_run(void)
{
    mw_vt *vt = open_question();
    mw_vt_type(vt, "1");
    keys(vt, "Enter");
    mw_vt_type(vt, "1");
    keys(vt, "Enter");
    shows(vt, "continue");
    keys(vt, "Enter");
    shows(vt, "Put the point.");
    shows(vt, "answer");
    gone(vt, "continue");
    keys(vt, "Left Enter");
    shows(vt, "continue");
    keys(vt, "Enter");
    shows(vt, "This takes minutes.");
    keys(vt, "r");
    shows(vt, "stop run");
    return vt;
}

static void escape_stops_a_run_and_so_does_ctrl_c(void **state)
{
    (void)state;
    mw_vt *vt = start_long_run();
    keys(vt, "Escape");
    gone(vt, "stop run");
    keys(vt, "r");
    shows(vt, "stop run");
    keys(vt, "C-c");
    gone(vt, "stop run");
    assert_true(mw_vt_alternate(vt)); /* it stopped the run, not the program */
    keys(vt, "Q");
    leave(vt, 0);
}

static void leaving_during_a_run_ends_it(void **state)
{
    (void)state;
    mw_vt *vt = start_long_run();
    keys(vt, "Q");
    leave(vt, 0);
}

static pid_t child_of(pid_t pid)
{
    char path[64];
    int child = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%d", &child) != 1)
        child = 0;
    if (file)
        fclose(file);
    return (pid_t)child;
}

static void a_killed_worker_is_reported_and_replaced(void **state)
{
    (void)state;
    mw_vt *vt = open_question();
    mw_vt_type(vt, "12");
    const pid_t worker = child_of(mw_vt_pid(vt));
    assert_true(worker > 0);
    kill(worker, SIGKILL);
    shows(vt, "ended by signal 9");
    /* What was half typed is still there, and the new worker takes the answer. */
    assert_true(mw_vt_shows(vt, "12"));
    keys(vt, "Enter");
    mw_vt_type(vt, "4*n*n+8*n");
    keys(vt, "Enter");
    shows(vt, "continue");
    keys(vt, "Q");
    leave(vt, 0);
}

static void tomorrow_the_lab_is_where_it_was_left_even_after_a_kill(void **state)
{
    (void)state;
    const char *arguments[] = {"run", MW_LABS "/keys", NULL};
    int status;
    mw_vt *vt = open_question();
    mw_vt_type(vt, "2*n*n");
    keys(vt, "Enter");
    mw_vt_type(vt, "7");
    keys(vt, "Enter");
    shows(vt, "continue");
    kill(mw_vt_pid(vt), SIGKILL);
    assert_true(mw_vt_wait_exit(vt, &status, PATIENCE));
    mw_vt_free(vt);
    vt = start_with(arguments, NULL, 110, 34);
    shows(vt, "skip");
    keys(vt, "Escape");
    shows(vt, "How many?");
    shows(vt, "2*n*n");
    shows(vt, "continue");
    keys(vt, "Q");
    leave(vt, 0);
}

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, fresh_home, drop_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(the_first_start_measures_and_can_be_skipped),
        AT_HOME(e_writes_the_pictures_of_the_step_and_says_where),
        AT_HOME(an_unknown_lab_is_refused_before_the_screen_is_touched),
        AT_HOME(an_unknown_terminal_gets_plain_lines_and_the_reason),
        AT_HOME(ctrl_c_with_nothing_to_stop_leaves),
        AT_HOME(a_deadly_signal_leaves_a_usable_terminal_and_its_own_mark),
        AT_HOME(help_palette_and_search_are_a_key_away),
        AT_HOME(the_wheel_scrolls_when_asked_to),
        AT_HOME(a_small_window_says_what_it_needs_and_a_larger_one_shows_it_again),
        AT_HOME(without_utf8_everything_is_ascii),
        AT_HOME(ctrl_z_stops_and_fg_comes_back_to_the_same_field),
        AT_HOME(a_slider_starts_its_run_when_it_has_rested),
        AT_HOME(answers_are_typed_and_judged),
        AT_HOME(a_point_is_moved_by_the_arrows),
        AT_HOME(escape_stops_a_run_and_so_does_ctrl_c),
        AT_HOME(leaving_during_a_run_ends_it),
        AT_HOME(a_killed_worker_is_reported_and_replaced),
        AT_HOME(tomorrow_the_lab_is_where_it_was_left_even_after_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
