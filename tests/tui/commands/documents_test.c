/* The manual page and the shell completion say what the command table says: nothing less, nothing
 * else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/commands/bench.h"
#include "tui/commands/command.h"
#include "tui/form/actions.h"

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    enum { MOST = 1 << 20 };
    char *text = malloc(MOST);
    assert_non_null(text);
    text[fread(text, 1, MOST - 1, file)] = '\0';
    fclose(file);
    return text;
}

/* Whether `part` stands in `text` and no letter or hyphen follows. */
static bool has_word(const char *text, const char *part)
{
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part)) {
        char after = at[strlen(part)];
        if (after != '-' && (after < 'a' || after > 'z'))
            return true;
    }
    return false;
}

static void the_manual_names_every_command_and_option(void **state)
{
    (void)state;
    char *page = read_file(MANUAL);
    size_t count;
    const mw_command *table = mw_command_table(&count);
    for (size_t i = 0; i < count; i++) {
        char entry[64];
        snprintf(entry, sizeof entry, ".It Cm %s", table[i].name);
        const char *at = strstr(page, entry);
        if (!at)
            fail_msg("no entry for %s", table[i].name);
        for (const mw_option *option = table[i].options; option->name; option++) {
            snprintf(entry, sizeof entry, "Fl -%s", option->name);
            if (!has_word(at, entry))
                fail_msg("%s lacks --%s", table[i].name, option->name);
        }
    }
    free(page);
}

static void the_manual_names_no_option_that_is_not(void **state)
{
    (void)state;
    char *page = read_file(MANUAL);
    size_t count;
    const mw_command *table = mw_command_table(&count);
    for (const char *at = strstr(page, "Fl -"); at; at = strstr(at + 1, "Fl -")) {
        char name[64];
        size_t length = strspn(at + 4, "abcdefghijklmnopqrstuvwxyz-");
        snprintf(name, sizeof name, "%.*s", (int)length, at + 4);
        bool known = strcmp(name, "help") == 0;
        for (size_t i = 0; i < count && !known; i++) {
            for (const mw_option *option = table[i].options; option->name; option++)
                known = known || strcmp(option->name, name) == 0;
        }
        if (!known)
            fail_msg("the manual has --%s", name);
    }
    free(page);
}

static void the_manual_names_every_key_of_every_action(void **state)
{
    (void)state;
    char *page = read_file(MANUAL);
    for (int id = 0; id < MW_ACTION_COUNT; id++) {
        const mw_action *action = mw_action_of((mw_action_id)id);
        char keys[128], entry[512];
        if (!*action->keys)
            continue; /* only in the list of commands */
        mw_action_keys((mw_action_id)id, 9, keys, sizeof keys);
        snprintf(entry, sizeof entry, ".It Li \\&%s\n%s\n", keys, action->help);
        if (!strstr(page, entry))
            fail_msg("the manual lacks:\n%s", entry);
    }
    free(page);
}

/* What bash would offer: `line` up to the word that is being completed. */
static char *complete(const char *line)
{
    char script[1024];
    snprintf(script, sizeof script,
             "bash -c 'source %s; COMP_WORDS=(%s \"\"); COMP_WORDS[-1]=%s; "
             "COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _memwall; printf \" %%s\" \"${COMPREPLY[@]}\"; "
             "echo \" \"'",
             COMPLETION, line, strncmp(line, "memwall ", 8) == 0 ? "--" : "");
    FILE *pipe = popen(script, "r");
    assert_non_null(pipe);
    char *text = NULL;
    size_t size = 0;
    assert_true(getdelim(&text, &size, '\0', pipe) > 0);
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static void count_words(const char *text, size_t *count)
{
    *count = 0;
    for (const char *at = text; *(at += strspn(at, " \n")); at += strcspn(at, " \n"))
        ++*count;
}

static void completion_offers_every_command(void **state)
{
    (void)state;
    char *offered = complete("memwall");
    size_t count, words;
    const mw_command *table = mw_command_table(&count);
    for (size_t i = 0; i < count; i++) {
        char word[64];
        snprintf(word, sizeof word, " %s ", table[i].name);
        if (!strstr(offered, word))
            fail_msg("completion lacks %s: %s", table[i].name, offered);
    }
    count_words(offered, &words);
    assert_int_equal(words, count + 2); /* --help and --version */
    free(offered);
}

static void completion_offers_every_option_and_no_other(void **state)
{
    (void)state;
    size_t count;
    const mw_command *table = mw_command_table(&count);
    for (size_t i = 0; i < count; i++) {
        char line[128];
        snprintf(line, sizeof line, "memwall %s", table[i].name);
        char *offered = complete(line);
        size_t options = 0, words;
        for (const mw_option *option = table[i].options; option->name; option++, options++) {
            char word[64];
            snprintf(word, sizeof word, " --%s ", option->name);
            if (!strstr(offered, word))
                fail_msg("completion of %s lacks --%s", table[i].name, option->name);
        }
        count_words(offered, &words);
        assert_int_equal(words, options + 1); /* --help */
        free(offered);
    }
}

static void completion_knows_the_suites(void **state)
{
    (void)state;
    char *text = read_file(COMPLETION);
    const char *line = strstr(text, "bench) words=\"");
    assert_non_null(line);
    size_t count;
    const mw_suite *suites = mw_suite_table(&count);
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(line, suites[i].name);
        assert_true(found && found < strchr(line, '\n'));
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_names_every_command_and_option),
        cmocka_unit_test(the_manual_names_no_option_that_is_not),
        cmocka_unit_test(the_manual_names_every_key_of_every_action),
        cmocka_unit_test(completion_offers_every_command),
        cmocka_unit_test(completion_offers_every_option_and_no_other),
        cmocka_unit_test(completion_knows_the_suites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
