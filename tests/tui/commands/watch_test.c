/* On a terminal a long measurement tells what it is doing, and Ctrl-C ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/harness/program.h"
#include "tests/harness/vt.h"

enum { WAIT_MS = 30000 };

static void a_long_measurement_says_how_far_it_is_until_it_is_ended(void **state)
{
    (void)state;
    static const char *const argv[] = {MEMWALL,  "measure", "gemm/ijk",    "m=3000",
                                       "n=3000", "k=3000",  "--no-verify", NULL};
    const char *home = program_home();
    assert_non_null(home);
    mw_vt *vt =
        mw_vt_start(&(mw_vt_options){.argv = argv, .columns = 100, .rows = 10, .home = home});
    assert_non_null(vt);
    assert_true(mw_vt_wait_text(vt, "FLOP so far, ", WAIT_MS));
    assert_true(mw_vt_wait_text(vt, "Ctrl-C ends it", WAIT_MS)); /* the line may come in pieces */
    mw_vt_key(vt, "C-c");
    int status = 0;
    assert_true(mw_vt_wait_exit(vt, &status, WAIT_MS));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
    assert_true(mw_vt_shows(vt, "memwall measure: interrupted"));
    assert_false(mw_vt_shows(vt, "so far"));
    mw_vt_free(vt);
    program_home_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_measurement_says_how_far_it_is_until_it_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
