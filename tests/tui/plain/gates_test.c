/* One table of characters, and all gates that foreign text passes agree with it: the full screen,
 * plain lines, what a worker prints, what Lua says, and JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "labs/engine/wire/json_print.h"
#include "labs/locale/utf8.h"
#include "model/character.h"
#include "tui/plain/lines.h"

static char *text;
static size_t size;

static const char *through_lines(const char *sign)
{
    static char out[64];
    FILE *memory = open_memstream(&text, &size);
    mw_lines lines;
    mw_lines_open(&lines, memory);
    lines.utf8 = true;
    mw_lines_put(&lines, sign);
    fclose(memory);
    snprintf(out, sizeof out, "%s", text);
    free(text);
    return out;
}

static const char *through_json(const char *sign)
{
    static char out[64];
    json_t *json = json_string(sign);
    FILE *memory = open_memstream(&text, &size);
    mw_json_print(memory, json, JSON_ENCODE_ANY);
    fclose(memory);
    json_t *back = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_true(json_equal(json, back)); /* the same to a program */
    json_decref(back);
    json_decref(json);
    snprintf(out, sizeof out, "%s", text);
    free(text);
    return out;
}

static void check(uint32_t scalar)
{
    char sign[5] = "", lua[16], worker[8];
    mw_utf8_encode(scalar, sign);
    bool plain = mw_character_kind(scalar) == MW_CHARACTER_PLAIN;
    strcpy(worker, sign);
    mw_character_clean(worker, strlen(worker), "?", false, worker, sizeof worker);
    mw_character_clean(sign, strlen(sign), MW_CHARACTER_REPLACEMENT, true, lua, sizeof lua);
    bool quoted = scalar == '"' || scalar == '\\';
    if (mw_utf8_printable(scalar) != plain ||
        (strstr(through_lines(sign), sign) != NULL) != plain ||
        (strcmp(worker, sign) == 0) != plain || (strcmp(lua, sign) == 0) != plain ||
        (!quoted && (strstr(through_json(sign), sign) != NULL) != plain))
        fail_msg("the gates do not agree about U+%04X", (unsigned)scalar);
    /* What Lua refuses in a lab's text is what it would replace. */
    bool harmful = mw_character_kind(scalar) == MW_CHARACTER_HARMFUL;
    assert_int_equal(mw_character_check(sign, strlen(sign)) < strlen(sign), harmful);
}

static void all_gates_agree_about_every_character(void **state)
{
    (void)state;
    for (uint32_t scalar = 1; scalar <= 0x3FFFF; scalar++) {
        if ((scalar < 0xD800 || scalar > 0xDFFF) && scalar != '\n' && scalar != '\t')
            check(scalar);
    }
    for (uint32_t scalar = 0xE0000; scalar <= 0xE1000; scalar++)
        check(scalar);
}

static void no_character_that_steers_is_plain(void **state)
{
    (void)state;
    static const uint32_t steering[] = {0x1B,   0x07,   0x7F,   0x85,   0x90,   0x9B,   0x9D,
                                        0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E,
                                        0x2066, 0x2069, 0xFFFE, 0xFFFF, 0x1FFFE};
    for (size_t i = 0; i < sizeof steering / sizeof *steering; i++)
        assert_int_equal(mw_character_kind(steering[i]), MW_CHARACTER_HARMFUL);
    static const uint32_t hidden[] = {0xAD, 0x200B, 0x200D, 0x2060, 0xFEFF, 0xFE0F, 0xE0041};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        assert_int_equal(mw_character_kind(hidden[i]), MW_CHARACTER_INVISIBLE);
    static const uint32_t letters[] = {'a', ' ', 0xE9, 0x3B2, 0x5185, 0x0301, 0x1F600, 0x2264};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        assert_int_equal(mw_character_kind(letters[i]), MW_CHARACTER_PLAIN);
}

static void a_heap_of_marks_does_not_leave_its_line(void **state)
{
    (void)state;
    char heap[2 + 2 * 200 + 1] = "a";
    for (int i = 0; i < 200; i++)
        strcat(heap, "\xcc\x81");
    strcat(heap, "b");
    FILE *memory = open_memstream(&text, &size);
    mw_lines lines;
    mw_lines_open(&lines, memory);
    lines.utf8 = true;
    mw_lines_put(&lines, heap);
    fclose(memory);
    assert_true(size < 16);
    assert_int_equal(text[size - 1], 'b');
    free(text);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_gates_agree_about_every_character),
        cmocka_unit_test(no_character_that_steers_is_plain),
        cmocka_unit_test(a_heap_of_marks_does_not_leave_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
