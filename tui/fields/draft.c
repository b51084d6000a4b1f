/* draft.c: the text of a draft, which grows as it is typed. */
#include "tui/fields/draft.h"

#include <stdlib.h>
#include <string.h>

#include "tui/keys/edit.h"

const char *mw_draft_text(const mw_draft *draft)
{
    return draft->text ? draft->text : "";
}

bool mw_draft_is_blank(const mw_draft *draft)
{
    const char *text = mw_draft_text(draft);
    return !draft->placed && text[strspn(text, " \n")] == '\0';
}

/* Room for `bytes` with the end; what is there stays. */
static bool reserve(mw_draft *draft, size_t bytes)
{
    if (bytes <= draft->size)
        return true;
    size_t size = bytes > 2 * draft->size ? bytes : 2 * draft->size;
    char *grown = realloc(draft->text, size);
    if (!grown)
        return false;
    if (!draft->text)
        grown[0] = '\0';
    draft->text = grown;
    draft->size = size;
    return true;
}

static bool empty_with_room(mw_draft *draft, size_t bytes)
{
    draft->cursor = 0;
    if (draft->text)
        draft->text[0] = '\0';
    return reserve(draft, bytes);
}

void mw_draft_set(mw_draft *draft, const char *text)
{
    size_t bytes = strlen(text) + 1;
    if (empty_with_room(draft, bytes))
        memcpy(draft->text, text, bytes);
}

void mw_draft_take(mw_draft *draft, const char *text)
{
    if (!empty_with_room(draft, strlen(text) + 1))
        return;
    mw_edit edit = {draft->text, draft->size, &draft->cursor, true};
    mw_edit_insert(&edit, text);
}

/* What may grow by `bytes`, as far as a draft may. */
static mw_edit edit_of(mw_draft *draft, size_t bytes, bool lines)
{
    enum { WHOLE = MW_DRAFT_MOST + 1 };
    size_t wanted = strlen(mw_draft_text(draft)) + bytes + 1;
    reserve(draft, wanted < WHOLE ? wanted : WHOLE);
    size_t size = draft->size < WHOLE ? draft->size : WHOLE;
    return (mw_edit){draft->text, size, &draft->cursor, lines};
}

bool mw_draft_key(mw_draft *draft, mw_key key, bool lines)
{
    mw_edit edit = edit_of(draft, 4, lines);
    if (!edit.text)
        return false;
    size_t before = strlen(draft->text);
    if (!mw_edit_key(&edit, key))
        return false;
    if ((mw_key_is_text(key) || key == MW_KEY_ENTER) && strlen(draft->text) == before)
        draft->cut = true;
    return true;
}

void mw_draft_paste(mw_draft *draft, const char *text, bool lines)
{
    mw_edit edit = edit_of(draft, strlen(text), lines);
    if (!edit.text || !mw_edit_insert(&edit, text))
        draft->cut = true;
}

bool mw_draft_same(const mw_draft *draft, const mw_draft *other)
{
    return strcmp(mw_draft_text(draft), mw_draft_text(other)) == 0 &&
           draft->placed == other->placed && draft->x == other->x && draft->y == other->y;
}

void mw_draft_free(mw_draft *draft)
{
    free(draft->text);
    *draft = (mw_draft){0};
}
