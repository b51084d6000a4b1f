/* Answers and recordings: what is wrong with a file is said in one line that names it. */
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
#include <unistd.h>

#include "tui/plain/plain.h"

static char folder[] = "/tmp/memwall-files-XXXXXX";
static char path[64];

static const char *write_file(const char *text)
{
    snprintf(path, sizeof path, "%s/file.json", folder);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    return path;
}

static void wrong_answer_files_are_named_with_their_fault(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"{\"count\": {\"flop\": ", "file.json:1: not JSON"},
        {"[1]", "must hold one JSON object"},
        {"{\"count\": 5}", "step 'count' must be an object"},
        {"{\"a\": {}, \"a\": {}}", "file.json:1: not JSON: duplicate"},
        {"", "not JSON"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *answers = NULL;
        mw_error error = {0};
        assert_int_equal(
            mw_plain_answers_load(write_file(cases[i].text), MW_FILE_NAMED, &answers, &error),
            MW_INVALID);
        assert_non_null(strstr(error.message, cases[i].part));
        assert_null(answers);
    }
    json_t *answers = NULL;
    mw_error error = {0};
    assert_int_equal(
        mw_plain_answers_load("/nowhere/answers.json", MW_FILE_NAMED, &answers, &error),
        MW_INVALID);
    assert_non_null(strstr(error.message, "/nowhere/answers.json: No such file"));
    assert_int_equal(mw_plain_answers_load(folder, MW_FILE_NAMED, &answers, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "Is a directory"));
    assert_null(answers);
}

static void a_recording_is_written_whole_and_read_back(void **state)
{
    (void)state;
    json_t *transcript = json_pack(
        "[{s:i, s:{s:s, s:{s:i}}}, {s:i, s:{s:s, s:s}}, {s:i, s:{s:s, s:s, s:s}}]", "seq", 1,
        "event", "e", "machine", "machine", "cpus", 2, "seq", 2, "event", "e", "run", "step",
        "gemv", "seq", 3, "event", "e", "result", "run", "gemv:1", "status", "ok");
    json_t *recording = mw_plain_recording_of(transcript), *back = NULL;
    mw_error error = {0};
    char name[64];
    snprintf(name, sizeof name, "%s/recording.json", folder);
    assert_int_equal(mw_plain_recording_check(name, &error), MW_OK);
    assert_int_equal(mw_plain_recording_save(name, recording, &error), MW_OK);
    assert_int_equal(mw_plain_recording_load(name, &back, &error), MW_OK);
    assert_true(json_equal(recording, back));
    assert_int_equal(json_array_size(json_object_get(back, "results")), 1);
    json_decref(transcript);
    json_decref(recording);
    json_decref(back);
    unlink(name);
}

static void a_recording_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}", "{\"format\": 2, \"machine\": {}, \"results\": []}",
        "{\"format\": 1, \"results\": []}", "{\"format\": 1, \"machine\": {}}",
        "{\"format\": 1, \"machine\": {}, \"results\": [{\"e\": \"result\"}]}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *recording = NULL;
        mw_error error = {0};
        assert_int_equal(mw_plain_recording_load(write_file(texts[i]), &recording, &error),
                         MW_INVALID);
        assert_non_null(strstr(error.message, "--record FILE"));
        assert_null(recording);
    }
}

static void an_unwritable_place_is_told_before_the_lab(void **state)
{
    (void)state;
    mw_error error = {0};
    assert_int_equal(mw_plain_recording_check("/proc/none/recording.json", &error), MW_INVALID);
    assert_non_null(strstr(error.message, "/proc/none/recording.json: cannot be written"));
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_answer_files_are_named_with_their_fault),
        cmocka_unit_test(a_recording_is_written_whole_and_read_back),
        cmocka_unit_test(a_recording_that_is_none_is_refused),
        cmocka_unit_test(an_unwritable_place_is_told_before_the_lab),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    rmdir(folder);
    return failed;
}
