/*
 * Every input that a command can be given in error: one clear line and exit code 2, or a lab that
 * goes on and says so. Nothing crashes, nothing hangs, nothing escapes to the terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tui/commands/small_lab.h"

static void unknown_words_are_refused_with_the_nearest_name(void **state)
{
    (void)state;
    expect_refusal(program_run("", MEMWALL, "mesure", NULL), "did you mean 'measure'");
    expect_refusal(program_run("", MEMWALL, "machine", "--jason", NULL), "did you mean --json");
    expect_refusal(program_run("", MEMWALL, "machine", "extra", NULL), "unexpected 'extra'");
    expect_refusal(program_run("", MEMWALL, "run", NULL), "usage: memwall run");
    expect_refusal(program_run("", MEMWALL, "run", "gemv-gem", "--plain", NULL),
                   "did you mean gemv-gemm");
    expect_refusal(program_run("", MEMWALL, "run", "/nowhere", "--plain", NULL),
                   "/nowhere has no lab.lua");
    expect_refusal(program_run("", MEMWALL, "run", "04", "--lang", "fr", NULL), "--lang 'fr'");
    expect_refusal(program_run("", MEMWALL, "run", "04", "--seed", "", NULL), "--seed is empty");
    expect_refusal(program_run("", MEMWALL, "run", "04", "--answers", NULL), "needs a value");
    expect_refusal(program_run("", MEMWALL, "bench", "metre", NULL), "did you mean meter");
    expect_refusal(program_run("", MEMWALL, "bench", "--budget", "-1", NULL), "--budget '-1'");
    expect_refusal(program_run("", MEMWALL, "bench", "--only", "zgemm", NULL),
                   "no row has 'zgemm'");
    expect_refusal(program_run("", MEMWALL, "help", "kernel", NULL), "did you mean 'kernels'");
    expect_refusal(program_run("", MEMWALL, "kernels", "gemv/smid", NULL),
                   "did you mean gemv/simd");
}

static void a_model_names_the_wrong_cache_mode_or_kernel(void **state)
{
    (void)state;
    static const struct {
        const char *words[4], *says;
    } bad[] = {
        {{"gemm/ijk", "--cache", "L1=48K,0,64"}, "cache L1 has 0 ways"},
        {{"gemm/ijk", "--cache", "L1=48K,12,48"}, "lines of 48 bytes: a line is a power of two"},
        {{"gemm/ijk", "--cache", "L1=48K,8,64"}, "no power of two: say 12 ways (64 sets)"},
        {{"gemm/ijk", "--cache", "L1=48K"}, "is not NAME=SIZE,WAYS,LINE, as in L1=48K,12,64"},
        {{"gemm/ijk", "--cache=L1=64K,8,64", "--cache=L2=32K,8,64"}, "L1 is larger than L2"},
        {{"gemm/ijk", "--cache=L1=32K,8,64", "--mode=cachegrind"}, "cachegrind has two levels"},
        {{"gemm/ijk", "--mode", "valgrind"}, "--mode 'valgrind' is unknown"},
        {{"gemm/ijk", "--within", "soon"}, "--within 'soon' is not a number of seconds"},
        {{"gemm/ijk", "threads=2"}, "say threads=1"},
        {{"gemm/ijk", "--cache=L1=1T,16,64"}, "a size is bytes, K, M or G"},
        {{"gemm/ijk", "block=3"}, "gemm/ijk has no parameter 'block'"},
        {{"gemm/ikj", "m=0"}, "m is a whole number from 1"},
        {{"gemm/ikl"}, "no kernel is called 'gemm/ikl'"},
        {{"gemm/ijk", "threads=2"}, "threads"}, /* on one CPU there are no two */
        {{"gemm/ikj", "m=16777216", "n=16777216", "k=16777216"}, "more work than"},
        {{"gemm/ikj", "m=9000", "n=9000", "--within=0.001"}, "(--totals), or allow the time"},
        {{"gemm/ikj", "m=9000", "n=9000", "--curve"}, "a curve wants the whole trace"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *const *w = bad[i].words;
        expect_refusal(program_run("", MEMWALL, "model", w[0], w[1], w[2], w[3], NULL),
                       bad[i].says);
    }
    outcome result = program_run("", MEMWALL, "model", "gemm/openblas", NULL);
    assert_int_equal(result.code, 1);
    assert_true(program_is_one_line(&result, "runs inside OpenBLAS"));
    program_free(&result);
}

static void a_measurement_names_the_wrong_kernel_parameter_or_value(void **state)
{
    (void)state;
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/smid", NULL), "gemv/simd");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "depth=4", NULL), "depth");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "n=0", NULL), "n");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "n=-5", NULL), "n");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "n=12x", NULL), "12x");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "n=99999999999999999999", NULL),
                   "n");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "dtype=f16", NULL), "f16");
    /* A message that quotes a part cuts it between letters. */
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd",
                               "dtype=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa9", NULL),
                   "aaa? is not allowed");
    expect_refusal(program_run("", MEMWALL, "measure", "chain/train", "layers=4", "schedule=list",
                               "operations=k0 f0-2 f2", NULL),
                   "operation 5 (f2): x2 is gone since operation 4 (f2)");
    expect_refusal(program_run("", MEMWALL, "measure", "chain/train", "schedule=list",
                               "operations=k0 \xe2\x80\xa6\xe2\x80\xa6\xe2\x80\xa6\xe2\x80\xa6"
                               "\xe2\x80\xa6\xe2\x80\xa6\xe2\x80\xa6\xe2\x80\xa6\xe2\x80\xa6",
                               NULL),
                   "operation 2 (");
    expect_refusal(
        program_run("", MEMWALL, "measure", "chain/train", "schedule=budget", "budget=9", NULL),
        "budget is at least 1048576 bytes here");
    expect_refusal(program_run("", MEMWALL, "measure", "chain/train", "snapshots=0", NULL),
                   "snapshots is a whole number from 1");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "n=64", "n=65", NULL),
                   "given twice");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "64", NULL), "not KEY=VALUE");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "=64", NULL), "not KEY=VALUE");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "n=\xff", NULL), "not UTF-8");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "--vs", "gemv/opnblas", NULL),
                   "gemv/openblas");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "vs.n=4", NULL), "--vs");
    /* One name, two meanings: a batch, and a length. */
    expect_refusal(program_run("", MEMWALL, "measure", "gemm/skinny", "m=512", "k=512", "n=1",
                               "--vs", "stream/read", NULL),
                   "say vs.n=VALUE");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "m=64", "n=64", "--vs",
                               "gemm/skinny", NULL),
                   "in gemm/skinny: say vs.");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "--budget", "0", NULL),
                   "--budget");
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "--budget", "1s", NULL),
                   "--budget");
    /* Beyond any memory: refused by arithmetic, not by an allocation that fails later. */
    expect_refusal(program_run("", MEMWALL, "measure", "gemv/simd", "m=1048576", "n=1048576", NULL),
                   "iB");
}

static void an_instruction_set_is_never_raised(void **state)
{
    (void)state;
    setenv("MEMWALL_ISA", "avx1024", 1);
    outcome result = program_run("", MEMWALL, "kernels", NULL);
    unsetenv("MEMWALL_ISA");
    assert_int_equal(result.code, 2);
    assert_non_null(strstr(result.err, "avx1024"));
    program_free(&result);
}

static void answer_files_are_checked_against_the_lab(void **state)
{
    (void)state;
    const char *machine = machine_file();
    expect_refusal(
        program_run("", MEMWALL, "run", small, "-m", machine, "-a", "/nowhere.json", NULL),
        "/nowhere.json");
    expect_refusal(program_run("", MEMWALL, "run", small, "-m", machine, "-a",
                               program_file("a.json", "{\"coutn\": {}}"), "--json", NULL),
                   "no step 'coutn'");
    outcome result = program_run("", MEMWALL, "run", small, "-m", machine, "--no-progress", "-a",
                                 program_file("b.json", "{\"count\": {\"flops\": \"1\"}}"), NULL);
    assert_int_equal(result.code, 2);
    assert_non_null(strstr(result.err, "unknown field 'flops' in step 'count'"));
    program_free(&result);
    expect_refusal(program_run("", MEMWALL, "run", small, "-m", program_file("c.json", "{}"), NULL),
                   "no recording of format 1");
    expect_refusal(
        program_run("", MEMWALL, "run", small, "-m",
                    program_file("d.json", "{\"format\": 1, \"machine\": {}, \"results\": "
                                           "[{\"run\": \"gemv:1\", \"status\": {}}]}"),
                    NULL),
        "a result has no status");
    expect_refusal(
        program_run("", MEMWALL, "run", small, "-m", machine, "--record", "/proc/none/r", NULL),
        "/proc/none/r: cannot be written");
}

static void scripts_end_with_the_code_of_what_they_reached(void **state)
{
    (void)state;
    const char *machine = machine_file();
    outcome good = program_run(
        "", MEMWALL, "run", small, "-m", machine, "--no-progress", "-a",
        program_file("g.json", "{\"count\":{\"flop\":32},\"last\":{\"flop\":\"2*n^2\"}}"), NULL);
    assert_int_equal(good.code, 0);
    assert_non_null(strstr(good.out, "The lab is finished."));
    program_free(&good);
    outcome wrong = program_run(
        "", MEMWALL, "run", small, "-m", machine, "--no-progress", "-a",
        program_file("w.json", "{\"count\":{\"flop\":32},\"last\":{\"flop\":\"16\"}}"), NULL);
    assert_int_equal(wrong.code, 1);
    program_free(&wrong);
    outcome early =
        program_run("32\n", MEMWALL, "run", small, "-m", machine, "--no-progress", NULL);
    assert_int_equal(early.code, 1);
    assert_non_null(strstr(early.out, "Left at step"));
    program_free(&early);
}

static void an_unwritable_data_folder_is_said_and_the_lab_runs(void **state)
{
    (void)state;
    char kept[256];
    snprintf(kept, sizeof kept, "%s", getenv("XDG_DATA_HOME"));
    setenv("XDG_DATA_HOME", "/proc/nowhere", 1);
    outcome result = program_run("32\n\n32\n", MEMWALL, "run", small, "-m", machine_file(), NULL);
    setenv("XDG_DATA_HOME", kept, 1);
    assert_int_equal(result.code, 0);
    assert_non_null(strstr(result.out, "/proc/nowhere"));
    assert_non_null(strstr(result.out, "The lab is finished."));
    program_free(&result);
}

static void a_damaged_progress_file_is_moved_aside_and_said(void **state)
{
    (void)state;
    char kept[256], folder[300];
    snprintf(kept, sizeof kept, "%s", getenv("XDG_DATA_HOME"));
    char *garbage =
        strdup(program_file("damaged/memwall/progress.sqlite", "this was a database once\n"
                                                               "and is none any more ........"));
    snprintf(folder, sizeof folder, "%s", garbage);
    *strstr(folder, "/memwall/") = '\0';
    setenv("XDG_DATA_HOME", folder, 1);
    outcome result = program_run("32\n\n32\n", MEMWALL, "run", small, "-m", machine_file(), NULL);
    outcome again = program_run("", MEMWALL, "run", small, "-m", machine_file(), NULL);
    setenv("XDG_DATA_HOME", kept, 1);
    assert_int_equal(result.code, 0);
    assert_non_null(strstr(result.out, "moved"));
    assert_null(strstr(again.out, "moved"));
    assert_non_null(strstr(again.out, "The lab is finished.")); /* and what came after was kept */
    program_free(&result);
    program_free(&again);
    free(garbage);
}

static void a_second_instance_only_reads_and_says_so(void **state)
{
    (void)state;
    const char *machine = machine_file();
    int in[2], out[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    pid_t first = fork();
    if (first == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        execl(MEMWALL, MEMWALL, "run", small, "-m", machine, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    char bytes[4096];
    size_t used = 0;
    ssize_t got;
    while (used < sizeof bytes - 1 &&
           (got = read(out[0], bytes + used, sizeof bytes - 1 - used)) > 0) {
        used += (size_t)got;
        bytes[used] = '\0';
        if (strstr(bytes, "FLOP [FLOP]: "))
            break; /* it is open and waits for an answer */
    }
    outcome second = program_run("", MEMWALL, "run", small, "-m", machine, NULL);
    close(in[1]);
    while (read(out[0], bytes, sizeof bytes) > 0)
        ;
    close(out[0]);
    int status;
    waitpid(first, &status, 0);
    assert_true(WIFEXITED(status));
    assert_non_null(strstr(second.out, "another memwall is open"));
    program_free(&second);
}

static void a_closed_standard_input_neither_hangs_nor_crashes(void **state)
{
    (void)state;
    outcome lab =
        program_run(NULL, MEMWALL, "run", small, "-m", machine_file(), "--no-progress", NULL);
    assert_int_equal(lab.signal, 0);
    assert_int_equal(lab.code, 1);
    program_free(&lab);
    outcome course = program_run(NULL, MEMWALL, "course", NULL);
    assert_int_equal(course.code, 0);
    assert_non_null(strstr(course.out, "gemv-gemm"));
    program_free(&course);
}

static void without_utf8_only_ascii_is_written(void **state)
{
    (void)state;
    setenv("LC_ALL", "C", 1);
    outcome result = program_run("16\nhelp\n", MEMWALL, "run", small, "-m", machine_file(),
                                 "--no-progress", NULL);
    outcome course = program_run("", MEMWALL, "course", "--lang", "zh_CN", NULL);
    outcome help = program_run("", MEMWALL, "help", NULL);
    setenv("LC_ALL", "C.UTF-8", 1);
    const char *texts[] = {result.out, result.err, course.out, course.err, help.out};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (const char *at = texts[i]; *at; at++)
            assert_true((unsigned char)*at < 0x80);
    }
    program_free(&result);
    program_free(&course);
    program_free(&help);
}

static void an_ungenerated_locale_falls_back_to_utf8(void **state)
{
    (void)state;
    setenv("LC_ALL", "xx_YY.UTF-8", 1);
    outcome result = program_run("", MEMWALL, "course", "--lang", "zh_CN", NULL);
    setenv("LC_ALL", "C.UTF-8", 1);
    assert_int_equal(result.code, 0);
    assert_non_null(strstr(result.out, "内存墙"));
    program_free(&result);
}

/* On a terminal of kind `term`: what was written until the program ended. */
static char *on_terminal(const char *term, const char *typed, int *code)
{
    int master;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    pid_t pid = forkpty(&master, NULL, NULL, &size);
    if (pid == 0) {
        if (term)
            setenv("TERM", term, 1);
        else
            unsetenv("TERM");
        execl(MEMWALL, MEMWALL, "run", small, "-m", machine_file(), "--no-progress", (char *)NULL);
        _exit(127);
    }
    if (write(master, typed, strlen(typed)) < 0)
        kill(pid, SIGKILL);
    char *text = NULL, bytes[4096];
    size_t length;
    FILE *file = open_memstream(&text, &length);
    for (ssize_t got; (got = read(master, bytes, sizeof bytes)) > 0;)
        fwrite(bytes, 1, (size_t)got, file);
    fclose(file);
    close(master);
    int status;
    waitpid(pid, &status, 0);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return text;
}

static void a_dumb_or_unknown_terminal_gets_plain_lines(void **state)
{
    (void)state;
    const char *terms[] = {"dumb", "no-such-terminal", NULL};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        int code;
        char *text = on_terminal(terms[i], "quit\n", &code);
        assert_int_equal(code, 0); /* left by its reader */
        assert_null(strchr(text, '\033'));
        assert_non_null(strstr(text, "How many?"));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_words_are_refused_with_the_nearest_name),
        cmocka_unit_test(a_model_names_the_wrong_cache_mode_or_kernel),
        cmocka_unit_test(a_measurement_names_the_wrong_kernel_parameter_or_value),
        cmocka_unit_test(an_instruction_set_is_never_raised),
        cmocka_unit_test(answer_files_are_checked_against_the_lab),
        cmocka_unit_test(scripts_end_with_the_code_of_what_they_reached),
        cmocka_unit_test(an_unwritable_data_folder_is_said_and_the_lab_runs),
        cmocka_unit_test(a_damaged_progress_file_is_moved_aside_and_said),
        cmocka_unit_test(a_second_instance_only_reads_and_says_so),
        cmocka_unit_test(a_closed_standard_input_neither_hangs_nor_crashes),
        cmocka_unit_test(without_utf8_only_ascii_is_written),
        cmocka_unit_test(an_ungenerated_locale_falls_back_to_utf8),
        cmocka_unit_test(a_dumb_or_unknown_terminal_gets_plain_lines),
    };
    return cmocka_run_group_tests(tests, start_home, program_end);
}
