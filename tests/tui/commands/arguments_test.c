/* arguments_test.c: what a result's title says of the arguments it was given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <jansson.h>

#include "tui/commands/arguments.h"

static void a_title_says_how_many_threads_there_were(void **state)
{
    (void)state;
    char text[256];
    json_t *answer = json_pack("{s:s, s:{s:i}, s:i}", "kernel", "gemm/parallel", "args", "threads",
                               2, "threads_had", 1);
    mw_arguments_title(answer, text, sizeof text);
    assert_string_equal(text, "gemm/parallel  threads 1 of 2");
    json_object_set_new(answer, "threads_had", json_integer(2));
    mw_arguments_title(answer, text, sizeof text);
    assert_string_equal(text, "gemm/parallel  threads 2");
    json_object_del(answer, "threads_had"); /* of a recording from before it was told */
    mw_arguments_title(answer, text, sizeof text);
    assert_string_equal(text, "gemm/parallel  threads 2");
    json_decref(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_title_says_how_many_threads_there_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
