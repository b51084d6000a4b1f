/*
 * One table of answers (cases.json), each typed on the full screen, at the prompt of plain lines
 * and into a file of answers: the same verdict, or the same words when it is refused, and no record
 * that counts then. A row with `given` stands in a file as JSON; one that is `keyless`, and a
 * control, cannot be typed on the full screen.
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
#include <time.h>

#include "tests/harness/program.h"
#include "tests/harness/vt.h"
#include "tests/labs/transcript.h"

enum { SOON = 20000, LINE = 512 }; /* milliseconds; bytes */

static const char *home;
static char recording[LINE];

/* The kept recording of lab 04, its measurement of a gemv once more under the names of our runs:
 * which runs are asked for is looked at here, not what they measured. */
static bool make_recording(void)
{
    static const struct {
        const char *step;
        int of, rows, columns;
    } runs[] = {{"slide", 64, 64, 256},
                {"slide", 128, 128, 256},
                {"slide", 256, 256, 256},
                {"turn", 64, 256, 64},
                {"turn", 128, 256, 128}};
    json_t *kept = json_load_file(RECORDING, 0, NULL);
    json_t *results = json_object_get(kept, "results"), *pattern = json_array_get(results, 0);
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        json_t *made = json_deep_copy(pattern), *measurement = json_object_get(made, "measurement");
        json_object_set_new(made, "run", json_sprintf("%s:%d", runs[i].step, runs[i].of));
        json_object_del(made, "beside");
        json_object_del(made, "ratio");
        json_object_set_new(measurement, "kernel", json_string("gemv/simd"));
        json_object_set_new(
            measurement, "args",
            json_pack("{s:i, s:i, s:s}", "m", runs[i].rows, "n", runs[i].columns, "dtype", "f32"));
        json_array_append_new(results, made);
    }
    char *text = json_dumps(kept, 0);
    snprintf(recording, sizeof recording, "%s", text ? program_file("recording.json", text) : "");
    free(text);
    json_decref(kept);
    return *recording;
}

static int begin(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    home = program_home();
    if (!home)
        return -1;
    /* The folders that a terminal of the tests gives its program: one store for all ways. */
    static const char *const folders[][2] = {
        {"XDG_DATA_HOME", "data"}, {"XDG_CACHE_HOME", "cache"}, {"XDG_CONFIG_HOME", "config"}};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[LINE];
        snprintf(path, sizeof path, "%s/%s", home, folders[i][1]);
        setenv(folders[i][0], path, 1);
    }
    return make_recording() ? 0 : -1;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool says(const char *text, const char *words)
{
    char *line = program_unwrapped(text);
    bool found = strstr(line, words) != NULL;
    free(line);
    return found;
}

static bool shell(const char *format, const char *step)
{
    char command[LINE];
    snprintf(command, sizeof command, format, home, step);
    return system(command) == 0;
}

/* A fresh attempt that stands at the step: made once, and a copy of that from then on. */
static void stand_at(const char *step)
{
    char typed[LINE];
    if (shell("cd '%s' && test -d 'at-%s'", step)) {
        assert_true(shell("cd '%s' && rm -rf data && cp -r 'at-%s' data", step));
        return;
    }
    snprintf(typed, sizeof typed, "goto %s\n", step);
    outcome run = program_run(typed, MEMWALL, "run", LAB, "--plain", "--fresh", "--seed", "1",
                              "--measurements", recording, NULL);
    if (run.code != 1 || run.signal != 0)
        fail_msg("%s: code %d: %s%s", step, run.code, run.out, run.err);
    program_free(&run);
    assert_true(shell("cd '%s' && cp -r data 'at-%s'", step));
}

/* What the store holds of the answer: its record, or NULL; the caller's. */
static json_t *answered(const char *step, const char *event)
{
    json_t *parts = transcript_of_store(home), *found = NULL, *part;
    size_t i;
    json_array_foreach(parts, i, part)
    {
        const json_t *one = json_object_get(part, "event");
        if (strcmp(text_of(one, "e"), event) == 0 &&
            (strcmp(text_of(one, "step"), step) == 0 ||
             strncmp(text_of(one, "run"), step, strlen(step)) == 0)) {
            json_decref(found);
            found = json_incref(part);
        }
    }
    json_decref(parts);
    return found;
}

/* Steps of which a control is set, and no field answered. */
static bool is_control(const json_t *row)
{
    const char *step = text_of(row, "step");
    return strcmp(step, "slide") == 0 || strcmp(step, "turn") == 0;
}

/* One way of answering: `shown` is what could be read of it, or NULL; the caller's. */
typedef char *way(const json_t *row);

static char *both(outcome *run)
{
    size_t size = strlen(run->out) + strlen(run->err) + 2;
    char *shown = malloc(size);
    snprintf(shown, size, "%s\n%s", run->out, run->err);
    program_free(run);
    return shown;
}

static char *at_the_prompt(const json_t *row)
{
    char line[LINE], set[LINE] = "";
    if (!json_object_get(row, "typed"))
        return NULL;
    if (is_control(row))
        snprintf(set, sizeof set, "set %s ", text_of(row, "field"));
    snprintf(line, sizeof line, "%s%s\n", set, text_of(row, "typed"));
    outcome run =
        program_run(line, MEMWALL, "run", LAB, "--plain", "--measurements", recording, NULL);
    return both(&run);
}

static char *from_a_file(const json_t *row)
{
    json_t *given = json_object_get(row, "given"), *typed = json_object_get(row, "typed");
    json_t *answers =
        json_pack("{s:{s:O}}", text_of(row, "step"), text_of(row, "field"), given ? given : typed);
    char *text = json_dumps(answers, 0);
    outcome run =
        program_run("", MEMWALL, "run", LAB, "--plain", "--answers",
                    program_file("answers.json", text), "--measurements", recording, NULL);
    free(text);
    json_decref(answers);
    return both(&run);
}

static bool shows_words(mw_vt *vt, void *words)
{
    char *text = mw_vt_text(vt);
    bool found = says(text, words);
    free(text);
    return found;
}

static bool is_answered(mw_vt *vt, void *step)
{
    (void)vt;
    json_t *record = answered(step, "submit");
    json_decref(record);
    return record != NULL;
}

static char *on_the_screen(const json_t *row)
{
    const char *const argv[] = {MEMWALL, "run", LAB, "--measurements", recording, NULL};
    const char *step = text_of(row, "step"), *refused = text_of(row, "refused");
    if (!json_object_get(row, "typed") || json_object_get(row, "keyless") || is_control(row))
        return NULL;
    /* So narrow that nothing stands beside the words. */
    mw_vt *vt =
        mw_vt_start(&(mw_vt_options){.argv = argv, .columns = 70, .rows = 60, .home = home});
    assert_non_null(vt);
    assert_true(mw_vt_wait_text(vt, "Enter answer", SOON));
    if (strcmp(step, "users") == 0) /* beside what is typed, as at the prompt */
        assert_true(mw_vt_wait_text(vt, " (1 to 65 536)", SOON));
    assert_true(mw_vt_type(vt, text_of(row, "typed")) && mw_vt_key(vt, "Enter"));
    bool seen = *refused ? mw_vt_wait(vt, shows_words, (void *)refused, SOON)
                         : mw_vt_wait(vt, is_answered, (void *)step, SOON);
    if (!seen)
        fail_msg("'%s' on the screen", text_of(row, "typed"));
    char *shown = mw_vt_text(vt);
    int status;
    assert_true(mw_vt_key(vt, "C-c"));
    assert_true(mw_vt_wait_exit(vt, &status, SOON));
    mw_vt_free(vt);
    return shown;
}

static void check_record(const json_t *row, const char *name, const char *shown)
{
    const char *step = text_of(row, "step"), *ran = text_of(row, "ran");
    char *what = json_dumps(row, JSON_COMPACT);
    json_t *record = answered(step, *ran ? "result" : "submit");
    const json_t *verdict = json_array_get(json_object_get(record, "verdicts"), 0);
    if (*ran && strcmp(text_of(json_object_get(record, "event"), "run"), ran) != 0)
        fail_msg("%s, %s: ran '%s'", what, name, text_of(json_object_get(record, "event"), "run"));
    if (strcmp(text_of(verdict, "verdict"), text_of(row, "verdict")) != 0 ||
        strcmp(text_of(verdict, "wrong"), text_of(row, "wrong")) != 0)
        fail_msg("%s, %s: '%s' '%s': %s", what, name, text_of(verdict, "verdict"),
                 text_of(verdict, "wrong"), shown);
    if (*text_of(row, "refused") && !says(shown, text_of(row, "refused")))
        fail_msg("%s, %s: was told %s", what, name, shown);
    json_decref(record);
    json_t *result = is_control(row) && !*ran ? answered(step, "result") : NULL;
    if (result)
        fail_msg("%s, %s: was refused, and ran '%s'", what, name,
                 text_of(json_object_get(result, "event"), "run"));
    free(what);
}

static void every_answer_means_the_same_in_three_ways(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        way *answer;
    } ways[] = {{"prompt", at_the_prompt}, {"file", from_a_file}, {"screen", on_the_screen}};
    json_t *rows = json_load_file(CASES, 0, NULL), *row;
    assert_non_null(rows);
    size_t i;
    int played = 0;
    json_array_foreach(rows, i, row)
    {
        for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
            stand_at(text_of(row, "step"));
            char *shown = ways[w].answer(row);
            if (!shown)
                continue;
            check_record(row, ways[w].name, shown);
            free(shown);
            played++;
        }
    }
    assert_true(played > 100);
    json_decref(rows);
}

/* "from A to B" of a refusal, as the prompt's "(A to B)" behind its unit. */
static void check_range(const char *line, const char *before)
{
    char range[LINE];
    const char *at = strstr(line, before);
    if (!at)
        fail_msg("'%s' is not in: %s", before, line);
    at += strlen(before);
    snprintf(range, sizeof range, "from %.*s.", (int)strcspn(at, ")"), at);
    if (!strstr(line, range))
        fail_msg("'%s' is not in: %s", range, line);
}

static void a_refusal_names_the_range_that_the_prompt_prints(void **state)
{
    (void)state;
    static const struct {
        const char *step, *typed, *before[2];
    } fields[] = {{"point", "0.5, 1e9\n1e-9, 48\n", {"[FLOP/B] (", "[GFLOP/s] ("}},
                  {"users", "0\n", {"Users ("}}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        stand_at(fields[i].step);
        outcome run = program_run(fields[i].typed, MEMWALL, "run", LAB, "--plain", "--measurements",
                                  recording, NULL);
        char *line = program_unwrapped(run.out);
        for (int b = 0; b < 2 && fields[i].before[b]; b++)
            check_range(line, fields[i].before[b]);
        free(line);
        program_free(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_means_the_same_in_three_ways),
        cmocka_unit_test(a_refusal_names_the_range_that_the_prompt_prints),
    };
    return cmocka_run_group_tests(tests, begin, program_end);
}
