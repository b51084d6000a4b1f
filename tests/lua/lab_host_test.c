/* The lab as the worker holds it: files in, replies out, mistakes told in one line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "labs/engine/worker/lab.h"

static const char scripts[] = SOURCE_DIR "/scripts-lua";
static const char lab_04[] = SOURCE_DIR "/labs/memory-wall/04-gemv-gemm";

static mw_status open_dir(const char *dir, const char *locale, mw_lab **lab, mw_error *error)
{
    json_t *request = json_pack("{s:s, s:s, s:s}", "dir", dir, "locale", locale, "seed", "1");
    mw_status status = mw_lab_open(lab, request, NULL, scripts, error);
    json_decref(request);
    return status;
}

/* Writes a lab of the given source and text into a fresh folder and opens it. */
static mw_status open_source(const char *source, const char *text, mw_lab **lab, mw_error *error)
{
    char dir[] = "/tmp/memwall-lab-XXXXXX", path[128];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/text", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    const char *names[] = {"lab.lua", "text/en.md"};
    const char *contents[] = {source, text};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        fputs(contents[i], file);
        fclose(file);
    }
    mw_status status = open_dir(dir, "en", lab, error);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/text", dir);
    rmdir(path);
    rmdir(dir);
    return status;
}

static const char plain_text[] = "# A lab\n## one: One\nText.\n";

#define LAB(steps)                                                                                 \
    "local mw = require \"memwall\"\n"                                                             \
    "return mw.lab { format = 1, id = \"x\", version = \"1\", minutes = { 1, 2 }, memory = 0,\n"   \
    "  steps = {\n" steps "} }\n"

static void expect_refusal(const char *source, const char *text, mw_status status, const char *said)
{
    mw_lab *lab = NULL;
    mw_error error = {0};
    assert_int_equal(open_source(source, text, &lab, &error), status);
    assert_null(lab);
    if (!strstr(error.message, said))
        fail_msg("expected \"%s\" in \"%s\"", said, error.message);
}

static void a_lab_opens_and_takes_its_first_input(void **state)
{
    (void)state;
    mw_lab *lab = NULL;
    mw_error error = {0};
    json_t *reply = NULL, *event = json_pack("{s:s, s:{}}", "e", "machine", "machine");
    assert_int_equal(open_dir(lab_04, "zh_CN", &lab, &error), MW_OK);
    assert_int_equal(json_integer_value(json_object_get(mw_lab_about(lab), "number")), 4);
    assert_int_equal(mw_lab_input(lab, event, NULL, &reply, &error), MW_OK);
    assert_non_null(json_object_get(reply, "view"));
    json_decref(reply);
    json_decref(event);
    mw_lab_close(lab);
}

static void an_error_leaves_the_lab_as_it_was(void **state)
{
    (void)state;
    mw_lab *lab = NULL;
    mw_error error = {0};
    json_t *before = NULL, *after = NULL, *none = NULL;
    json_t *machine = json_pack("{s:s, s:{}}", "e", "machine", "machine");
    json_t *early = json_pack("{s:s, s:s}", "e", "run", "step", "gemv");
    assert_int_equal(open_dir(lab_04, "en", &lab, &error), MW_OK);
    assert_int_equal(mw_lab_input(lab, machine, NULL, &before, &error), MW_OK);
    assert_int_equal(mw_lab_input(lab, early, NULL, &none, &error), MW_INVALID);
    assert_null(none);
    assert_non_null(strstr(error.message, "waits for 'count'"));
    assert_int_equal(mw_lab_input(lab, machine, NULL, &after, &error), MW_OK);
    assert_true(json_equal(before, after));
    json_decref(before);
    json_decref(after);
    json_decref(machine);
    json_decref(early);
    mw_lab_close(lab);
}

/* Also in a language that nobody reads just now. */
static void every_text_of_a_lab_is_measured_when_it_is_opened(void **state)
{
    (void)state;
    mw_lab *lab = NULL;
    mw_error error = {0};
    char dir[] = "/tmp/memwall-long-XXXXXX", command[512];
    assert_non_null(mkdtemp(dir));
    snprintf(command, sizeof command,
             "cp -r %s/. %s && { printf '\n## point\n'; head -c 50000 /dev/zero | tr '\\0' x; } "
             ">> %s/text/zh_CN.md",
             lab_04, dir, dir);
    assert_int_equal(system(command), 0);
    assert_int_equal(open_dir(dir, "en", &lab, &error), MW_INVALID);
    assert_non_null(strstr(error.message, "text/zh_CN.md:"));
    assert_non_null(strstr(error.message, "'## point' has 48 KiB of text"));
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0);
}

static void what_a_student_types_comes_back_harmless(void **state)
{
    (void)state;
    mw_lab *lab = NULL;
    mw_error error = {0};
    json_t *reply = NULL;
    json_t *event = json_pack("{s:s, s:s, s:{s:s, s:s}}", "e", "submit", "step", "count", "values",
                              "flop", "1\x1b]0;title\x07", "bytes", "\xc2\x9b\xe2\x80\xae");
    assert_int_equal(open_dir(lab_04, "en", &lab, &error), MW_OK);
    assert_int_equal(mw_lab_input(lab, event, NULL, &reply, &error), MW_OK);
    char *text = json_dumps(reply, JSON_COMPACT);
    assert_null(strstr(text, "\\u001b"));
    assert_null(strstr(text, "\\u0007"));
    assert_null(strstr(text, "\xc2\x9b"));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_non_null(strstr(text, "\xef\xbf\xbd]0;title"));
    free(text);
    json_decref(reply);
    json_decref(event);
    mw_lab_close(lab);
}

static void a_syntax_error_names_file_and_line(void **state)
{
    (void)state;
    expect_refusal("local mw = require \"memwall\"\nreturn mw.lab {\n  id = = 3 }\n", plain_text,
                   MW_INVALID, "lab.lua:3:");
}

static void a_typo_names_line_step_and_field_and_suggests(void **state)
{
    (void)state;
    expect_refusal(LAB("mw.predict \"one\" {\n  wihtin = 0.02,\n  ask = { a = { \"1\" } } } "),
                   plain_text, MW_INVALID,
                   "lab.lua:5: step 'one': field 'wihtin': is not known here; did you mean "
                   "'within'?");
}

static void endless_allocation_meets_the_cap(void **state)
{
    (void)state;
    expect_refusal("local t = {}\nwhile true do t[#t + 1] = (\"x\"):rep(1000) .. #t end\n",
                   plain_text, MW_NO_MEMORY, "64 MiB");
    expect_refusal("local s = (\"x\"):rep(1 << 30)\n", plain_text, MW_NO_MEMORY, "64 MiB");
}

static void a_swallowed_memory_error_still_ends_the_lab(void **state)
{
    (void)state;
    expect_refusal("pcall(function() return (\"x\"):rep(1 << 30) end)\n" LAB("mw.read \"one\" {}"),
                   plain_text, MW_NO_MEMORY, "64 MiB");
}

static void binary_chunks_are_refused(void **state)
{
    (void)state;
    expect_refusal("\x1bLua", plain_text, MW_INVALID, "binary chunk");
}

static void escape_codes_in_a_text_are_refused_with_their_line(void **state)
{
    (void)state;
    expect_refusal(LAB("mw.read \"one\" {}"), "# A lab\n## one: One\nA \x1b[31mred\x1b[0m word.\n",
                   MW_INVALID, "text/en.md:3: byte 0x1b");
}

static void escape_codes_in_a_lab_are_refused(void **state)
{
    (void)state;
    expect_refusal("local mw = require \"memwall\"\n"
                   "return mw.lab { format = 1, id = \"x\", version = \"1\\27[2J\",\n"
                   "  minutes = { 1, 2 }, memory = 0, steps = { mw.read \"one\" {} } }\n",
                   plain_text, MW_INVALID, "field 'version': holds byte 0x1b");
}

static void what_a_lab_must_not_have_is_not_there(void **state)
{
    (void)state;
    static const char *const names[] = {"os",     "io",       "debug",    "load",
                                        "dofile", "package",  "loadfile", "collectgarbage",
                                        "next",   "coroutine"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char source[128], said[64];
        snprintf(source, sizeof source, "local x = %s.y", names[i]);
        snprintf(said, sizeof said, "'%s' is not defined", names[i]);
        expect_refusal(source, plain_text, MW_INVALID, said);
    }
    expect_refusal("require \"memwall.native\"", plain_text, MW_INVALID, "there is no module");
    expect_refusal("require \"memwall.lang.en\"", plain_text, MW_INVALID, "there is no module");
    expect_refusal("require \"../../etc/passwd\"", plain_text, MW_INVALID, "there is no module");
    expect_refusal("local x = string.dump(print)", plain_text, MW_INVALID, "dump");
    expect_refusal("local x = math.random()", plain_text, MW_INVALID, "mw.random(seed)");
    expect_refusal("setmetatable({}, { __gc = print })", plain_text, MW_INVALID, "__gc");
    expect_refusal("string.rep = nil", plain_text, MW_INVALID, "cannot be changed");
    expect_refusal("x = 1", plain_text, MW_INVALID, "would be a global");
    expect_refusal("string.format('%p', {})", plain_text, MW_INVALID, "address");
    expect_refusal("error({})", plain_text, MW_INVALID, "lab.lua");
    expect_refusal("error(tostring({}) .. tostring(print))", plain_text, MW_INVALID,
                   "tablefunction");
}

static void deep_recursion_is_an_error_and_not_a_crash(void **state)
{
    (void)state;
    expect_refusal("local function f() return 1 + f() end f()", plain_text, MW_NO_MEMORY,
                   "recursion");
}

static void a_missing_lab_or_text_is_named(void **state)
{
    (void)state;
    mw_lab *lab = NULL;
    mw_error error = {0};
    assert_int_equal(open_dir("/nonexistent/lab", "en", &lab, &error), MW_IO);
    assert_non_null(strstr(error.message, "/nonexistent/lab/lab.lua"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lab_opens_and_takes_its_first_input),
        cmocka_unit_test(an_error_leaves_the_lab_as_it_was),
        cmocka_unit_test(every_text_of_a_lab_is_measured_when_it_is_opened),
        cmocka_unit_test(what_a_student_types_comes_back_harmless),
        cmocka_unit_test(a_syntax_error_names_file_and_line),
        cmocka_unit_test(a_typo_names_line_step_and_field_and_suggests),
        cmocka_unit_test(endless_allocation_meets_the_cap),
        cmocka_unit_test(a_swallowed_memory_error_still_ends_the_lab),
        cmocka_unit_test(binary_chunks_are_refused),
        cmocka_unit_test(escape_codes_in_a_text_are_refused_with_their_line),
        cmocka_unit_test(escape_codes_in_a_lab_are_refused),
        cmocka_unit_test(what_a_lab_must_not_have_is_not_there),
        cmocka_unit_test(deep_recursion_is_an_error_and_not_a_crash),
        cmocka_unit_test(a_missing_lab_or_text_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
