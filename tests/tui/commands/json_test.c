/* JSON on standard output has the documented shape, and counted work is the closed form, exactly.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/quantity.h"
#include "tests/harness/program.h"

static json_t *answer_of(outcome result)
{
    assert_int_equal(result.signal, 0);
    assert_int_equal(result.code, 0);
    assert_string_equal(result.err, ""); /* progress only on a terminal */
    json_t *json = program_json(result.out);
    assert_non_null(json);
    program_free(&result);
    return json;
}

static double number(const json_t *object, const char *key)
{
    const json_t *member = json_object_get(object, key);
    if (!json_is_number(member))
        fail_msg("'%s' is not a number", key);
    return json_number_value(member);
}

static const char *text(const json_t *object, const char *key)
{
    const char *member = json_string_value(json_object_get(object, key));
    if (!member)
        fail_msg("'%s' is not a string", key);
    return member;
}

static void kernels_are_listed_with_every_parameter(void **state)
{
    (void)state;
    json_t *json = answer_of(program_run("", MEMWALL, "kernels", "--json", NULL));
    const json_t *list = json_object_get(json, "kernels");
    assert_true(json_array_size(list) > 0);
    size_t i, j;
    json_t *kernel, *param;
    json_array_foreach(list, i, kernel)
    {
        assert_true(*text(kernel, "family") && *text(kernel, "variant") && *text(kernel, "isa"));
        assert_true(strlen(text(kernel, "summary")) > 4);
        assert_true(json_array_size(json_object_get(kernel, "params")) > 0);
        json_array_foreach(json_object_get(kernel, "params"), j, param)
        {
            assert_true(*text(param, "name") && *text(param, "unit"));
            assert_non_null(json_object_get(param, "min"));
            assert_non_null(json_object_get(param, "max"));
            assert_non_null(json_object_get(param, "default"));
        }
    }
    json_decref(json);
}

/* The id of a reason, or what it says where a person of this program wrote it. */
static const char *why(const json_t *object, const char *key)
{
    const json_t *reason = json_object_get(object, key);
    return json_is_object(reason) ? text(reason, "id") : text(object, key);
}

/* Members that every measurement has; null ones carry a reason. */
static void check_measurement(const json_t *json)
{
    const json_t *seconds = json_object_get(json, "seconds");
    double low = number(seconds, "low"), median = number(seconds, "median"),
           high = number(seconds, "high");
    assert_true(0 < low && low <= median && median <= high);
    assert_true(number(seconds, "min") <= median);
    assert_true(number(seconds, "samples") >= 1);
    for (int i = 0; i < MW_QUANTITIES; i++) {
        const mw_quantity_row *row = mw_quantity_of((mw_quantity)i);
        mw_number value;
        if (!row->member || row->place == MW_OF_MEMORY)
            continue;
        assert_true(mw_quantity_from_json(json, (mw_quantity)i, &value));
        assert_true(value.absent ? mw_reason_is(&value.reason) : value.value >= 0);
        assert_true(*text(json_object_get(json, "kinds"), row->member));
    }
    const char *verdict = text(json, "verdict");
    assert_true(strcmp(verdict, "clean") == 0 || strcmp(verdict, "noisy") == 0);
    if (strcmp(verdict, "noisy") == 0)
        assert_true(*why(json_object_get(json, "reasons"), "verdict"));
    /* No roofs were measured in this home. */
    assert_true(json_is_null(json_object_get(json, "bound")));
    assert_string_equal(why(json_object_get(json, "reasons"), "bound"), "roofs-not-yet");
}

/* A model of this machine speaks of the very blocks that are run; in caches that are given the
 * blocks are those for them, on every machine. */
static void blocks_that_a_kernel_chose_are_said_and_the_same_in_a_model(void **state)
{
    (void)state;
    json_t *run = answer_of(program_run("", MEMWALL, "measure", "gemm/tile", "m=300", "n=300",
                                        "k=700", "mc=100", "--budget", "0.02", "--json", NULL));
    const json_t *chosen = json_object_get(run, "chosen");
    assert_true(json_integer_value(json_object_get(chosen, "kc")) > 0);
    assert_true(json_integer_value(json_object_get(chosen, "nc")) > 0);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(run, "args"), "kc")), 0);
    json_t *model = answer_of(program_run("", MEMWALL, "model", "gemm/tile", "m=300", "n=300",
                                          "k=700", "mc=100", "--json", NULL));
    assert_true(json_equal(chosen, json_object_get(model, "chosen")));
    json_t *given =
        answer_of(program_run("", MEMWALL, "model", "gemm/tile", "m=300", "n=300", "k=700",
                              "mc=100", "--cache", "L1=4K,4,64", "--json", NULL));
    assert_true(json_integer_value(json_object_get(json_object_get(given, "chosen"), "kc")) <
                json_integer_value(json_object_get(chosen, "kc")));
    json_t *plain = answer_of(program_run("", MEMWALL, "measure", "gemv/rows", "m=30", "n=30",
                                          "--budget", "0.01", "--json", NULL));
    assert_int_equal(json_object_size(json_object_get(plain, "chosen")), 0);
    json_decref(run);
    json_decref(model);
    json_decref(given);
    json_decref(plain);
}

static void a_measurement_counts_the_closed_form(void **state)
{
    (void)state;
    json_t *json = answer_of(program_run("", MEMWALL, "measure", "gemv/simd", "m=301", "n=257",
                                         "--budget", "0.1", "--json", NULL));
    assert_string_equal(text(json, "kernel"), "gemv/simd");
    const json_t *args = json_object_get(json, "args");
    assert_int_equal(json_integer_value(json_object_get(args, "m")), 301);
    assert_int_equal(json_integer_value(json_object_get(args, "n")), 257);
    check_measurement(json);
    assert_true(json_is_integer(json_object_get(json, "flops")));
    assert_int_equal(json_integer_value(json_object_get(json, "flops")), 2 * 301 * 257);
    assert_int_equal(json_integer_value(json_object_get(json, "compulsory_bytes")),
                     4 * (301 * 257 + 301 + 257));
    assert_int_equal(json_integer_value(json_object_get(json, "store_bytes")), 4 * 301);
    assert_string_equal(text(json_object_get(json, "kinds"), "flops"), "counted");
    assert_true(json_is_true(json_object_get(json, "verified")));
    double intensity = number(json, "flops") / number(json, "compulsory_bytes");
    assert_true(number(json, "intensity") > 0.999 * intensity &&
                number(json, "intensity") < 1.001 * intensity);
    assert_null(json_object_get(json, "ratio"));
    json_decref(json);
}

static void training_shows_its_memory_ledger(void **state)
{
    (void)state;
    json_t *json = answer_of(program_run("", MEMWALL, "measure", "chain/train", "layers=16", "d=8",
                                         "batch=4", "schedule=revolve", "snapshots=4", "--budget",
                                         "0.05", "--json", NULL));
    check_measurement(json);
    const json_t *memory = json_object_get(json, "memory");
    const json_t *purposes = json_object_get(memory, "by_purpose");
    const int64_t input = 4 * 8 * 4, weights = 16 * 8 * 8 * 4;
    assert_int_equal(json_integer_value(json_object_get(memory, "live_inputs")), 5);
    assert_int_equal(json_integer_value(json_object_get(memory, "all_inputs_bytes")), 16 * input);
    assert_int_equal(json_integer_value(json_object_get(memory, "recomputed_flops")),
                     12 * 2 * 4 * 8 * 8);
    assert_true(number(memory, "overhead") == 0.25);
    assert_int_equal(json_integer_value(json_object_get(purposes, "activations")), 5 * input);
    assert_int_equal(json_integer_value(json_object_get(purposes, "weights")), weights);
    assert_int_equal(json_integer_value(json_object_get(purposes, "optimizer")), 0);
    assert_true(number(purposes, "gradients") >= (double)weights);
    assert_true(number(memory, "peak_bytes") > (double)(2 * weights + 5 * input));
    assert_string_equal(text(json_object_get(memory, "kinds"), "live_inputs"), "counted");
    assert_string_equal(text(json_object_get(memory, "kinds"), "all_inputs_bytes"), "modelled");
    assert_true(json_is_true(json_object_get(json, "verified")));
    json_decref(json);

    outcome result = program_run("", MEMWALL, "measure", "chain/train", "layers=16", "d=8",
                                 "batch=4", "schedule=revolve", "--budget", "0.05", NULL);
    assert_int_equal(result.code, 0);
    assert_non_null(
        strstr(result.out, "layer inputs, 5 at once; all of them are 2 KiB, 3.2 times"));
    assert_non_null(strstr(result.out, "25 % of one forward and backward pass"));
    program_free(&result);

    json = answer_of(program_run(
        "", MEMWALL, "measure", "chain/train", "layers=4", "d=8", "batch=4", "schedule=list",
        "operations=k0 f0-2 k3 f3 b3 f0-1 b2 f0 b1 b0", "--budget", "0.05", "--json", NULL));
    memory = json_object_get(json, "memory");
    assert_int_equal(json_integer_value(json_object_get(memory, "live_inputs")), 2);
    assert_int_equal(json_integer_value(json_object_get(memory, "recomputed_flops")),
                     3 * 2 * 4 * 8 * 8);
    assert_string_equal(text(json_object_get(json, "args"), "operations"),
                        "k0 f0-2 k3 f3 b3 f0-1 b2 f0 b1 b0");
    json_decref(json);
}

static void a_comparison_has_a_ratio_and_absent_bytes_with_their_reason(void **state)
{
    (void)state;
    json_t *json =
        answer_of(program_run("", MEMWALL, "measure", "gemv/simd", "m=256", "n=256", "--budget",
                              "0.1", "--vs", "gemv/openblas", "--json", NULL));
    check_measurement(json);
    const json_t *ratio = json_object_get(json, "ratio"), *vs = json_object_get(json, "vs");
    assert_true(number(ratio, "low") <= number(ratio, "median"));
    assert_true(number(ratio, "median") <= number(ratio, "high"));
    assert_true(number(ratio, "low") > 0);
    check_measurement(vs);
    assert_string_equal(text(vs, "kernel"), "gemv/openblas");
    assert_true(json_is_null(json_object_get(vs, "load_bytes")));
    const json_t *uncounted = json_object_get(json_object_get(vs, "reasons"), "load_bytes");
    assert_string_equal(why(json_object_get(vs, "reasons"), "load_bytes"), "not-instrumented");
    assert_string_equal(json_string_value(json_array_get(json_object_get(uncounted, "figures"), 0)),
                        "OpenBLAS");
    assert_string_equal(text(json_object_get(vs, "kinds"), "flops"), "modelled");
    assert_int_equal(json_integer_value(json_object_get(vs, "flops")), 2 * 256 * 256);
    assert_string_equal(text(vs, "isa"), "library");
    assert_non_null(strstr(text(vs, "library"), "OpenBLAS"));
    assert_non_null(strstr(text(vs, "library"), ", "));
    assert_null(json_object_get(json, "library"));
    json_decref(json);
}

static void parameters_go_to_both_sides_where_both_have_them(void **state)
{
    (void)state;
    json_t *json = answer_of(program_run("", MEMWALL, "measure", "gemv/simd", "m=64", "n=96",
                                         "vs.n=4096", "vs.dtype=f64", "--vs", "stream/read",
                                         "--budget", "0.05", "--no-verify", "--json", NULL));
    const json_t *theirs = json_object_get(json_object_get(json, "vs"), "args");
    assert_int_equal(json_integer_value(json_object_get(theirs, "n")), 4096);
    assert_string_equal(text(theirs, "dtype"), "f64");
    assert_null(json_object_get(theirs, "m"));
    assert_true(json_is_null(json_object_get(json, "verified")));
    json_decref(json);
}

static double both(const json_t *level, const char *key)
{
    const json_t *pair = json_object_get(level, key);
    return number(pair, "read") + number(pair, "write");
}

static void a_model_says_what_each_level_moves(void **state)
{
    (void)state;
    json_t *json =
        answer_of(program_run("", MEMWALL, "model", "gemm/ijk", "m=64", "n=48", "k=32", "--cache",
                              "L1=3K,3,64", "--cache", "L2=32K,8,64", "--curve", "--json", NULL));
    assert_string_equal(text(json, "kernel"), "gemm/ijk");
    assert_string_equal(text(json, "kind"), "modelled");
    assert_string_equal(text(json, "caches"), "given");
    assert_string_equal(text(json, "mode"), "write-back");
    assert_true(json_is_false(json_object_get(json, "sampled")));
    double references = 2.0 * 64 * 48 * 32 + 2 * 64 * 48;
    assert_true(number(json, "references") == references);
    assert_true(number(json, "program_bytes") == 4 * references);
    const json_t *levels = json_object_get(json, "levels");
    assert_int_equal(json_array_size(levels), 2);
    const json_t *l1 = json_array_get(levels, 0), *l2 = json_array_get(levels, 1);
    assert_true(both(l1, "accesses") == references);
    assert_true(both(l2, "accesses") == both(l1, "misses"));
    const json_t *kinds = json_object_get(l1, "kinds"), *link = json_object_get(l2, "link");
    assert_true(both(kinds, "compulsory") + both(kinds, "capacity") + both(kinds, "conflict") ==
                both(l1, "misses"));
    assert_string_equal(text(json_object_get(l1, "link"), "to"), "L2");
    assert_string_equal(text(link, "to"), "memory");
    assert_true(number(link, "bytes") == 64 * (number(l2, "fills") + number(l2, "write_backs")));
    /* All operands once, and C sent back: what no cache can avoid. */
    assert_true(number(link, "bytes") >= number(json, "compulsory_bytes"));
    const json_t *points = json_object_get(json_object_get(json, "curve"), "points");
    size_t count = json_array_size(points);
    assert_true(count > 10);
    for (size_t i = 1; i < count; i++)
        assert_true(json_number_value(json_array_get(json_array_get(points, i), 1)) <=
                    json_number_value(json_array_get(json_array_get(points, i - 1), 1)));
    json_decref(json);
}

static void a_model_of_this_machine_names_where_its_caches_come_from(void **state)
{
    (void)state;
    json_t *json = answer_of(
        program_run("", MEMWALL, "model", "stream/triad", "n=100000", "--totals", "--json", NULL));
    const char *source = text(json, "caches"); /* no roofs were measured in this home */
    assert_true(strcmp(source, "nominal") == 0 || strcmp(source, "assumed") == 0);
    assert_true(json_array_size(json_object_get(json, "levels")) > 0);
    assert_null(json_object_get(json_array_get(json_object_get(json, "levels"), 0), "kinds"));
    json_decref(json);

    /* Its threads are preset to all there are; what is modelled is one. */
    json = answer_of(
        program_run("", MEMWALL, "model", "gemv/parallel", "m=300", "--totals", "--json", NULL));
    assert_int_equal(number(json_object_get(json, "args"), "threads"), 1);
    json_decref(json);

    json = answer_of(program_run("", MEMWALL, "model", "gemm/ikj", "m=4000", "n=2000", "k=3000",
                                 "--mode", "cachegrind", "--totals", "--json", NULL));
    assert_true(json_is_true(json_object_get(json, "sampled")));
    assert_true(number(json, "simulated_references") < number(json, "references"));
    assert_int_equal(json_array_size(json_object_get(json, "levels")), 2);
    assert_null(json_object_get(json_array_get(json_object_get(json, "levels"), 1), "link"));
    json_decref(json);
}

static void the_doctor_gives_a_reason_for_what_is_missing(void **state)
{
    (void)state;
    json_t *json = answer_of(program_run("", MEMWALL, "doctor", "--json", NULL));
    assert_true(json_is_true(json_object_get(json, "works")));
    const json_t *checks = json_object_get(json, "checks");
    static const char *const wanted[] = {"version",  "worker",  "data",       "cache",
                                         "locale",   "charset", "language",   "terminal",
                                         "paranoid", "likwid",  "calibration"};
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
        bool found = false;
        size_t i;
        json_t *check;
        json_array_foreach(checks, i, check) found =
            found || strcmp(text(check, "id"), wanted[w]) == 0;
        if (!found)
            fail_msg("no check '%s'", wanted[w]);
    }
    size_t i;
    json_t *check;
    json_array_foreach(checks, i, check)
    {
        const char *state_word = text(check, "state");
        bool ok = strcmp(state_word, "ok") == 0;
        assert_true(ok || strcmp(state_word, "warning") == 0 || strcmp(state_word, "absent") == 0);
        if (!ok)
            assert_true(*why(check, "note"));
    }
    json_decref(json);
}

static void courses_and_version_are_data_too(void **state)
{
    (void)state;
    json_t *json = answer_of(program_run("", MEMWALL, "course", "--json", NULL));
    const json_t *course = json_array_get(json_object_get(json, "courses"), 0);
    assert_string_equal(text(course, "id"), "memory-wall");
    json_decref(json);
    json = answer_of(program_run("", MEMWALL, "version", "--json", NULL));
    assert_true(*text(json, "version"));
    json_decref(json);
}

static void ctrl_c_ends_a_simulation_cleanly(void **state)
{
    (void)state;
    /* Half an hour of simulation, allowed. */
    outcome result = program_interrupt(700, MEMWALL, "model", "gemm/ijk", "m=6000", "n=6000",
                                       "k=6000", "--whole", "--within", "86400", "--json", NULL);
    assert_int_equal(result.signal, 0);
    assert_int_equal(result.code, 130);
    assert_true(program_is_one_line(&result, "interrupted"));
    program_free(&result);
}

static void the_machine_is_measured_once_and_remembered(void **state)
{
    (void)state;
    json_t *json = answer_of(program_run("", MEMWALL, "machine", "--json", NULL));
    size_t i;
    json_t *row;
    assert_true(json_array_size(json_object_get(json, "levels")) >= 1);
    json_array_foreach(json_object_get(json, "levels"), i, row)
    {
        assert_true(*text(row, "name"));
        assert_true(number(row, "low") <= number(row, "high") &&
                    number(row, "bytes_per_second") > 0);
        assert_non_null(json_object_get(row, "effective_bytes"));
        assert_non_null(json_object_get(row, "nominal_bytes"));
    }
    assert_true(json_array_size(json_object_get(json, "compute")) >= 2);
    json_array_foreach(json_object_get(json, "compute"), i, row)
    {
        assert_true(*text(row, "isa") && *text(row, "dtype"));
        assert_true(number(row, "low") <= number(row, "high") &&
                    number(row, "flops_per_second") > 0);
    }
    assert_true(json_is_array(json_object_get(json, "mix")));
    assert_true(json_is_array(json_object_get(json, "reasons")));
    assert_true(*text(json, "verdict"));
    assert_true(number(json, "seconds") > 0 && number(json, "clock_hz") > 0 &&
                number(json, "cpus") >= 1);

    json_t *again = answer_of(program_run("", MEMWALL, "machine", "--json", NULL));
    assert_true(json_equal(json, again)); /* to the last digit: it was not measured again */
    json_decref(again);

    /* Now that there are roofs, a measurement knows its bound. */
    json_t *measured = answer_of(program_run("", MEMWALL, "measure", "gemv/simd", "m=2048",
                                             "n=2048", "--budget", "0.05", "--json", NULL));
    assert_string_equal(text(measured, "bound"), "memory");
    assert_null(json_object_get(json_object_get(measured, "reasons"), "bound"));
    json_decref(measured);
    json_decref(json);
}

static void ctrl_c_ends_a_measurement_cleanly(void **state)
{
    (void)state;
    /* One execution of this takes minutes: no machine is done before Ctrl-C. */
    outcome result = program_interrupt(700, MEMWALL, "measure", "gemm/ijk", "m=6000", "n=6000",
                                       "k=6000", "--no-verify", "--budget", "60", "--json", NULL);
    assert_int_equal(result.signal, 0);
    assert_int_equal(result.code, 130);
    assert_true(program_is_one_line(&result, "interrupted"));
    program_free(&result);
}

static void what_cannot_be_written_out_is_said_with_its_reason(void **state)
{
    (void)state;
    outcome result = program_run("", "/bin/sh", "-c", MEMWALL " kernels > /dev/full", NULL);
    assert_int_equal(result.code, 1);
    assert_true(program_is_one_line(&result, "standard output: No space left on device"));
    program_free(&result);
    result = program_run("", "/bin/sh", "-c", MEMWALL " kernels >&-", NULL);
    assert_int_equal(result.code, 1);
    assert_true(program_is_one_line(&result, "standard output: Bad file descriptor"));
    program_free(&result);
}

static void make_unsure(json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) json_object_set_new(row, "verdict", json_string("unsure"));
}

/* Whatever stands in a table of roofs, or is worked out from one. */
static void every_roof_that_is_unsure_is_marked(void **state)
{
    (void)state;
    glob_t found;
    char path[512];
    snprintf(path, sizeof path, "%s/memwall/machine-*.json", getenv("XDG_CACHE_HOME"));
    assert_int_equal(glob(path, 0, NULL, &found), 0);
    json_t *kept = json_load_file(found.gl_pathv[0], 0, NULL);
    json_t *machine = json_object_get(kept, "machine");
    make_unsure(json_object_get(machine, "levels"));
    make_unsure(json_object_get(machine, "compute"));
    make_unsure(json_object_get(machine, "mix"));
    assert_int_equal(json_dump_file(kept, found.gl_pathv[0], 0), 0);
    outcome shown = program_run("", MEMWALL, "machine", NULL);
    int bands = 0, ridges = -2; /* before the heading and its columns */
    bool among_ridges = false;
    for (char *line = strtok(shown.out, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "  ", 2) != 0) /* a heading, or the last line where the machine moved */
            among_ridges = strncmp(line, "Ridge", 5) == 0;
        bool band = strstr(line, "/s to ") != NULL;
        ridges += among_ridges;
        bands += band;
        if ((band || (among_ridges && ridges > 0)) && !strstr(line, " ?"))
            fail_msg("no mark in: %s", line);
    }
    assert_true(bands > 10 && ridges >= 1);
    program_free(&shown);
    outcome run = program_run("", MEMWALL, "measure", "gemv/simd", "m=2048", "n=2048", "--budget",
                              "0.05", NULL);
    char *note = strstr(run.out, "roofs: ");
    assert_non_null(note); /* "roofs: LLC 18.2 GB/s ?, avx512 115 GFLOP/s ?; ridge 6.28 FLOP/B ?" */
    note = strtok(note, "\n");
    assert_non_null(strstr(note, "B/s ?, "));
    assert_non_null(strstr(note, "FLOP/s ?; "));
    assert_non_null(strstr(note, "FLOP/B ?"));
    program_free(&run);
    json_decref(kept);
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_are_listed_with_every_parameter),
        cmocka_unit_test(blocks_that_a_kernel_chose_are_said_and_the_same_in_a_model),
        cmocka_unit_test(a_measurement_counts_the_closed_form),
        cmocka_unit_test(training_shows_its_memory_ledger),
        cmocka_unit_test(a_comparison_has_a_ratio_and_absent_bytes_with_their_reason),
        cmocka_unit_test(parameters_go_to_both_sides_where_both_have_them),
        cmocka_unit_test(a_model_says_what_each_level_moves),
        cmocka_unit_test(a_model_of_this_machine_names_where_its_caches_come_from),
        cmocka_unit_test(the_doctor_gives_a_reason_for_what_is_missing),
        cmocka_unit_test(courses_and_version_are_data_too),
        cmocka_unit_test(ctrl_c_ends_a_measurement_cleanly),
        cmocka_unit_test(ctrl_c_ends_a_simulation_cleanly),
        cmocka_unit_test(the_machine_is_measured_once_and_remembered),
        cmocka_unit_test(every_roof_that_is_unsure_is_marked),
        cmocka_unit_test(what_cannot_be_written_out_is_said_with_its_reason),
    };
    return cmocka_run_group_tests(tests, program_begin, program_end);
}
