/* edit.c: moves by characters, words and lines; letters go in at the cursor. */
#include "tui/keys/edit.h"

#include <string.h>

#include "labs/locale/utf8.h"

static size_t at(const mw_edit *edit)
{
    const size_t length = strlen(edit->text);
    const size_t cursor = *edit->cursor < 0 ? 0 : (size_t)*edit->cursor;
    return cursor > length ? length : cursor;
}

static void move_to(mw_edit *edit, size_t offset)
{
    *edit->cursor = (int)offset;
}

static void remove_range(mw_edit *edit, size_t from, size_t to)
{
    memmove(edit->text + from, edit->text + to, strlen(edit->text + to) + 1);
    move_to(edit, from);
}

static bool insert_bytes(mw_edit *edit, const char *bytes, size_t count)
{
    const size_t length = strlen(edit->text), here = at(edit);
    if (length + count + 1 > edit->size)
        return false;
    memmove(edit->text + here + count, edit->text + here, length - here + 1);
    memcpy(edit->text + here, bytes, count);
    move_to(edit, here + count);
    return true;
}

/* A word is a run of letters and digits, or of anything that is not ASCII. */
static bool in_word(const char *text, size_t offset)
{
    const unsigned char c = (unsigned char)text[offset];
    return c >= 0x80 || (c >= '0' && c <= '9') || c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static size_t word_before(const mw_edit *edit)
{
    size_t here = at(edit);
    while (here > 0 && !in_word(edit->text, mw_utf8_before(edit->text, here)))
        here = mw_utf8_before(edit->text, here);
    while (here > 0 && in_word(edit->text, mw_utf8_before(edit->text, here)))
        here = mw_utf8_before(edit->text, here);
    return here;
}

static size_t word_after(const mw_edit *edit)
{
    size_t here = at(edit);
    while (edit->text[here] != '\0' && !in_word(edit->text, here))
        here = mw_utf8_after(edit->text, here);
    while (edit->text[here] != '\0' && in_word(edit->text, here))
        here = mw_utf8_after(edit->text, here);
    return here;
}

static size_t line_start(const mw_edit *edit, size_t offset)
{
    while (offset > 0 && edit->text[offset - 1] != '\n')
        offset--;
    return offset;
}

static size_t line_end(const mw_edit *edit, size_t offset)
{
    return offset + strcspn(edit->text + offset, "\n");
}

/* The offset `column` characters into the line that starts at `start`. */
static size_t in_line(const mw_edit *edit, size_t start, int column)
{
    size_t offset = start;
    for (; column > 0 && edit->text[offset] != '\0' && edit->text[offset] != '\n'; column--)
        offset = mw_utf8_after(edit->text, offset);
    return offset;
}

static bool move_lines(mw_edit *edit, bool down)
{
    const size_t here = at(edit), start = line_start(edit, here), end = line_end(edit, here);
    if (!edit->lines || (down ? edit->text[end] == '\0' : start == 0))
        return false;
    int column = 0;
    for (size_t i = start; i < here; i = mw_utf8_after(edit->text, i))
        column++;
    move_to(edit, in_line(edit, down ? end + 1 : line_start(edit, start - 1), column));
    return true;
}

static bool move_key(mw_edit *edit, mw_key key)
{
    const size_t here = at(edit);
    switch (key) {
    case MW_KEY_LEFT:
        move_to(edit, mw_utf8_before(edit->text, here));
        return true;
    case MW_KEY_RIGHT:
        move_to(edit, mw_utf8_after(edit->text, here));
        return true;
    case MW_KEY_HOME:
    case MW_KEY_CTRL('a'):
        move_to(edit, line_start(edit, here));
        return true;
    case MW_KEY_END:
    case MW_KEY_CTRL('e'):
        move_to(edit, line_end(edit, here));
        return true;
    case MW_KEY_WORD_LEFT:
        move_to(edit, word_before(edit));
        return true;
    case MW_KEY_WORD_RIGHT:
        move_to(edit, word_after(edit));
        return true;
    case MW_KEY_UP:
    case MW_KEY_DOWN:
        return move_lines(edit, key == MW_KEY_DOWN);
    default:
        return false;
    }
}

bool mw_edit_key(mw_edit *edit, mw_key key)
{
    char bytes[4];
    const size_t here = at(edit);
    if (mw_key_is_text(key)) {
        insert_bytes(edit, bytes, mw_utf8_encode((uint32_t)key, bytes));
        return true;
    }
    switch (key) {
    case MW_KEY_BACKSPACE:
        remove_range(edit, mw_utf8_before(edit->text, here), here);
        return true;
    case MW_KEY_DELETE:
        remove_range(edit, here, mw_utf8_after(edit->text, here));
        return true;
    case MW_KEY_WORD_BACKSPACE:
    case MW_KEY_CTRL('w'):
        remove_range(edit, word_before(edit), here);
        return true;
    case MW_KEY_CTRL('u'):
        remove_range(edit, line_start(edit, here), here);
        return true;
    case MW_KEY_CTRL('k'):
        remove_range(edit, here, line_end(edit, here));
        return true;
    case MW_KEY_ENTER:
        if (edit->lines)
            insert_bytes(edit, "\n", 1);
        return edit->lines;
    default:
        return move_key(edit, key);
    }
}

bool mw_edit_insert(mw_edit *edit, const char *text)
{
    while (*text != '\0') {
        const bool malformed = (unsigned char)*text >= 0x80;
        uint32_t scalar = mw_utf8_next(&text);
        char bytes[4];
        if (scalar == '\r') {
            text += *text == '\n';
            scalar = '\n';
        }
        if (scalar == '\t' || (scalar == '\n' && !edit->lines))
            scalar = ' ';
        if (malformed && scalar == MW_REPLACEMENT)
            continue;
        if (scalar != '\n' && !mw_utf8_printable(scalar))
            continue;
        if (!insert_bytes(edit, bytes, mw_utf8_encode(scalar, bytes)))
            return false;
    }
    return true;
}
