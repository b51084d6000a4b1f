/* rows.c: which member holds which kind, its text, and the note of a row. */
#include "labs/view/rows.h"

#include <stdio.h>

#include "labs/engine/wire/member.h"
#include "labs/locale/reason.h"
#include "labs/view/data.h"

enum { COLUMNS = MW_COUNTER_COLUMNS };

static const mw_kind kinds[COLUMNS] = {MW_PREDICTED, MW_COUNTED, MW_MODELLED, MW_MEASURED};

const char *mw_counter_member(int column)
{
    return mw_kind_name(kinds[column]);
}

mw_kind mw_counter_kind(int column)
{
    return kinds[column];
}

void mw_counter_text(const json_t *row, int column, char *text, size_t size)
{
    const json_t *json = mw_json_member(row, mw_counter_member(column));
    text[0] = '\0';
    if (!json || json_is_null(json))
        return;
    mw_number number = mw_data_quantity(json);
    mw_number_format(&number, text, size);
}

void mw_counter_note(const json_t *row, char *text, size_t size)
{
    char said[MW_REASON_TEXT];
    snprintf(text, size, "%s", mw_json_text(row, "note"));
    for (int c = 0; c < COLUMNS && !*text; c++) {
        const json_t *json = mw_json_member(row, mw_counter_member(c));
        mw_number number = mw_data_quantity(json);
        if (json && !json_is_null(json) && number.absent)
            snprintf(text, size, "%s", mw_reason_said(&number.reason, said));
    }
}
