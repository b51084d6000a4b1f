/* What the worker's side of `doctor` says in a build without PAPI. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu.h"
#include "labs/engine/wire/wire.h"
#include "labs/engine/worker/report.h"

static const json_t *check_of(const json_t *report, const char *id)
{
    size_t index;
    json_t *check;
    json_array_foreach(json_object_get(report, "checks"), index, check)
    {
        if (strcmp(json_string_value(json_object_get(check, "id")), id) == 0)
            return check;
    }
    fail_msg("no check %s", id);
    return NULL;
}

static mw_reason_id reason_at(const json_t *check, const char *member)
{
    return mw_reason_from_json(json_object_get(check, member)).id;
}

/* By its id, which the front end translates, and not by an English sentence. */
static void why_papi_is_absent_is_a_reason_with_an_id(void **state)
{
    (void)state;
    json_t *report = mw_report_doctor();
    const json_t *hardware = check_of(report, "papi-hardware"), *own = check_of(report, "papi-sde");
    assert_int_equal(reason_at(hardware, "value"), MW_REASON_NO_PAPI);
    assert_int_equal(reason_at(hardware, "note"), MW_REASON_NO_PAPI_LONG);
    assert_string_equal(json_string_value(json_object_get(own, "state")), "absent");
    assert_int_equal(reason_at(own, "value"), MW_REASON_NOT_REGISTERED);
    assert_int_equal(reason_at(own, "note"), MW_REASON_NO_PAPI_LONG);
    json_decref(report);
}

static int set_up(void **state)
{
    (void)state;
    mw_error error = {0};
    return mw_cpu_init(&error) == MW_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(why_papi_is_absent_is_a_reason_with_an_id),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
