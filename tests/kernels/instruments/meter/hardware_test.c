/* hardware_test.c: each errno as a state of its own; this machine says its own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "meter/hardware.h"

static void each_refusal_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        int error, paranoid;
        mw_hardware_state expected;
        const char *words;
    } table[] = {
        {ENOENT, 2, MW_HARDWARE_NO_PMU, "virtual machine"},
        {EACCES, 3, MW_HARDWARE_PARANOID, "perf_event_paranoid=3"},
        {EPERM, 4, MW_HARDWARE_PARANOID, "sysctl"},
        {EPERM, 2, MW_HARDWARE_SECCOMP, "container"},
        {EACCES, -1, MW_HARDWARE_SECCOMP, "container"},
        {ENOSYS, 2, MW_HARDWARE_NOT_BUILT, "ENOSYS"},
        {EMFILE, 2, MW_HARDWARE_FAILED, "open files"},
    };
    char text[MW_REASON_TEXT];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        mw_hardware hardware = {0};
        mw_hardware_classify(table[i].error, table[i].paranoid, &hardware);
        assert_int_equal(hardware.state, table[i].expected);
        assert_non_null(strstr(mw_reason_english(&hardware.reason, text), table[i].words));
        assert_true(mw_reason_is(&hardware.brief));
    }
    mw_hardware hardware = {0};
    mw_hardware_classify(0, 2, &hardware);
    assert_int_equal(hardware.state, MW_HARDWARE_PRESENT);
}

static void this_machine_says_what_it_has_or_why_not(void **state)
{
    (void)state;
    const mw_hardware *hardware = mw_hardware_probe();
    assert_ptr_equal(hardware, mw_hardware_probe());
    assert_true(mw_reason_is(&hardware->reason));
    if (hardware->state == MW_HARDWARE_PRESENT)
        assert_true(hardware->event[MW_EVENT_FLOPS_F32][0] ||
                    hardware->event[MW_EVENT_DRAM_BYTES][0] ||
                    hardware->event[MW_EVENT_L1_BYTES][0]);
    else
        assert_true(mw_reason_is(&hardware->brief));
    char text[MW_REASON_TEXT];
    print_message("%s\n", mw_reason_english(&hardware->reason, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_refusal_is_told_apart),
        cmocka_unit_test(this_machine_says_what_it_has_or_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
