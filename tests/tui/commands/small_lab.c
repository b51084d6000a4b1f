/* small_lab.c: the lab as text, written below a home of its own. */
#include "tests/tui/commands/small_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char small_lab[] =
    "local mw = require \"memwall\"\n"
    "return mw.lab {\n"
    "  format = 1, id = \"small\", version = \"1.0\", minutes = { 1, 2 }, memory = \"1 MiB\",\n"
    "  variant = { n = { 4 } },\n"
    "  q = { f = { \"FLOP\", \"2*n*n\" } },\n"
    "  steps = {\n"
    "    mw.predict \"count\" { within = 0.02, ask = { flop = { \"f\", wrong = { once = \"n*n\" } "
    "} } },\n"
    "    mw.check \"last\" { within = 0.02, ask = { flop = { \"f\", wrong = { once = \"n*n\" } } } "
    "},\n"
    "  },\n"
    "  points = { made = 1, last = 1 },\n"
    "}\n";
const char small_text[] =
    "# Small\n## count: Count\nHow many?\n### field: flop\nFLOP\n### wrong: once\n"
    "Once is not twice.\n## last: Last\nAgain?\n"
    "### field: flop\nFLOP\n### wrong: once\nOnce.\n";

char small[256];

char *below_home(const char *name, const char *lua, const char *text)
{
    static char folders[4][256];
    static int next;
    char *folder = folders[next++ % 4], file[300];
    snprintf(file, sizeof file, "labs/%s/lab.lua", name);
    snprintf(folder, sizeof folders[0], "%s", program_file(file, lua));
    *strrchr(folder, '/') = '\0';
    snprintf(file, sizeof file, "labs/%s/text/en.md", name);
    program_file(file, text);
    return folder;
}

int start_home(void **state)
{
    (void)state;
    if (!program_home())
        return -1;
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "xterm", 1);
    snprintf(small, sizeof small, "%s", below_home("small", small_lab, small_text));
    /* A machine in the cache keeps the seconds of a calibration out of these tests. */
    return 0;
}

const char *machine_file(void)
{
    return program_file(
        "machine.json",
        "{\"format\":1,\"results\":[],\"machine\":{\"levels\":[{\"name\":\"L1\","
        "\"bytes_per_second\":3e11,\"low\":3e11,\"high\":3e11,\"effective_bytes\":40000,"
        "\"nominal_bytes\":49152},{\"name\":\"DRAM\",\"bytes_per_second\":1.2e10,\"low\":1.2e10,"
        "\"high\":1.2e10,\"effective_bytes\":null,\"nominal_bytes\":null}],\"compute\":[{\"isa\":"
        "\"avx2\",\"dtype\":\"f32\",\"op\":\"fma\",\"threads\":1,\"flops_per_second\":1e11,"
        "\"low\":1e11,\"high\":1e11}],\"mix\":[],\"verdict\":\"clean\",\"reasons\":[],"
        "\"seconds\":1,\"clock_hz\":3e9,\"cpus\":2}}");
}

void expect_refusal(outcome result, const char *part)
{
    assert_int_equal(result.signal, 0);
    assert_int_equal(result.code, 2);
    assert_true(program_is_one_line(&result, part));
    program_free(&result);
}
