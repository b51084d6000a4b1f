/* writer_test.c: two threads at the journal: every record committed once, in its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/host/date.h"
#include "labs/engine/host/progress.h"

/* The front end's thread appends and asks while the writer commits. */
static void every_record_is_committed_once_and_in_order(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    char folder[] = "/tmp/memwall-writer-XXXXXX";
    assert_non_null(mkdtemp(folder));
    mw_progress *progress;
    mw_error error;
    assert_int_equal(mw_progress_open(&progress, folder, &error), MW_OK);
    mw_attempt attempt = {.id = mw_progress_new_attempt(progress), .seed = "s"};
    uint64_t last = 0, seen = 0;
    for (int i = 1; i <= COUNT; i++) {
        json_t *record =
            json_pack("{s:{s:s, s:i}, s:s}", "event", "e", "set", "value", i, "version", "1");
        last = mw_progress_append(progress, "lab", &attempt, i, 1000 * i, record, "d", NULL);
        json_decref(record);
        uint64_t now = mw_progress_committed(progress);
        assert_true(now >= seen && now <= last);
        seen = now;
    }
    while (seen < last) {
        struct pollfd readable = {mw_progress_fd(progress), POLLIN, 0};
        assert_int_equal(poll(&readable, 1, 20000), 1);
        seen = mw_progress_committed(progress);
    }
    mw_attempt loaded;
    assert_int_equal(mw_progress_load(progress, "lab", &loaded, &error), MW_OK);
    assert_int_equal(json_array_size(loaded.records), COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        const json_t *event = json_object_get(json_array_get(loaded.records, i), "event");
        assert_int_equal(json_integer_value(json_object_get(event, "value")), i + 1);
    }
    json_decref(loaded.records);
    mw_progress_drop(progress, attempt.id, 2);
    assert_int_equal(mw_progress_load(progress, "lab", &loaded, &error), MW_OK);
    assert_int_equal(json_array_size(loaded.records), COUNT - 1);
    json_decref(loaded.records);
    mw_progress_close(progress);
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void the_newest_result_says_when_an_attempt_was_measured(void **state)
{
    (void)state;
    char folder[] = "/tmp/memwall-writer-XXXXXX", text[MW_DATE_TEXT];
    assert_non_null(mkdtemp(folder));
    mw_progress *progress;
    mw_error error;
    assert_int_equal(mw_progress_open(&progress, folder, &error), MW_OK);
    mw_attempt attempt = {.id = mw_progress_new_attempt(progress), .seed = "s"}, loaded;
    static const struct {
        const char *what;
        int64_t at, measured_at;
    } events[] = {{"submit", 1795978000000, 0},
                  {"result", 1795978931500, 1795978931500},
                  {"goto", 1795979999000, 1795978931500}};
    for (int i = 0; i < 3; i++) {
        json_t *record = json_pack("{s:{s:s}}", "event", "e", events[i].what);
        mw_progress_append(progress, "lab", &attempt, i + 1, events[i].at, record, "d", NULL);
        json_decref(record);
        assert_int_equal(mw_progress_load(progress, "lab", &loaded, &error), MW_OK);
        assert_int_equal(loaded.measured_at, events[i].measured_at);
        json_decref(loaded.records);
    }
    mw_progress_close(progress);
    mw_date_write(events[1].at, text);
    assert_string_equal(text, "2026-11-29T19:02:11Z");
    mw_date_write(0, text);
    assert_string_equal(text, "");
    mw_date_write(INT64_MAX, text);
    assert_string_equal(text, "");
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_result_says_when_an_attempt_was_measured),
        cmocka_unit_test(every_record_is_committed_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
