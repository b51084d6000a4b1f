/* A lab by keys on a terminal: fields, a run, a worker that dies, leaving and coming back. */
#include "tests/tui/app/app_scene.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void answer(mw_vt *vt, const char *text)
{
    mw_vt_type(vt, text);
    app_keys(vt, "Enter");
}

/* The step after the first question. */
static mw_vt *open_point(void)
{
    mw_vt *vt = app_open_question();
    answer(vt, "1");
    answer(vt, "1");
    app_shows(vt, "continue");
    app_keys(vt, "Enter");
    app_shows(vt, "Put the point.");
    app_shows(vt, "answer");
    app_gone(vt, "continue");
    return vt;
}

static void a_slider_starts_its_run_when_it_has_rested(void **state)
{
    (void)state;
    mw_vt *vt = app_open_lab(NULL);
    app_keys(vt, "Right Right");
    app_shows(vt, "256");
    app_shows(vt, "continue"); /* the run that the slider started is done */
    /* 2 n rows = 2 * 256 * 256 */
    app_shows(vt, "131 k");
    app_keys(vt, "Q");
    app_leave(vt, 0);
}

static void paste_too_much(mw_vt *vt)
{
    enum { MUCH = 33000 };
    char *text = malloc(MUCH + 16);
    assert_non_null(text);
    sprintf(text, "\033[200~%0*d\033[201~", MUCH, 1);
    mw_vt_type(vt, text);
    free(text);
}

static void answers_are_typed_and_judged(void **state)
{
    (void)state;
    mw_vt *vt = app_open_question();
    /* Letters belong to the field, also those that are commands elsewhere. */
    mw_vt_type(vt, "nqh");
    app_shows(vt, "nqh");
    paste_too_much(vt);
    app_shows(vt, "a field holds 32 KiB at most");
    app_keys(vt, "C-u");
    answer(vt, "n*n");
    mw_vt_type(vt, "\033[200~4*n*n+\n8*n\033[201~");
    app_shows(vt, "4*n*n+ 8*n");
    app_keys(vt, "Enter");
    app_shows(vt, "An FMA is two.");
    app_keys(vt, "Enter");
    app_shows(vt, "Put the point.");
    app_shows(vt, "answer");
    app_gone(vt, "continue");
    answer(vt, "0.5, ");
    app_shows(vt, "Type two numbers");
    answer(vt, "6");
    app_shows(vt, "continue");
    app_shows(vt, "0.5 FLOP/B");
    app_keys(vt, "Q");
    app_leave(vt, 0);
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
    mw_vt *vt = open_point();
    app_shows(vt, "move the mark");
    app_keys(vt, "Left");
    app_gone(vt, "move the mark");
    point_order order = {.right = 1, .up = 0};
    assert_true(read_point(vt, &order.x, &order.y));
    app_keys(vt, "Right Right Right");
    assert_true(mw_vt_wait(vt, point_lies, &order, APP_PATIENCE));
    app_keys(vt, "Down Left Left");
    order.up = -1;
    assert_true(mw_vt_wait(vt, point_lies, &order, APP_PATIENCE));
    app_keys(vt, "Left Left");
    order.right = -1;
    assert_true(mw_vt_wait(vt, point_lies, &order, APP_PATIENCE));
    app_keys(vt, "Q");
    app_leave(vt, 0);
}

/* On to the kernel that runs for minutes. */
static mw_vt *start_long_run(void)
{
    mw_vt *vt = open_point();
    app_keys(vt, "Left Enter");
    app_shows(vt, "continue");
    app_keys(vt, "Enter");
    app_shows(vt, "This takes minutes.");
    app_keys(vt, "r");
    app_shows(vt, "stop run");
    return vt;
}

static void escape_stops_a_run_and_so_does_ctrl_c(void **state)
{
    (void)state;
    mw_vt *vt = start_long_run();
    app_keys(vt, "Escape");
    app_gone(vt, "stop run");
    app_keys(vt, "r");
    app_shows(vt, "stop run");
    app_keys(vt, "C-c");
    app_gone(vt, "stop run");
    assert_true(mw_vt_alternate(vt)); /* it stopped the run, not the program */
    app_keys(vt, "Q");
    app_leave(vt, 0);
}

static void leaving_during_a_run_ends_it(void **state)
{
    (void)state;
    mw_vt *vt = start_long_run();
    app_keys(vt, "Q");
    app_leave(vt, 0);
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
    mw_vt *vt = app_open_question();
    mw_vt_type(vt, "12");
    app_shows(vt, "│ 12 "); /* the next key would take the message away */
    const pid_t worker = child_of(mw_vt_pid(vt));
    assert_true(worker > 0);
    kill(worker, SIGKILL);
    app_shows(vt, "ended by signal 9");
    /* What was half typed is still there, and the new worker takes the answer. */
    app_shows(vt, "│ 12 ");
    app_keys(vt, "Enter");
    answer(vt, "4*n*n+8*n");
    app_shows(vt, "continue");
    app_keys(vt, "Q");
    app_leave(vt, 0);
}

static void tomorrow_the_lab_is_where_it_was_left_even_after_a_kill(void **state)
{
    (void)state;
    const char *arguments[] = {"run", MW_LABS "/keys", NULL};
    int status;
    mw_vt *vt = app_open_question();
    answer(vt, "2*n*n");
    answer(vt, "7");
    app_shows(vt, "continue");
    kill(mw_vt_pid(vt), SIGKILL);
    assert_true(mw_vt_wait_exit(vt, &status, APP_PATIENCE));
    mw_vt_free(vt);
    vt = app_start(arguments, NULL, 110, 34);
    app_skip(vt, "How many?");
    app_shows(vt, "2*n*n");
    app_shows(vt, "continue");
    app_keys(vt, "Q");
    app_leave(vt, 0);
}

static void an_answer_that_is_taken_back_can_be_typed_at_once(void **state)
{
    (void)state;
    mw_vt *vt = app_open_question();
    answer(vt, "2*n");
    answer(vt, "7");
    app_shows(vt, "take back");
    app_keys(vt, "u");
    app_shows(vt, "answer");
    mw_vt_type(vt, "9"); /* into the field, and no command */
    app_shows(vt, "2*n9");
    app_shows(vt, "leave field");
    app_keys(vt, "Escape");
    app_gone(vt, "leave field");
    app_keys(vt, "Q");
    app_leave(vt, 0);
}

/* The seeds of all attempts that are kept, in their order, each followed by a blank. */
static void read_seeds(char *text, size_t size)
{
    char path[128];
    sqlite3 *store;
    sqlite3_stmt *query;
    size_t used = 0;
    snprintf(path, sizeof path, "%s/data/memwall/progress.sqlite", app_home);
    assert_int_equal(sqlite3_open_v2(path, &store, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(store, "SELECT seed FROM attempt ORDER BY id", -1, &query, NULL),
        SQLITE_OK);
    text[0] = '\0';
    while (sqlite3_step(query) == SQLITE_ROW && used < size)
        used += (size_t)snprintf(text + used, size - used, "%s ",
                                 (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    sqlite3_close(store);
}

static void a_seed_is_for_the_lab_it_was_named_with_and_its_first_opening(void **state)
{
    (void)state;
    const char *arguments[] = {"run", "gemv-gemm", "--fresh", "--seed", "mine", NULL};
    char seeds[256];
    mw_vt *vt = app_start(arguments, NULL, 110, 34);
    app_skip(vt, "Count before you run");
    answer(vt, "1");
    answer(vt, "1");
    app_shows(vt, "continue");
    app_keys(vt, "q");
    app_shows(vt, "Three exponentials");
    app_keys(vt, "Enter"); /* comes back to the same attempt */
    app_shows(vt, "continue");
    app_keys(vt, "Q");
    app_leave(vt, 0);
    read_seeds(seeds, sizeof seeds);
    assert_string_equal(seeds, "mine ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(a_slider_starts_its_run_when_it_has_rested),
        AT_HOME(answers_are_typed_and_judged),
        AT_HOME(a_point_is_moved_by_the_arrows),
        AT_HOME(escape_stops_a_run_and_so_does_ctrl_c),
        AT_HOME(leaving_during_a_run_ends_it),
        AT_HOME(an_answer_that_is_taken_back_can_be_typed_at_once),
        AT_HOME(a_seed_is_for_the_lab_it_was_named_with_and_its_first_opening),
        AT_HOME(a_killed_worker_is_reported_and_replaced),
        AT_HOME(tomorrow_the_lab_is_where_it_was_left_even_after_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
