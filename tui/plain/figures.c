/* figures.c: counters and pictures as text tables. */
#include "tui/plain/figures.h"

#include <stdio.h>
#include <string.h>

#include "labs/chart/pictures/pictures.h"
#include "labs/engine/wire/member.h"
#include "labs/locale/locale.h"
#include "labs/locale/words.h"
#include "labs/view/pictures.h"

/* A column is shown when some row has something in it: four empty columns say nothing. */
void mw_figures_counters(const mw_lines *lines, const json_t *counters)
{
    static const mw_kind kinds[] = {MW_PREDICTED, MW_COUNTED, MW_MODELLED, MW_MEASURED};
    enum { KINDS = 4, COLUMNS = KINDS + 2 };
    if (json_array_size(counters) == 0)
        return;
    bool shown[KINDS] = {false};
    size_t i;
    json_t *row;
    json_array_foreach(counters, i, row)
    {
        for (int k = 0; k < KINDS; k++)
            shown[k] = shown[k] || json_is_object(json_object_get(row, mw_kind_name(kinds[k])));
    }
    char alignment[COLUMNS + 1] = "l";
    const char *header[COLUMNS] = {""};
    int columns = 1;
    for (int k = 0; k < KINDS; k++) {
        if (shown[k]) {
            alignment[columns] = 'r';
            header[columns++] = mw_kind_word(kinds[k]);
        }
    }
    alignment[columns] = 'l';
    header[columns] = "";
    mw_table *table = mw_table_new(alignment);
    mw_table_cells(table, header);
    json_array_foreach(counters, i, row)
    {
        char texts[KINDS][160], label[MW_LABEL_TEXT];
        const char *cells[COLUMNS] = {mw_counter_label(row, label)};
        int column = 1;
        for (int k = 0; k < KINDS; k++) {
            if (!shown[k])
                continue;
            mw_tell_number(json_object_get(row, mw_kind_name(kinds[k])), texts[k], sizeof texts[k]);
            cells[column++] = texts[k];
        }
        cells[column] = mw_json_text(row, "note");
        mw_table_cells(table, cells);
    }
    mw_lines_print(lines, "\n%s", _("Counters"));
    mw_table_print(table, lines, 2);
    mw_table_free(table);
}

/* ---- pictures ---- */

static void tell_line(void *context, const char *text)
{
    mw_lines_print(context, "%s", text);
}

static void *tell_table(void *context, const char *alignment)
{
    (void)context;
    return mw_table_new(alignment);
}

static void tell_row(void *table, const char *const *cells)
{
    mw_table_cells(table, cells);
}

static void tell_end(void *context, void *table, int indent)
{
    mw_table_print(table, context, indent);
    mw_table_free(table);
}

void mw_figures_picture(const mw_lines *lines, const json_t *picture)
{
    mw_lines to = *lines;
    const mw_teller teller = {&to, tell_line, tell_table, tell_row, tell_end};
    mw_picture_tell(picture, &teller);
}

void mw_figures_pictures(const mw_lines *lines, const json_t *view, bool with_step)
{
    for (int i = 0; i < mw_view_picture_count(view); i++) {
        const json_t *picture = mw_view_picture_at(view, i);
        const mw_picture_kind *kind = mw_picture_kind_of(picture);
        if (kind && kind->with_step == with_step)
            mw_figures_picture(lines, picture);
    }
}
