/* Keys and the mouse, as a terminal sends them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness/vt_state.h"

static uint32_t decode_utf8(const char **text)
{
    const unsigned char *bytes = (const unsigned char *)*text;
    const unsigned char first = bytes[0];
    const int more = first < 0x80 ? 0 : first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    uint32_t scalar = more == 0 ? first : first & (uint32_t)(0x3F >> more);
    for (int i = 1; i <= more && bytes[i] != '\0'; i++) {
        scalar = scalar << 6 | (bytes[i] & 0x3F);
    }
    *text += more + 1;
    return scalar;
}

static VTermKey named_key(const char *name)
{
    static const struct {
        const char *name;
        VTermKey key;
    } keys[] = {
        {"Enter", VTERM_KEY_ENTER},   {"Escape", VTERM_KEY_ESCAPE},
        {"Tab", VTERM_KEY_TAB},       {"Backspace", VTERM_KEY_BACKSPACE},
        {"Up", VTERM_KEY_UP},         {"Down", VTERM_KEY_DOWN},
        {"Left", VTERM_KEY_LEFT},     {"Right", VTERM_KEY_RIGHT},
        {"Home", VTERM_KEY_HOME},     {"End", VTERM_KEY_END},
        {"PageUp", VTERM_KEY_PAGEUP}, {"PageDown", VTERM_KEY_PAGEDOWN},
        {"Insert", VTERM_KEY_INS},    {"Delete", VTERM_KEY_DEL},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strcmp(name, keys[i].name) == 0) {
            return keys[i].key;
        }
    }
    char *end = NULL;
    const long number = name[0] == 'F' ? strtol(name + 1, &end, 10) : 0;
    if (number >= 1 && number <= 12 && *end == '\0') {
        return (VTermKey)VTERM_KEY_FUNCTION(number);
    }
    return VTERM_KEY_NONE;
}

bool mw_vt_key(mw_vt *vt, const char *name)
{
    const char *rest = name;
    VTermModifier modifier = VTERM_MOD_NONE;
    mw_vt_take_in(vt, 0); /* the program may have changed what keys send */
    while (rest[0] != '\0' && rest[1] == '-' && rest[2] != '\0' && strchr("CMS", rest[0]) != NULL) {
        modifier |= rest[0] == 'C'   ? VTERM_MOD_CTRL
                    : rest[0] == 'M' ? VTERM_MOD_ALT
                                     : VTERM_MOD_SHIFT;
        rest += 2;
    }
    const VTermKey key = named_key(rest);
    if (key != VTERM_KEY_NONE) {
        vterm_keyboard_key(vt->terminal, key, modifier);
        return true;
    }
    const char *next = rest;
    const uint32_t scalar = strcmp(rest, "Space") == 0 ? ' ' : decode_utf8(&next);
    if (scalar != ' ' && *next != '\0') {
        fprintf(stderr, "no key is called \"%s\"\n", name);
        return false;
    }
    if (modifier == VTERM_MOD_CTRL && scalar >= '@' && scalar <= '~') {
        /* As every terminal sends it; libvterm would escape some of them. */
        const char control = (char)(scalar & 0x1F);
        mw_vt_send(&control, 1, vt);
        return true;
    }
    vterm_keyboard_unichar(vt->terminal, scalar, modifier);
    return true;
}

bool mw_vt_type(mw_vt *vt, const char *text)
{
    mw_vt_take_in(vt, 0);
    while (*text != '\0') {
        const uint32_t scalar = decode_utf8(&text);
        vterm_keyboard_unichar(vt->terminal, scalar, VTERM_MOD_NONE);
    }
    return true;
}

bool mw_vt_keys(mw_vt *vt, const char *names)
{
    char *copy = strdup(names);
    char *state = NULL;
    bool known = copy != NULL;
    for (char *name = known ? strtok_r(copy, " ", &state) : NULL; known && name != NULL;
         name = strtok_r(NULL, " ", &state)) {
        known = mw_vt_key(vt, name);
    }
    free(copy);
    return known;
}

void mw_vt_click(mw_vt *vt, int x, int y, int button)
{
    mw_vt_take_in(vt, 0);
    vterm_mouse_move(vt->terminal, y, x, VTERM_MOD_NONE);
    vterm_mouse_button(vt->terminal, button, true, VTERM_MOD_NONE);
    vterm_mouse_button(vt->terminal, button, false, VTERM_MOD_NONE);
}
