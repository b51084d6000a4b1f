/* A calibration as the commands and the labs read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/report.h"

static const char *text(const json_t *row, const char *key)
{
    const char *value = json_string_value(json_object_get(row, key));
    return value ? value : "";
}

static const json_t *first(const json_t *machine, const char *list)
{
    return json_array_get(json_object_get(machine, list), 0);
}

static void every_row_says_that_it_is_unsure_and_why(void **state)
{
    (void)state;
    mw_calibration c = {
        .level_count = 1,
        .levels = {{.name = "L1",
                    .bytes_per_second = {2, 1, 2},
                    .verdict = MW_ROW_GAP,
                    .all_cores = {4, 3, 4},
                    .all_cores_verdict = MW_ROW_FEW}},
        .compute_count = 1,
        .compute = {{.isa = "avx2",
                     .op = "fma",
                     .threads = 1,
                     .flops_per_second = {2, 1, 2},
                     .verdict = MW_ROW_ALONE,
                     .sustained = {1, 1, 1},
                     .sustained_verdict = MW_ROW_FEW}},
        .mix_count = 1,
        .mix =
            {{.level = "L1", .op = "copy", .bytes_per_second = {2, 1, 2}, .verdict = MW_ROW_FEW}},
    };
    json_t *machine = mw_report_machine(&c);
    const json_t *level = first(machine, "levels"), *peak = first(machine, "compute");
    const struct {
        const json_t *row;
        mw_row_verdict verdict;
    } rows[] = {{level, MW_ROW_GAP},
                {json_object_get(level, "all_cores"), MW_ROW_FEW},
                {peak, MW_ROW_ALONE},
                {json_object_get(peak, "sustained"), MW_ROW_FEW},
                {first(machine, "mix"), MW_ROW_FEW}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(text(rows[i].row, "verdict"), "unsure");
        mw_reason reason = mw_reason_from_json(json_object_get(rows[i].row, "reason"));
        assert_int_equal(reason.id, mw_row_verdict_reason(rows[i].verdict));
    }
    /* And back, with its doubts. */
    mw_calibration read;
    mw_error error;
    assert_int_equal(mw_report_machine_read(machine, &read, &error), MW_OK);
    assert_int_equal(read.levels[0].verdict, MW_ROW_GAP);
    assert_int_equal(read.compute[0].verdict, MW_ROW_ALONE);
    json_decref(machine);
}

static void a_row_that_stands_says_nothing(void **state)
{
    (void)state;
    mw_calibration c = {
        .compute_count = 1,
        .compute = {{.isa = "avx2", .op = "fma", .threads = 1, .sustained = {1, 1, 1}}},
        .mix_count = 1,
        .mix = {{.level = "L1", .op = "copy"}},
    };
    json_t *machine = mw_report_machine(&c);
    const json_t *peak = first(machine, "compute"), *mix = first(machine, "mix");
    assert_null(json_object_get(peak, "verdict"));
    assert_null(json_object_get(json_object_get(peak, "sustained"), "verdict"));
    assert_null(json_object_get(mix, "verdict"));
    assert_string_equal(text(mix, "op"), "copy");
    json_decref(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_says_that_it_is_unsure_and_why),
        cmocka_unit_test(a_row_that_stands_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
