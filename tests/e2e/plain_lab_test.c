/*
 * Lab 04 whole, in plain lines, on this machine: real kernels with the demonstration answers,
 * recorded, then replayed without a kernel. No number here is typed by hand: work is held to its
 * closed form, and a replay to the run that it repeats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/commands/program.h"

static char recording[256];
static char *transcript; /* JSON Lines of the real run */

static int start_home(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    const char *home = program_home();
    snprintf(recording, sizeof recording, "%s/recording.json", home ? home : "");
    return home ? 0 : -1;
}

static int end_home(void **state)
{
    (void)state;
    free(transcript);
    program_home_remove();
    return 0;
}

/* Calls `each` with every line of a transcript. */
static void for_each_line(const char *lines, void (*each)(const json_t *line, void *context),
                          void *context)
{
    char *copy = strdup(lines), *rest = copy;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        if (!*line)
            continue;
        json_t *json = program_json(line);
        assert_non_null(json);
        each(json, context);
        json_decref(json);
    }
    free(copy);
}

static void keep_summary(const json_t *line, void *context)
{
    json_t **summary = context;
    json_t *found = json_object_get(line, "summary");
    if (found) {
        json_decref(*summary);
        *summary = json_incref(found);
    }
}

static void the_lab_runs_to_its_end_on_real_kernels(void **state)
{
    (void)state;
    outcome result = program_run("", MEMWALL, "run", "04", "--answers", ANSWERS, "--record",
                                 recording, "--seed", "plain", "--json", NULL);
    if (result.code != 0)
        fail_msg("code %d signal %d: %s", result.code, result.signal, result.err);
    transcript = result.out;
    result.out = NULL;
    program_free(&result);
    json_t *summary = NULL;
    for_each_line(transcript, keep_summary, &summary);
    assert_non_null(summary);
    assert_true(json_is_true(json_object_get(summary, "finished")));
    assert_string_equal(json_string_value(json_object_get(summary, "end")), "finished");
    const json_t *score = json_object_get(summary, "score");
    double earned = json_number_value(json_object_get(score, "earned")),
           pending = json_number_value(json_object_get(score, "pending")),
           possible = json_number_value(json_object_get(score, "possible"));
    assert_true(possible > 0 && earned + pending == possible);
    json_decref(summary);
}

/* Counted and modelled work of one measurement against the closed forms of its kernel. */
static void check_work(const json_t *measurement, int *checked)
{
    const json_t *args = json_object_get(measurement, "args");
    const char *kernel = json_string_value(json_object_get(measurement, "kernel"));
    const json_t *flops = json_object_get(measurement, "flops");
    json_int_t m = json_integer_value(json_object_get(args, "m")),
               n = json_integer_value(json_object_get(args, "n")),
               k = json_integer_value(json_object_get(args, "k"));
    if (!kernel || !json_is_integer(flops))
        return;
    if (strncmp(kernel, "gemv/", 5) == 0) {
        assert_int_equal(json_integer_value(flops), 2 * m * n);
        assert_int_equal(json_integer_value(json_object_get(measurement, "compulsory_bytes")),
                         4 * (m * n + m + n));
        ++*checked;
    } else if (strncmp(kernel, "gemm/", 5) == 0) {
        assert_int_equal(json_integer_value(flops), 2 * m * n * k);
        ++*checked;
    }
    assert_true(json_is_true(json_object_get(measurement, "verified")) ||
                json_is_null(json_object_get(measurement, "verified")));
}

static void check_results(const json_t *line, void *context)
{
    const json_t *event = json_object_get(line, "event");
    const char *e = json_string_value(json_object_get(event, "e"));
    if (!e || strcmp(e, "result") != 0)
        return;
    assert_string_equal(json_string_value(json_object_get(event, "status")), "ok");
    check_work(json_object_get(event, "measurement"), context);
}

static void counted_work_is_the_closed_form_in_every_run(void **state)
{
    (void)state;
    int checked = 0;
    for_each_line(transcript, check_results, &checked);
    assert_true(checked >= 12); /* gemv, ten batches, the library */
}

static void a_replay_gives_the_same_records_and_verdicts(void **state)
{
    (void)state;
    outcome replay = program_run("", MEMWALL, "run", "04", "--answers", ANSWERS, "--measurements",
                                 recording, "--seed", "plain", "--json", "--no-progress", NULL);
    assert_int_equal(replay.code, 0);
    assert_string_equal(replay.out, transcript);
    program_free(&replay);
}

static void collect_verdicts(const json_t *line, void *context)
{
    size_t i;
    json_t *verdict;
    json_array_foreach(json_object_get(line, "verdicts"), i, verdict)
        json_array_append(context, verdict);
}

/* What the demonstration answers say, typed at the prompts, in the order in which they are asked.
 */
static void typing_the_answers_gives_the_same_verdicts(void **state)
{
    (void)state;
    static const char typed[] =
        "hint\n"  /* commands stand between answers */
        "2*n^2\n" /* count: flop */
        "4*n^2 + 4*(n + n)\n"
        "\n"               /* next */
        "0.5\n8 GFLOP/s\n" /* place */
        "\n\n\n"           /* next, run, next */
        "4*n^2 + 4*b*(n + n)\n\n"
        "21\n\n" /* knee */
        "\n\n"   /* sweep, next */
        "\n\n"   /* compare, next */
        "20\n\n" /* share */
        "weights_shared\n"
        "Every weight that is read once serves all the vectors, so the time to read W is "
        "shared and the idle arithmetic is used.\n\n"
        "w*6\n";
    outcome result = program_run(typed, MEMWALL, "run", "04", "--plain", "--measurements",
                                 recording, "--seed", "plain", "--fresh", NULL);
    assert_int_equal(result.code, 0);
    assert_non_null(strstr(result.out, "The lab is finished."));
    assert_non_null(strstr(result.out, "Roofline"));
    assert_null(strchr(result.out, '\033'));
    program_free(&result);
    /* The attempt was kept; asked again, its transcript is printed. */
    outcome kept =
        program_run("", MEMWALL, "run", "04", "--measurements", recording, "--json", NULL);
    assert_int_equal(kept.code, 0);
    json_t *mine = json_array(), *theirs = json_array();
    for_each_line(kept.out, collect_verdicts, mine);
    for_each_line(transcript, collect_verdicts, theirs);
    assert_true(json_array_size(theirs) > 5);
    if (!json_equal(mine, theirs)) {
        char *a = json_dumps(mine, JSON_COMPACT), *b = json_dumps(theirs, JSON_COMPACT);
        fail_msg("%s\nand not\n%s", a, b);
    }
    json_decref(mine);
    json_decref(theirs);
    program_free(&kept);
}

static void a_lab_whose_last_step_is_a_run_is_finished_by_it(void **state)
{
    (void)state;
    const char *answers = program_file("answers.json", "{\"count\": {\"flop\": \"2*n^2\"}}");
    outcome result =
        program_run("", MEMWALL, "run", LABS "/run-last", "--plain", "--answers", answers, NULL);
    if (result.code != 0)
        fail_msg("code %d: %s", result.code, result.err);
    assert_non_null(strstr(result.out, "The lab is finished."));
    program_free(&result);
}

static void without_a_terminal_memwall_alone_shows_the_lab(void **state)
{
    (void)state;
    outcome result = program_run(NULL, MEMWALL, NULL);
    if (result.code != 0)
        fail_msg("code %d: %s", result.code, result.err);
    assert_non_null(strstr(result.out, "Roofline"));
    assert_non_null(strstr(result.out, "The lab is finished."));
    assert_null(strchr(result.out, '\033'));
    program_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lab_runs_to_its_end_on_real_kernels),
        cmocka_unit_test(counted_work_is_the_closed_form_in_every_run),
        cmocka_unit_test(a_replay_gives_the_same_records_and_verdicts),
        cmocka_unit_test(typing_the_answers_gives_the_same_verdicts),
        cmocka_unit_test(a_lab_whose_last_step_is_a_run_is_finished_by_it),
        cmocka_unit_test(without_a_terminal_memwall_alone_shows_the_lab),
    };
    return cmocka_run_group_tests(tests, start_home, end_home);
}
