/*
 * Where the program is put: files that are none, disks that are full, pipes that do not wait, homes
 * that are not there. It says what it could not do, does the rest, and never hangs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/harness/program.h"

/* A command of a shell, with the program as $0. */
static outcome shell(const char *command)
{
    return program_run("", "/bin/sh", "-c", command, MEMWALL, NULL);
}

static void expect_code(const outcome *result, int code)
{
    if (result->code != code)
        fail_msg("code %d signal %d: %s", result->code, result->signal, result->err);
}

static void a_pipe_where_a_file_should_be_holds_nobody(void **state)
{
    (void)state;
    outcome result = shell("mkdir -p $XDG_DATA_HOME/courses/a $XDG_DATA_HOME/courses/b &&"
                           "mkfifo $XDG_DATA_HOME/courses/a/course.json &&"
                           "mkdir -p $XDG_DATA_HOME/courses/b/x/text &&"
                           "mkfifo $XDG_DATA_HOME/courses/b/x/lab.lua &&"
                           "MEMWALL_COURSES=$XDG_DATA_HOME/courses $0 course");
    assert_true(program_is_one_line(&result, "a/course.json: it is no regular file"));
    program_free(&result);
    outcome cache = shell("mkdir -p $XDG_CACHE_HOME/memwall && $0 machine --json >/dev/null &&"
                          "f=$(echo $XDG_CACHE_HOME/memwall/machine-*.json) && rm $f && "
                          "mkfifo $f && timeout 30 $0 export roofline machine -o x.json");
    expect_code(&cache, 2);
    assert_non_null(strstr(cache.err, "no roofs are remembered yet"));
    program_free(&cache);
}

/* `memwall course` sends there, so that both say the same. */
static void a_course_that_cannot_be_read_is_named_with_its_line_by_course_and_doctor(void **state)
{
    (void)state;
    static const char reason[] = "c/course.json:2: not JSON";
    outcome made = shell("mkdir -p $XDG_DATA_HOME/bad/c $XDG_DATA_HOME/bad/empty &&"
                         "printf '{\"id\": \"c\",\n oops}' >$XDG_DATA_HOME/bad/c/course.json");
    expect_code(&made, 0);
    program_free(&made);
    outcome course = shell("MEMWALL_COURSES=$XDG_DATA_HOME/bad $0 course");
    assert_true(program_is_one_line(&course, reason));
    program_free(&course);
    outcome run = shell("MEMWALL_COURSES=$XDG_DATA_HOME/bad $0 run 04");
    assert_true(program_is_one_line(&run, reason));
    program_free(&run);
    outcome doctor = shell("MEMWALL_COURSES=$XDG_DATA_HOME/bad $0 doctor --json |"
                           "grep -A3 -B3 '\"courses\"'");
    assert_non_null(strstr(doctor.out, reason));
    assert_non_null(strstr(doctor.out, "warning"));
    program_free(&doctor);
    /* A whole course beside it is shown all the same. */
    outcome both =
        shell("mkdir $XDG_DATA_HOME/bad/d && printf '{\"id\":\"d\",\"title\":\"Whole\"}' "
              ">$XDG_DATA_HOME/bad/d/course.json &&"
              "MEMWALL_COURSES=$XDG_DATA_HOME/bad $0 course");
    expect_code(&both, 0);
    assert_non_null(strstr(both.out, "Whole"));
    assert_non_null(strstr(both.err, reason));
    program_free(&both);
    /* What is not found may be in the broken one. */
    outcome other = shell("MEMWALL_COURSES=$XDG_DATA_HOME/bad $0 run 04");
    assert_true(program_is_one_line(&other, reason));
    program_free(&other);
    outcome none = shell("MEMWALL_COURSES=$XDG_DATA_HOME/bad/empty $0 doctor");
    assert_non_null(strstr(none.out, "no folder in it has a course.json"));
    program_free(&none);
}

/* Whatever this machine was sure of: its remembered rows are made unsure. */
static void a_roof_that_is_unsure_is_marked_and_says_why(void **state)
{
    (void)state;
    outcome result = shell(
        "$0 machine --json >/dev/null; f=$(echo $XDG_CACHE_HOME/memwall/machine-*.json) && sed -i "
        "'s/\"\\(isa\\)\":/\"verdict\": \"unsure\", \"reason\": \"said here\", &/; "
        "s/\"sustained\": {/&\"verdict\": \"unsure\", /' $f && $0 machine > $XDG_DATA_HOME/table &&"
        "grep -q 'scalar  f32 .* 1  *[0-9.]* .FLOP/s ?  .*[a-z]\\{4\\}' $XDG_DATA_HOME/table &&"
        "grep -q ' to .*FLOP/s  *[0-9.]* .FLOP/s ?' $XDG_DATA_HOME/table || cat "
        "$XDG_DATA_HOME/table");
    expect_code(&result, 0);
    assert_string_equal(result.out, "");
    program_free(&result);
}

static void what_is_named_may_be_a_pipe(void **state)
{
    (void)state;
    outcome result = program_run("", "/bin/bash", "-c",
                                 "$0 export roofline machine --from <(cat " MACHINE ") -o "
                                 "$XDG_DATA_HOME/x.json",
                                 MEMWALL, NULL);
    expect_code(&result, 0);
    program_free(&result);
}

static void a_full_disk_leaves_the_picture_that_was_there(void **state)
{
    (void)state;
    static const char *const names[] = {
        "txt",
#ifdef MW_DRAWS
        "svg",
        "png",
#endif
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char command[512];
        snprintf(command, sizeof command,
                 "cd $XDG_DATA_HOME; echo good > p.%s; ulimit -f 1; $0 screen course -o p.%s; "
                 "c=$?; cat p.%s; ls; exit $c",
                 names[i], names[i], names[i]);
        outcome result = shell(command);
        expect_code(&result, 1);
        assert_non_null(strstr(result.err, "cannot be written: File too large"));
        assert_non_null(strstr(result.out, "good\n"));
        assert_null(strstr(result.out, ".tmp"));
        program_free(&result);
    }
}

static void a_limit_of_file_sizes_ends_nothing(void **state)
{
    (void)state;
    outcome result = shell("ulimit -f 8; $0 machine --fresh");
    expect_code(&result, 0);
    assert_non_null(strstr(result.err, "the machine is not remembered"));
    assert_non_null(strstr(result.err, "File too large"));
    program_free(&result);
}

/* A pipe that does not wait, and a reader that does not hurry. */
static void standard_output_that_does_not_wait_gets_everything(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fcntl(ends[0], F_SETPIPE_SZ, 4096);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(MEMWALL, MEMWALL, "kernels", "--json", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    char *text = calloc(1, 1 << 20);
    size_t size = 0;
    ssize_t got;
    do {
        poll(NULL, 0, 5);
        got = read(ends[0], text + size, 4096);
        size += got > 0 ? (size_t)got : 0;
    } while (got > 0 && size < (1 << 20) - 8192);
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    json_t *kernels = program_json(text);
    assert_non_null(kernels);
    json_decref(kernels);
    free(text);
    close(ends[0]);
}

static void a_byte_order_mark_is_read_over_and_another_encoding_said(void **state)
{
    (void)state;
    const char *answers = program_file("mark.json", "\xef\xbb\xbf{\"nowhere\": {}}");
    outcome result = program_run("", MEMWALL, "run", "04", "--no-progress", "-a", answers, NULL);
    expect_code(&result, 2);
    assert_non_null(strstr(result.err, "this lab has no step 'nowhere'"));
    program_free(&result);
    const char *other = program_file("other.json", "\xff\xfe{");
    result = program_run("", MEMWALL, "run", "04", "--no-progress", "-a", other, NULL);
    assert_true(program_is_one_line(&result, "UTF-16"));
    expect_code(&result, 2);
    program_free(&result);
}

static double number_after(const char *text, const char *words)
{
    const char *at = strstr(text, words);
    if (!at)
        fail_msg("'%s' is not in: %s", words, text);
    return strtod(at + strlen(words), NULL);
}

/* What doctor says is what a kernel gets; the largest size that is offered is taken; and who may
 * have more address space has more memory. */
static void a_limit_of_address_space_is_the_same_for_all_who_ask(void **state)
{
    (void)state;
#ifdef MW_INSTRUMENTED
    skip(); /* a sanitizer maps terabytes */
#endif
    double before = 0;
    for (int limit = 300000; limit <= 500000; limit += 50000) {
        char command[256];
        snprintf(command, sizeof command, "ulimit -v %d; $0 doctor", limit);
        outcome doctor = shell(command);
        double told = number_after(doctor.out, "memory a kernel may take");
        program_free(&doctor);
        snprintf(command, sizeof command, "ulimit -v %d; $0 measure stream/read n=1000000000",
                 limit);
        outcome refused = shell(command);
        expect_code(&refused, 2);
        double allowed = number_after(refused.err, "this machine allows ");
        long largest = (long)number_after(refused.err, "n may be 1 to ");
        program_free(&refused);
        assert_float_equal(told, allowed, 0.0101);
        assert_true(told > before);
        before = told;
        snprintf(command, sizeof command,
                 "ulimit -v %d; $0 measure stream/read n=%ld --budget 0.05 --model 0", limit,
                 largest);
        outcome taken = shell(command);
        expect_code(&taken, 0);
        program_free(&taken);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define AT_HOME(name) cmocka_unit_test_setup_teardown(name, program_begin, program_end)
        AT_HOME(a_pipe_where_a_file_should_be_holds_nobody),
        AT_HOME(a_course_that_cannot_be_read_is_named_with_its_line_by_course_and_doctor),
        AT_HOME(a_roof_that_is_unsure_is_marked_and_says_why),
        AT_HOME(what_is_named_may_be_a_pipe),
        AT_HOME(a_full_disk_leaves_the_picture_that_was_there),
        AT_HOME(a_limit_of_file_sizes_ends_nothing),
        AT_HOME(standard_output_that_does_not_wait_gets_everything),
        AT_HOME(a_byte_order_mark_is_read_over_and_another_encoding_said),
        AT_HOME(a_limit_of_address_space_is_the_same_for_all_who_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
