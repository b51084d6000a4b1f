/*
 * labs_play FOLDER: one lab of the course played from kept recordings of real runs: in plain lines,
 * in both languages, from three seeds, on the right path and on one that reads every hint and gives
 * the known wrong answers; and by keys on a terminal. The paths come from the lab (paths.lua).
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
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/harness/program.h"
#include "tests/harness/vt.h"
#include "tests/labs/transcript.h"

enum { SOON = 15000, PICTURE = 20, PATH_SIZE = 512 }; /* milliseconds; bytes */

static const char *const seeds[] = {"one", "two", "three"};
static const char *const languages[] = {"en", "zh_CN"};

static const char *lab; /* its folder's name */
static const char *home;

static const char *lab_path(const char *leaf)
{
    static char path[PATH_SIZE];
    snprintf(path, sizeof path, SOURCE_DIR "/labs/memory-wall/%s%s", lab, leaf);
    return path;
}

static const char *demonstration(void)
{
    static char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s", lab_path("/demo.json"));
    return path;
}

static const char *recording(const char *seed)
{
    static char path[PATH_SIZE];
    snprintf(path, sizeof path, SOURCE_DIR "/tests/labs/%s/%s.json", lab, seed);
    return path;
}

/* A file that paths.lua wrote, whole; the caller's. */
static char *path_file(const char *seed, const char *kind)
{
    char name[PATH_SIZE];
    snprintf(name, sizeof name, "%s/%s.%s", home, seed, kind);
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    char *text = calloc(1, 1 << 16);
    assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
    fclose(file);
    return text;
}

static int find_paths(void **state)
{
    (void)state;
    setenv("LC_ALL", "C.UTF-8", 1);
    home = program_home();
    if (!home)
        return -1;
    setenv("MEMWALL_VIEWS", home, 1);
    setenv("MEMWALL", MEMWALL, 1);
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        char kept[PATH_SIZE];
        snprintf(kept, sizeof kept, "tests/labs/%s/%s.json", lab, seeds[i]);
        outcome found = program_run("", LUA_TEST, SOURCE_DIR, SOURCE_DIR "/tests/labs/paths.lua",
                                    lab, seeds[i], kept, NULL);
        if (found.code != 0)
            fprintf(stderr, "%s%s", found.out, found.err);
        int code = found.code;
        program_free(&found);
        if (code != 0)
            return -1;
    }
    return 0;
}

static int end_home(void **state)
{
    (void)state;
    program_home_remove();
    return 0;
}

/* Nothing of what a text is written in reaches its reader. */
static void assert_rendered(const char *text)
{
    static const char *const raw[] = {"**", "{{", "}}", "\n### ", "\xef\xbf\xbd", "\033"};
    for (size_t i = 0; i < sizeof raw / sizeof *raw; i++) {
        const char *at = strstr(text, raw[i]);
        if (at)
            fail_msg("'%s' stands in: %.120s", raw[i], at - text > 60 ? at - 60 : text);
    }
}

static json_t *summary_of(const char *lines)
{
    const char *last = strstr(lines, "{\"summary\"");
    assert_non_null(last);
    json_t *json = program_json(last);
    assert_non_null(json);
    return json;
}

static outcome play_right(const char *seed, const char *language, const char *form)
{
    outcome play = program_run("", MEMWALL, "run", lab_path(""), "--answers", demonstration(),
                               "--measurements", recording(seed), "--seed", seed, "--lang",
                               language, "--no-progress", form, NULL);
    if (play.code != 0)
        fail_msg("seed %s, %s: code %d signal %d: %s", seed, language, play.code, play.signal,
                 play.err);
    return play;
}

static void assert_all_marks(const char *lines)
{
    json_t *json = summary_of(lines), *summary = json_object_get(json, "summary");
    const json_t *score = json_object_get(summary, "score");
    double earned = json_number_value(json_object_get(score, "earned")),
           pending = json_number_value(json_object_get(score, "pending")),
           possible = json_number_value(json_object_get(score, "possible"));
    assert_true(json_is_true(json_object_get(summary, "finished")));
    if (!(possible > 0 && earned + pending == possible))
        fail_msg("%g earned and %g pending of %g", earned, pending, possible);
    json_decref(json);
}

static void the_right_path_earns_every_mark_and_gives_the_same_transcript_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        outcome first = play_right(seeds[i], "en", "--json");
        outcome again = play_right(seeds[i], "zh_CN", "--json");
        assert_all_marks(first.out);
        json_t *mine = transcript_of_lines(first.out), *theirs = transcript_of_lines(again.out);
        transcript_assert_same(mine, theirs);
        json_decref(mine);
        json_decref(theirs);
        program_free(&first);
        program_free(&again);
    }
}

static void the_right_path_reads_well_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        for (size_t j = 0; j < sizeof languages / sizeof *languages; j++) {
            outcome play = play_right(seeds[i], languages[j], "--plain");
            assert_rendered(play.out);
            program_free(&play);
        }
    }
}

/* How often `step wrong` was told, and how many hints were asked for. */
static int count_hints(const json_t *transcript, json_t *told)
{
    size_t i, j;
    int hints = 0;
    json_t *part, *verdict;
    json_array_foreach(transcript, i, part)
    {
        const char *e = json_string_value(json_object_get(json_object_get(part, "event"), "e"));
        hints += e && strcmp(e, "hint") == 0;
        json_array_foreach(json_object_get(part, "verdicts"), j, verdict)
        {
            char name[128];
            const char *wrong = json_string_value(json_object_get(verdict, "wrong"));
            if (!wrong)
                continue;
            snprintf(name, sizeof name, "%s %s",
                     json_string_value(json_object_get(verdict, "step")), wrong);
            json_object_set_new(told, name, json_true());
        }
    }
    return hints;
}

/* Asked again, the attempt that was kept is printed. */
static void assert_met(const char *seed, const char *language)
{
    outcome kept = program_run("", MEMWALL, "run", lab_path(""), "--measurements", recording(seed),
                               "--seed", seed, "--lang", language, "--json", NULL);
    char *text = path_file(seed, "expected.json");
    json_t *expected = program_json(text), *told = json_object();
    json_t *transcript = transcript_of_lines(kept.out);
    assert_int_equal(count_hints(transcript, told),
                     json_integer_value(json_object_get(expected, "hints")));
    size_t i;
    json_t *wrong;
    json_array_foreach(json_object_get(expected, "wrong"), i, wrong)
    {
        if (!json_object_get(told, json_string_value(wrong)))
            fail_msg("seed %s, %s: '%s' was never told", seed, language, json_string_value(wrong));
    }
    json_decref(transcript);
    json_decref(told);
    json_decref(expected);
    free(text);
    program_free(&kept);
}

static void every_hint_and_every_known_mistake_is_answered_and_the_lab_is_finished(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        char *typed = path_file(seeds[i], "typed");
        for (size_t j = 0; j < sizeof languages / sizeof *languages; j++) {
            outcome play = program_run(typed, MEMWALL, "run", lab_path(""), "--plain", "--fresh",
                                       "--measurements", recording(seeds[i]), "--seed", seeds[i],
                                       "--lang", languages[j], NULL);
            if (play.code != 0)
                fail_msg("seed %s, %s: code %d: %s", seeds[i], languages[j], play.code, play.err);
            assert_rendered(play.out);
            program_free(&play);
            assert_met(seeds[i], languages[j]);
        }
        free(typed);
    }
}

/* ---- by keys ---- */

static void see(mw_vt *vt, const char *text)
{
    if (!mw_vt_wait_text(vt, text, SOON))
        fail_msg("the screen never showed '%s'", text);
}

static void key(mw_vt *vt, const char *name)
{
    assert_true(mw_vt_key(vt, name));
}

/* A picture comes in pieces: the head of the next step may stand over the keys of the last one. */
static void see_whole(mw_vt *vt, const char *text)
{
    see(vt, text);
    assert_true(mw_vt_wait_quiet(vt, PICTURE, SOON));
}

/* One line of a path: see TEXT, key NAME, type TEXT, give NAME (hands an answer in), run NAME. */
static void carry_out(mw_vt *vt, char *line)
{
    char *rest = line;
    const char *verb = strsep(&rest, " ");
    assert_non_null(rest);
    if (strcmp(verb, "see") == 0) {
        see_whole(vt, rest);
    } else if (strcmp(verb, "type") == 0) {
        assert_true(mw_vt_type(vt, rest));
    } else if (strcmp(verb, "key") == 0) {
        key(vt, rest);
    } else if (strcmp(verb, "give") == 0) {
        key(vt, rest);
        assert_true(mw_vt_wait_no_text(vt, "Enter answer", SOON));
        assert_true(mw_vt_wait_no_text(vt, "Ctrl-D answer", SOON)); /* where Enter begins a line */
    } else {
        assert_string_equal(verb, "run");
        key(vt, rest);
        assert_true(mw_vt_wait_no_text(vt, "stop run", SOON));
        see(vt, "Enter continue");
    }
}

static void by_keys_the_transcript_is_that_of_plain_lines(void **state)
{
    (void)state;
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s/screen", home);
    mkdir(folder, 0700);
    const char *const argv[] = {MEMWALL,          "run",    lab_path(""), "--measurements",
                                recording("one"), "--seed", "one",        NULL};
    mw_vt *vt =
        mw_vt_start(&(mw_vt_options){.argv = argv, .columns = 120, .rows = 40, .home = folder});
    assert_non_null(vt);
    char *keys = path_file("one", "keys"), *rest = keys;
    for (char *line = strsep(&rest, "\n"); line && *line; line = strsep(&rest, "\n"))
        carry_out(vt, line);
    free(keys);
    int status;
    key(vt, "C-c");
    assert_true(mw_vt_wait_exit(vt, &status, SOON));
    mw_vt_free(vt);
    outcome play = play_right("one", "en", "--json");
    json_t *plain = transcript_of_lines(play.out), *kept = transcript_of_store(folder);
    transcript_assert_same(kept, plain);
    json_decref(plain);
    json_decref(kept);
    program_free(&play);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_path_earns_every_mark_and_gives_the_same_transcript_twice),
        cmocka_unit_test(the_right_path_reads_well_in_both_languages),
        cmocka_unit_test(every_hint_and_every_known_mistake_is_answered_and_the_lab_is_finished),
        cmocka_unit_test(by_keys_the_transcript_is_that_of_plain_lines),
    };
    if (argc != 2) {
        fprintf(stderr, "usage: labs_play FOLDER\n");
        return 2;
    }
    lab = argv[1];
    return cmocka_run_group_tests(tests, find_paths, end_home);
}
