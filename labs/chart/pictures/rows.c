/* rows.c: rows of data, and tables of them in words. */
#include "labs/chart/pictures/rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/engine/wire/wire.h"
#include "labs/locale/locale.h"
#include "labs/locale/reason.h"
#include "labs/locale/words.h"
#include "model/verdict.h"

void mw_row_set(json_t *row, const char *name, const json_t *value)
{
    if (value)
        json_object_set(row, name, (json_t *)value);
}

void mw_row_set_text(json_t *row, const char *name, const char *text)
{
    json_object_set_new(row, name, json_string(text));
}

json_t *mw_rows_start(json_t *rows, const char *const *members, const char *what,
                      const json_t *from)
{
    static const char *const copied[] = {"id", "label"};
    json_t *row = json_object();
    for (; *members; members++)
        json_object_set_new(row, *members, json_null());
    if (what)
        mw_row_set_text(row, "what", what);
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
        mw_row_set(row, copied[i], mw_json_member(from, copied[i]));
    json_array_append_new(rows, row);
    return row;
}

void mw_row_set_number(json_t *row, const json_t *number)
{
    static const char *const members[] = {"value", "low", "high", "unit", "kind", "reason"};
    if (json_is_number(number))
        mw_row_set(row, "value", number);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        mw_row_set(row, members[i], mw_json_member(number, members[i]));
    if (mw_json_true(number, "absent"))
        for (int i = 0; i < 3; i++)
            json_object_set_new(row, members[i], json_null());
}

void mw_row_set_verdict(json_t *row, bool noisy)
{
    if (strcmp(mw_json_text(row, "kind"), "measured") == 0)
        mw_row_set_text(row, "verdict", mw_run_verdict_name(noisy ? MW_RUN_NOISY : MW_RUN_CLEAN));
}

void mw_picture_count(mw_picture_samples *samples, const char *kind, bool noisy)
{
    if (strcmp(kind, "measured") != 0)
        return;
    samples->shown++;
    samples->noisy += noisy;
}

/* ---- in words ---- */

void mw_tell(const mw_teller *teller, const char *format, ...)
{
    char text[512];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    teller->line(teller->context, text);
}

void mw_tell_number(const json_t *json, char *text, size_t size)
{
    mw_number number;
    text[0] = '\0';
    if (!json_is_object(json) || !mw_number_from_json(json, &number))
        return;
    char said[MW_REASON_TEXT];
    if (number.absent)
        snprintf(text, size, "%s%s%s", _("absent"), mw_reason_is(&number.reason) ? ": " : "",
                 mw_reason_said(&number.reason, said));
    else
        mw_number_format(&number, text, size);
}

enum { MEMBERS_MOST = 24, CELL = 96 };

static bool has_any(const json_t *rows, const char *member)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        const json_t *value = json_object_get(row, member);
        if (value && !json_is_null(value))
            return true;
    }
    return false;
}

static void say_cell(const json_t *row, const char *member, char text[CELL])
{
    const json_t *value = json_object_get(row, member);
    text[0] = '\0';
    if (json_is_string(value))
        snprintf(text, CELL, "%s", json_string_value(value));
    else if (json_is_number(value))
        mw_value_spell(json_number_value(value), text, CELL);
    else if (json_is_true(value))
        snprintf(text, CELL, "%s", _("yes"));
}

void mw_rows_tell(const json_t *rows, const char *const *members, const mw_teller *teller)
{
    const char *shown[MEMBERS_MOST], *cells[MEMBERS_MOST];
    char alignment[MEMBERS_MOST + 1] = "", texts[MEMBERS_MOST][CELL];
    int columns = 0;
    for (; *members && columns < MEMBERS_MOST; members++)
        if (has_any(rows, *members))
            shown[columns++] = *members;
    if (columns == 0)
        return;
    memset(alignment, 'l', (size_t)columns);
    void *table = teller->table(teller->context, alignment);
    teller->row(table, shown);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        for (int c = 0; c < columns; c++) {
            say_cell(row, shown[c], texts[c]);
            cells[c] = texts[c];
        }
        teller->row(table, cells);
    }
    teller->end(teller->context, table, 2);
}
