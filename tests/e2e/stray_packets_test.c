/* What is no message on the connection to the worker is said, and no answer counts as refused. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/host/kept.h"

/* A worker beside which something else writes to the connection all the time. */
static const char *disturbed_worker(void)
{
    char text[512];
    snprintf(text, sizeof text,
             "#!/bin/sh\n"
             "(i=0; while [ $i -lt 500 ]; do\n"
             "    for j in 1 2 3 4 5; do printf 'no message' >&3; done\n"
             "    sleep 0.001; i=$((i + 1)); done) 2>/dev/null &\n"
             "exec '%s' \"$@\"\n",
             MW_WORKER);
    const char *path = program_file("worker", text);
    assert_int_equal(chmod(path, 0700), 0);
    return path;
}

/* A stray between an answer and its verdict is what matters, so it is tried a few times. */
static void strays_are_said_and_every_answer_is_taken(void **state)
{
    (void)state;
    char answers[] = "2*n^2\n4*n^2 + 4*(n + n)\n\n0.5, 8 GFLOP/s\nquit\n";
    setenv("MEMWALL_WORKER", disturbed_worker(), 1);
    for (int i = 0; i < 4; i++) {
        outcome disturbed = program_run(answers, MEMWALL, "run", "04", "--plain", "--fresh",
                                        "--seed", "s", "--measurements", KEPT_RECORDING, NULL);
        assert_non_null(strstr(disturbed.out, "from the worker: a packet is not JSON"));
        program_free(&disturbed);
        assert_int_equal(kept_number("SELECT count(*) FROM event WHERE attempt = (SELECT max(id)"
                                     " FROM attempt) AND json_extract(event, '$.e') = 'submit'"),
                         2);
    }
    unsetenv("MEMWALL_WORKER");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(strays_are_said_and_every_answer_is_taken, kept_begin,
                                        kept_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
