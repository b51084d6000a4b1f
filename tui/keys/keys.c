/* keys.c: the table of named keys, and how a list of them is read. */
#include "tui/keys/keys.h"

#include <stdio.h>
#include <string.h>

#include "labs/locale/utf8.h"

/* As written in the action table, and as shown to people when that differs. */
static const struct {
    const char *name, *shown;
    mw_key key;
} names[] = {
    {"Up", NULL, MW_KEY_UP},
    {"Down", NULL, MW_KEY_DOWN},
    {"Left", NULL, MW_KEY_LEFT},
    {"Right", NULL, MW_KEY_RIGHT},
    {"Home", NULL, MW_KEY_HOME},
    {"End", NULL, MW_KEY_END},
    {"PgUp", NULL, MW_KEY_PAGE_UP},
    {"PgDn", NULL, MW_KEY_PAGE_DOWN},
    {"Backspace", NULL, MW_KEY_BACKSPACE},
    {"Del", NULL, MW_KEY_DELETE},
    {"Tab", NULL, MW_KEY_TAB},
    {"S-Tab", "Shift-Tab", MW_KEY_BACK_TAB},
    {"Enter", NULL, MW_KEY_ENTER},
    {"Esc", NULL, MW_KEY_ESCAPE},
    {"Space", NULL, MW_KEY_SPACE},
    {"F1", NULL, MW_KEY_F1},
    {"F2", NULL, MW_KEY_F2},
    {"C-Left", "Ctrl-Left", MW_KEY_WORD_LEFT},
    {"C-Right", "Ctrl-Right", MW_KEY_WORD_RIGHT},
};

enum { NAME_COUNT = sizeof names / sizeof *names };

void mw_key_name(mw_key key, char name[MW_KEY_NAME_MAX])
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (names[i].key == key) {
            snprintf(name, MW_KEY_NAME_MAX, "%s", names[i].shown ? names[i].shown : names[i].name);
            return;
        }
    }
    if (key > 0 && key < 0x20) {
        snprintf(name, MW_KEY_NAME_MAX, "Ctrl-%c", key + 'A' - 1);
        return;
    }
    char bytes[5] = {0};
    if (key > 0 && key < MW_KEY_SPECIAL)
        mw_utf8_encode((uint32_t)key, bytes);
    snprintf(name, MW_KEY_NAME_MAX, "%s", bytes);
}

mw_key mw_key_next(const char **list)
{
    *list += strspn(*list, " ");
    const size_t length = strcspn(*list, " ");
    const char *word = *list;
    *list += length;
    if (length == 1)
        return (unsigned char)*word;
    if (length == 3 && strncmp(word, "C-", 2) == 0 && word[2] >= 'a' && word[2] <= 'z')
        return MW_KEY_CTRL(word[2]);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (strlen(names[i].name) == length && strncmp(names[i].name, word, length) == 0)
            return names[i].key;
    }
    return MW_KEY_NONE;
}

bool mw_key_is_text(mw_key key)
{
    return key >= 0x20 && key < MW_KEY_SPECIAL && mw_utf8_printable((uint32_t)key);
}
