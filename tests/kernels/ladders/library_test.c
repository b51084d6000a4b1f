/* library_test.c: what libraries say of themselves, and what a core type tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "library.h"
#include "registry.h"

static void every_library_of_a_rung_can_be_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < mw_registry_count(); i++) {
        const char *name = mw_registry_at(i)->library;
        mw_library library = {.name = "untouched"};
        if (!name)
            continue;
        mw_library_probe(name, &library);
        assert_string_equal(library.name, name);
    }
    mw_library none;
    assert_false(mw_library_probe("no such library", &none));
}

static void the_reference_says_its_version_and_core(void **state)
{
    (void)state;
    mw_library library;
    char text[96];
    assert_true(mw_library_probe("OpenBLAS", &library));
    assert_true(library.version[0] >= '0' && library.version[0] <= '9');
    assert_true(library.core[0] != 0);
    assert_true(library.threads >= 1);
    mw_library_describe(&library, text, sizeof text);
    assert_non_null(strstr(text, library.version));
    assert_non_null(strstr(text, library.core));
}

static void a_description_says_no_more_than_is_known(void **state)
{
    (void)state;
    char text[96];
    mw_library bare = {.name = "BLIS"};
    mw_library_describe(&bare, text, sizeof text);
    assert_string_equal(text, "BLIS");
    mw_library serial = {.name = "OpenBLAS", .version = "9.9", .core = "Zen", .serial = true};
    mw_library_describe(&serial, text, sizeof text);
    assert_string_equal(text, "OpenBLAS 9.9, Zen, serial");
}

static void a_core_type_tells_how_wide_its_vectors_are(void **state)
{
    (void)state;
    mw_isa isa;
    assert_true(mw_library_core_isa("SkylakeX", &isa) && isa == MW_ISA_AVX512);
    assert_true(mw_library_core_isa("haswell", &isa) && isa == MW_ISA_AVX2);
    assert_true(mw_library_core_isa("ZEN", &isa) && isa == MW_ISA_AVX2);
    assert_true(mw_library_core_isa("Prescott", &isa) && isa == MW_ISA_GENERIC);
    assert_false(mw_library_core_isa("neoversen1", &isa));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_library_of_a_rung_can_be_asked),
        cmocka_unit_test(the_reference_says_its_version_and_core),
        cmocka_unit_test(a_description_says_no_more_than_is_known),
        cmocka_unit_test(a_core_type_tells_how_wide_its_vectors_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
