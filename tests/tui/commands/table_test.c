/* The command table: what it promises to the parser, the help and the shell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "model/nearest.h"
#include "tui/commands/command.h"

static void every_command_has_a_summary_and_unique_names(void **state)
{
    (void)state;
    size_t count;
    const mw_command *table = mw_command_table(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(table[i].run);
        assert_true(strlen(table[i].summary) > 8);
        assert_ptr_equal(mw_command_find(table[i].name), &table[i]);
        int options = 0;
        for (const mw_option *a = table[i].options; a->name; a++, options++) {
            assert_true(strlen(a->summary) > 8);
            for (const mw_option *b = a + 1; b->name; b++) {
                assert_string_not_equal(a->name, b->name);
                assert_true(!a->letter || a->letter != b->letter);
            }
        }
        assert_true(options <= MW_OPTION_MAX);
    }
}

static void the_nearest_name_is_the_one_that_was_meant(void **state)
{
    (void)state;
    static const char *const names[] = {"course", "run", "machine", "kernels", "measure"};
    assert_string_equal(mw_nearest("mashine", names, 5), "machine");
    assert_string_equal(mw_nearest("kernel", names, 5), "kernels");
    assert_string_equal(mw_nearest("meas", names, 5), "measure");
    assert_string_equal(mw_nearest("urn", names, 5), "run");
    assert_null(mw_nearest("banana", names, 5));
    assert_null(mw_nearest("", names, 5));
    char endless[4096];
    memset(endless, 'a', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    assert_null(mw_nearest(endless, names, 5));
}

static void the_help_lists_every_command(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    mw_command_help(file);
    fclose(file);
    size_t count;
    const mw_command *table = mw_command_table(&count);
    for (size_t i = 0; i < count; i++)
        assert_non_null(strstr(text, table[i].summary));
    free(text);
}

static void a_given_option_is_found_and_a_missing_one_is_not(void **state)
{
    (void)state;
    const mw_command *version = mw_command_find("version");
    char *with[] = {(char[]){"version"}, (char[]){"--json"}, NULL};
    mw_request request;
    assert_int_equal(mw_command_parse(version, 2, with, &request), MW_GO_ON);
    assert_true(mw_request_has(&request, "json"));
    assert_int_equal(request.count, 0);

    char *short_form[] = {(char[]){"version"}, (char[]){"operand"}, (char[]){"-j"}, NULL};
    assert_int_equal(mw_command_parse(version, 3, short_form, &request), MW_GO_ON);
    assert_true(mw_request_has(&request, "json"));
    assert_int_equal(request.count, 1);
    assert_string_equal(request.operands[0], "operand");

    char *without[] = {(char[]){"version"}, NULL};
    assert_int_equal(mw_command_parse(version, 1, without, &request), MW_GO_ON);
    assert_false(mw_request_has(&request, "json"));
}

static void an_unknown_option_is_a_usage_error(void **state)
{
    (void)state;
    const mw_command *version = mw_command_find("version");
    mw_request request;
    char *words[] = {"--jsno", "-z", "--json=1", "--", NULL};
    for (int i = 0; i < 3; i++) {
        char *argv[] = {(char[]){"version"}, words[i], NULL};
        assert_int_equal(mw_command_parse(version, 2, argv, &request), MW_EXIT_USAGE);
    }
    char *end[] = {(char[]){"version"}, words[3], (char[]){"--json"}, NULL};
    assert_int_equal(mw_command_parse(version, 3, end, &request), MW_GO_ON);
    assert_string_equal(request.operands[0], "--json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_a_summary_and_unique_names),
        cmocka_unit_test(the_nearest_name_is_the_one_that_was_meant),
        cmocka_unit_test(the_help_lists_every_command),
        cmocka_unit_test(a_given_option_is_found_and_a_missing_one_is_not),
        cmocka_unit_test(an_unknown_option_is_a_usage_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
