/* Catalogues are read as msgfmt makes them, in either byte order, and damaged ones are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "labs/locale/catalogue.h"

/* A text and what it becomes, with the zero bytes between the forms of a plural. */
typedef struct pair {
    const char *english;
    size_t english_size;
    const char *translated;
    size_t translated_size;
} pair;
#define PAIR(english, translated)                                                                  \
    {                                                                                              \
        english, sizeof english - 1, translated, sizeof translated - 1                             \
    }

#define HEADER                                                                                     \
    PAIR("", "Content-Type: text/plain; charset=UTF-8\n"                                           \
             "Plural-Forms: nplurals=3; plural=n==1 ? 0 : n<5 ? 1 : 2;\n")

static const pair small[] = {HEADER, PAIR("%d line\0%d lines", "%d linia\0%d linie\0%d linii"),
                             PAIR("Save", "Zapisz"), PAIR("Wall", "ściana")};
enum { SMALL = sizeof small / sizeof *small };

static size_t put_word(unsigned char *bytes, size_t at, size_t word, bool big)
{
    for (size_t i = 0; i < 4; i++)
        bytes[at + i] = (unsigned char)(word >> 8 * (big ? 3 - i : i));
    return at + 4;
}

static size_t put_text(unsigned char *bytes, size_t entry, size_t at, const char *text, size_t size,
                       bool big)
{
    put_word(bytes, put_word(bytes, entry, size, big), at, big);
    memcpy(bytes + at, text, size);
    bytes[at + size] = '\0';
    return at + size + 1;
}

enum { ROOM = 1024 };

static size_t compile(const pair *pairs, size_t count, bool big, unsigned char bytes[ROOM])
{
    const size_t head[] = {0x950412de, 0, count, 28, 28 + 8 * count, 0, 0};
    size_t at = 0;
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        at = put_word(bytes, at, head[i], big);
    at += 16 * count;
    for (size_t i = 0; i < count; i++) {
        at = put_text(bytes, 28 + 8 * i, at, pairs[i].english, pairs[i].english_size, big);
        at = put_text(bytes, 28 + 8 * (count + i), at, pairs[i].translated,
                      pairs[i].translated_size, big);
    }
    return at;
}

static mw_status opened(const void *bytes, size_t size, mw_catalogue **catalogue, mw_error *error)
{
    char path[] = "/tmp/memwall-catalogue-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
    mw_status status = mw_catalogue_open(path, catalogue, error);
    unlink(path);
    return status;
}

static void texts_are_found_in_either_byte_order(void **state)
{
    (void)state;
    for (int big = 0; big < 2; big++) {
        unsigned char bytes[ROOM];
        mw_catalogue *c;
        mw_error error;
        assert_int_equal(opened(bytes, compile(small, SMALL, big, bytes), &c, &error), MW_OK);
        assert_string_equal(mw_catalogue_text(c, "Save"), "Zapisz");
        assert_string_equal(mw_catalogue_text(c, "Wall"), "ściana");
        assert_string_equal(mw_catalogue_text(c, "%d line"), "%d linia");
        mw_catalogue_close(c);
    }
}

static void what_is_not_translated_stays_as_it_is(void **state)
{
    (void)state;
    unsigned char bytes[ROOM];
    mw_catalogue *c;
    mw_error error;
    assert_int_equal(opened(bytes, compile(small, SMALL, false, bytes), &c, &error), MW_OK);
    static const char *const unknown[] = {"", "A", "Sav", "Save as", "Zebra"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_ptr_equal(mw_catalogue_text(c, unknown[i]), unknown[i]);
    mw_catalogue_close(c);
}

static void a_count_chooses_its_form(void **state)
{
    (void)state;
    static const pair short_of_forms[] = {HEADER, PAIR("%d line\0%d lines", "%d linia")};
    unsigned char bytes[ROOM];
    mw_catalogue *c;
    mw_error error;
    assert_int_equal(opened(bytes, compile(small, SMALL, false, bytes), &c, &error), MW_OK);
    assert_string_equal(mw_catalogue_plural(c, "%d line", "%d lines", 1), "%d linia");
    assert_string_equal(mw_catalogue_plural(c, "%d line", "%d lines", 3), "%d linie");
    assert_string_equal(mw_catalogue_plural(c, "%d line", "%d lines", 9), "%d linii");
    assert_string_equal(mw_catalogue_plural(c, "%d lab", "%d labs", 1), "%d lab");
    assert_string_equal(mw_catalogue_plural(c, "%d lab", "%d labs", 2), "%d labs");
    mw_catalogue_close(c);
    assert_int_equal(opened(bytes, compile(short_of_forms, 2, false, bytes), &c, &error), MW_OK);
    assert_string_equal(mw_catalogue_plural(c, "%d line", "%d lines", 9), "%d linia");
    mw_catalogue_close(c);
}

static void expect_refusal(const void *bytes, size_t size, const char *why)
{
    mw_catalogue *c;
    mw_error error;
    assert_int_equal(opened(bytes, size, &c, &error), MW_INVALID);
    assert_null(c);
    if (!strstr(error.message, why))
        fail_msg("\"%s\" does not say \"%s\"", error.message, why);
}

static void what_is_no_catalogue_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const pair backwards[] = {HEADER, PAIR("b", "2"), PAIR("a", "1")},
                      twice[] = {HEADER, PAIR("a", "1"), PAIR("a", "2")},
                      latin[] = {PAIR("", "Content-Type: text/plain; charset=ISO-8859-1\n")},
                      ruleless[] = {PAIR("", "Content-Type: text/plain; charset=UTF-8\n")},
                      headless[] = {PAIR("a", "1")};
    unsigned char bytes[ROOM] = {0};
    expect_refusal("", 0, "too short");
    expect_refusal("msgid \"\"\nmsgstr \"a source\"\n", 27, "too short");
    expect_refusal(bytes, sizeof bytes, "does not begin as one");
    expect_refusal(bytes, compile(backwards, 3, false, bytes), "not in order");
    expect_refusal(bytes, compile(twice, 3, false, bytes), "not in order");
    expect_refusal(bytes, compile(latin, 1, false, bytes), "not UTF-8");
    expect_refusal(bytes, compile(headless, 1, false, bytes), "not UTF-8");
    expect_refusal(bytes, compile(NULL, 0, false, bytes), "not UTF-8");
    expect_refusal(bytes, compile(ruleless, 1, false, bytes), "rule for plurals");
    size_t size = compile(small, SMALL, false, bytes);
    bytes[size - 1] = 'x'; /* no end */
    expect_refusal(bytes, size, "beyond its end");
    bytes[size - 1] = '\0';
    bytes[4] = 1; /* texts that depend on the system's types */
    expect_refusal(bytes, size, "its format is another one");
}

/* Each cut and each change of one byte: refused, or its texts lie where they can be read. */
static void a_damaged_catalogue_is_never_read_beyond_its_end(void **state)
{
    (void)state;
    unsigned char whole[ROOM];
    const size_t size = compile(small, SMALL, false, whole);
    mw_error error;
    mw_catalogue *c;
    for (size_t cut = 0; cut < size; cut++)
        expect_refusal(whole, cut, cut < 28 ? "too short" : "beyond its end");
    static const unsigned char changes[] = {0x01, 0x80, 0xff};
    for (size_t at = 0; at < size * sizeof changes; at++) {
        unsigned char changed[ROOM];
        memcpy(changed, whole, size);
        changed[at / sizeof changes] ^= changes[at % sizeof changes];
        if (opened(changed, size, &c, &error) != MW_OK)
            continue;
        for (size_t i = 0; i < SMALL; i++)
            assert_true(strlen(mw_catalogue_text(c, small[i].english)) < size);
        for (unsigned long n = 0; n < 8; n++)
            assert_true(strlen(mw_catalogue_plural(c, "%d line", "%d lines", n)) < size);
        mw_catalogue_close(c);
    }
}

static void a_missing_or_endless_catalogue_is_an_error(void **state)
{
    (void)state;
    mw_catalogue *c;
    mw_error error;
    assert_int_equal(mw_catalogue_open("/nowhere/memwall.mo", &c, &error), MW_IO);
    assert_non_null(strstr(error.message, "/nowhere/memwall.mo"));
    assert_int_equal(mw_catalogue_open("/dev/zero", &c, &error), MW_IO);
    mw_catalogue_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_found_in_either_byte_order),
        cmocka_unit_test(what_is_not_translated_stays_as_it_is),
        cmocka_unit_test(a_count_chooses_its_form),
        cmocka_unit_test(what_is_no_catalogue_is_refused_with_the_reason),
        cmocka_unit_test(a_damaged_catalogue_is_never_read_beyond_its_end),
        cmocka_unit_test(a_missing_or_endless_catalogue_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
