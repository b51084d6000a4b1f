/* Labs that are none, that print without end, and that never come back: one clear line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/commands/small_lab.h"

static void a_lab_with_a_syntax_error_names_file_and_line(void **state)
{
    (void)state;
    char *folder =
        below_home("syntax", "local mw = require \"memwall\"\nreturn mw.lab {{\n", small_text);
    expect_refusal(program_run("", MEMWALL, "run", folder, "-m", machine_file(), NULL), "lab.lua:");
}

/* What Lua gives up on before it knows a line. */
static void a_lab_that_cannot_even_be_read_names_its_file(void **state)
{
    (void)state;
    char nest[5200] = "return ";
    memset(nest + 7, '(', 5000);
    const char *sources[] = {nest, "\033Lua"};
    for (size_t i = 0; i < 2; i++) {
        char *folder = below_home(i ? "compiled" : "nest", sources[i], small_text);
        outcome result = program_run("", MEMWALL, "run", folder, "--plain", NULL);
        assert_int_equal(result.code, 2);
        if (!strstr(result.err, "lab.lua: "))
            fail_msg("%s", result.err);
        program_free(&result);
    }
}

/* However much it prints, what the reader came for is found between. */
static void a_lab_that_prints_in_a_loop_is_told_in_part(void **state)
{
    (void)state;
    char source[4096];
    snprintf(source, sizeof source, "for i = 1, 20000 do print('line ' .. i) end\n%s", small_lab);
    char *folder = below_home("talks", source, small_text);
    outcome result = program_run("", MEMWALL, "run", folder, "--plain", NULL);
    assert_non_null(strstr(result.out, "How many?"));
    size_t lines = 0;
    for (const char *at = result.out; (at = strstr(at, "Log: ")); at++)
        lines++;
    assert_true(lines > 10 && lines < 1000);
    program_free(&result);
}

static void a_lab_that_loops_is_ended(void **state)
{
    (void)state;
    char *folder = below_home("loop", "while true do end\n", small_text);
    outcome result = program_run("", MEMWALL, "run", folder, "-m", machine_file(), NULL);
    assert_int_equal(result.signal, 0);
    assert_int_equal(result.code, 2);
    assert_true(program_is_one_line(&result, "did not come back"));
    program_free(&result);
}

static void a_lab_that_allocates_without_end_is_refused(void **state)
{
    (void)state;
    char *folder = below_home(
        "memory", "local t = {}\nfor i = 1, math.huge do t[i] = (\"x\"):rep(1000000) .. i end\n",
        small_text);
    outcome result = program_run("", MEMWALL, "run", folder, "-m", machine_file(), NULL);
    assert_int_equal(result.signal, 0);
    assert_int_equal(result.code, 2);
    assert_true(program_is_one_line(&result, "memory"));
    program_free(&result);
}

static void escape_codes_of_a_lab_do_not_reach_the_output(void **state)
{
    (void)state;
    const char *machine = machine_file();
    char *text =
        below_home("text", small_lab, "# Small \033]0;stolen\007\n## count: Count\nHow many?\n");
    expect_refusal(program_run("", MEMWALL, "run", text, "-m", machine, NULL), "0x1b");
    char *thrown = below_home("thrown", "error(\"\\27[31mred\\27]0;title\\7\")\n", small_text);
    outcome result = program_run("", MEMWALL, "run", thrown, "-m", machine, NULL);
    assert_null(strpbrk(result.err, "\033\007"));
    expect_refusal(result, "red");
    char *printed = below_home("printed", "print(\"\\27[2Jgone\")\n", small_text);
    result = program_run("", MEMWALL, "run", printed, "-m", machine, NULL);
    assert_int_equal(result.code, 2);
    assert_null(strchr(result.out, '\033'));
    assert_null(strchr(result.err, '\033'));
    program_free(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lab_with_a_syntax_error_names_file_and_line),
        cmocka_unit_test(a_lab_that_cannot_even_be_read_names_its_file),
        cmocka_unit_test(a_lab_that_prints_in_a_loop_is_told_in_part),
        cmocka_unit_test(a_lab_that_loops_is_ended),
        cmocka_unit_test(a_lab_that_allocates_without_end_is_refused),
        cmocka_unit_test(escape_codes_of_a_lab_do_not_reach_the_output),
    };
    return cmocka_run_group_tests(tests, start_home, program_end);
}
