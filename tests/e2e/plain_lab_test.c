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
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/harness/program.h"

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

/* ---- figures ---- */

/* The data of a figure as `memwall export` writes them; the caller's. */
static json_t *export_data(const char *figure, const char *from, const char *step)
{
    char path[300];
    snprintf(path, sizeof path, "%s.figure.json", recording);
    outcome result = program_run("", MEMWALL, "export", figure, "--from", from, "-o", path,
                                 "--step", step, NULL);
    if (result.code != 0)
        fail_msg("%s --from %s: code %d: %s", figure, from, result.code, result.err);
    assert_string_equal(result.out, "");
    program_free(&result);
    json_t *data = json_load_file(path, 0, NULL);
    assert_non_null(data);
    remove(path);
    return data;
}

/* Text and structure are equal, numbers but for the 15 digits of a transcript. */
static void check_alike(const json_t *a, const json_t *b)
{
    if (json_is_number(a)) {
        double x = json_number_value(a), y = json_number_value(b);
        assert_true(json_is_number(b) && fabs(x - y) <= 1e-13 * fabs(x));
    } else if (json_is_object(a)) {
        const char *name;
        json_t *member;
        assert_int_equal(json_object_size(a), json_object_size(b));
        json_object_foreach((json_t *)a, name, member)
            check_alike(member, json_object_get(b, name));
    } else if (json_is_array(a)) {
        size_t i;
        json_t *item;
        assert_int_equal(json_array_size(a), json_array_size(b));
        json_array_foreach(a, i, item) check_alike(item, json_array_get(b, i));
    } else {
        assert_true(json_equal(a, b));
    }
}

typedef struct sample {
    const char *run;
    double rate;
    int found;
} sample;

/* A noisy run is tried twice, so that one of its results is meant. */
static void find_sample(const json_t *line, void *context)
{
    sample *wanted = context;
    const json_t *event = json_object_get(line, "event");
    const char *run = json_string_value(json_object_get(event, "run"));
    const json_t *measurement = json_object_get(event, "measurement");
    if (!run || strcmp(run, wanted->run) != 0 || !measurement)
        return;
    double seconds =
        json_number_value(json_object_get(json_object_get(measurement, "seconds"), "median"));
    double rate = json_number_value(json_object_get(measurement, "flops")) / seconds;
    wanted->found += fabs(wanted->rate / rate - 1) < 1e-9;
}

/* Every point of the sweep is what the clock and the ledger gave. */
static void check_points(const json_t *data)
{
    size_t i;
    int points = 0;
    json_t *row;
    json_array_foreach(json_object_get(data, "rows"), i, row)
    {
        sample wanted = {.run = json_string_value(json_object_get(row, "id")),
                         .rate = json_number_value(json_object_get(row, "value"))};
        const char *what = json_string_value(json_object_get(row, "what"));
        if (!wanted.run || strncmp(wanted.run, "serve:", 6) != 0 || strcmp(what, "point") != 0)
            continue;
        assert_string_equal(json_string_value(json_object_get(row, "kind")), "measured");
        for_each_line(transcript, find_sample, &wanted);
        assert_true(wanted.found > 0);
        points++;
    }
    assert_int_equal(points, 10);
}

static void a_figure_is_the_same_from_progress_transcript_and_recording(void **state)
{
    (void)state;
    char lines[256];
    snprintf(lines, sizeof lines, "%s", program_file("transcript.jsonl", transcript));
    static const char *const figures[] = {"roofline", "sweep", "counters"};
    for (int i = 0; i < 3; i++) {
        json_t *kept = export_data(figures[i], "last", "serve"),
               *told = export_data(figures[i], lines, "serve");
        assert_true(json_array_size(json_object_get(kept, "rows")) > 8);
        check_alike(kept, told);
        assert_true(json_is_string(json_object_get(kept, "measured")));
        if (i == 0)
            check_points(kept);
        if (i == 1) { /* the other figures go on with the lab */
            json_t *played = export_data(figures[i], recording, "serve");
            check_alike(kept, played);
            json_decref(played);
        }
        json_decref(kept);
        json_decref(told);
    }
}

static void drawing_again_runs_nothing_and_keeps_nothing(void **state)
{
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s.csv", recording);
    outcome drawn = program_run("", MEMWALL, "export", "sweep", "-o", path, NULL);
    assert_int_equal(drawn.code, 0);
    assert_string_equal(drawn.err, "");
    program_free(&drawn);
    outcome kept = program_run("", MEMWALL, "run", "04", "--answers", ANSWERS, "--measurements",
                               recording, "--seed", "plain", "--json", NULL);
    assert_string_equal(kept.out, transcript); /* not a record more, not a step back */
    program_free(&kept);
    outcome missing =
        program_run("", MEMWALL, "export", "sweep", "--step", "why", "-o", path, NULL);
    assert_int_equal(missing.code, 2);
    assert_true(program_is_one_line(&missing, "look in serve"));
    program_free(&missing);
    outcome unknown = program_run("", MEMWALL, "export", "sweep", "--step", "x", "-o", path, NULL);
    assert_int_equal(unknown.code, 2);
    assert_true(program_is_one_line(&unknown, "its steps are count"));
    program_free(&unknown);
    remove(path);
}

static void a_full_disk_is_said_and_fails(void **state)
{
    (void)state;
    char link[300];
    snprintf(link, sizeof link, "%s.full.csv", recording);
    assert_int_equal(symlink("/dev/full", link), 0);
    outcome full = program_run("", MEMWALL, "export", "roofline", "-o", link, NULL);
    assert_int_equal(full.code, 1);
    assert_true(program_is_one_line(&full, "No space left"));
    program_free(&full);
    remove(link);
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
        "0.5, 8 GFLOP/s\n" /* place */
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

static void an_answer_is_taken_back_and_asked_again(void **state)
{
    (void)state;
    outcome result =
        program_run("1\n1\nundo\n2*n^2\n4*n^2 + 8*n\nquit\n", MEMWALL, "run", "04", "--plain",
                    "--measurements", recording, "--seed", "plain", "--no-progress", NULL);
    assert_int_equal(result.code, 1); /* its input ended before the lab did */
    assert_null(strstr(result.out, "there is no step"));
    assert_non_null(strstr(result.out, "Yes. W is"));
    program_free(&result);
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
        cmocka_unit_test(a_figure_is_the_same_from_progress_transcript_and_recording),
        cmocka_unit_test(drawing_again_runs_nothing_and_keeps_nothing),
        cmocka_unit_test(a_full_disk_is_said_and_fails),
        cmocka_unit_test(typing_the_answers_gives_the_same_verdicts),
        cmocka_unit_test(an_answer_is_taken_back_and_asked_again),
        cmocka_unit_test(a_lab_whose_last_step_is_a_run_is_finished_by_it),
        cmocka_unit_test(without_a_terminal_memwall_alone_shows_the_lab),
    };
    return cmocka_run_group_tests(tests, start_home, end_home);
}
