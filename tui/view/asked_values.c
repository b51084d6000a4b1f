/* asked_values.c: what the student has put into the fields so far. */
#include <math.h>
#include <string.h>

#include "labs/engine/wire/member.h"
#include "labs/view/data.h"
#include "tui/view/asked.h"

const mw_draft *mw_asked_draft(const mw_model *model, const char *field)
{
    for (int i = 0; i < model->draft_count && i < MW_DRAFT_MAX; i++)
        if (strncmp(model->drafts[i].field, field, sizeof model->drafts[i].field) == 0)
            return &model->drafts[i];
    return NULL;
}

const json_t *mw_asked_place(const mw_model *model, bool *set, double *x, double *y, bool *focused)
{
    *set = *focused = false;
    for (int i = 0; i < mw_json_count(model->view, "fields"); i++) {
        const json_t *field = mw_json_item(model->view, "fields", i);
        if (strcmp(mw_json_text(field, "kind"), "place") != 0)
            continue;
        const mw_draft *draft = mw_asked_draft(model, mw_json_text(field, "id"));
        const json_t *value = mw_json_member(field, "value");
        bool locked = mw_json_true(field, "locked");
        *x = draft && draft->placed && !locked ? draft->x : mw_json_number(value, "x", NAN);
        *y = draft && draft->placed && !locked ? draft->y : mw_json_number(value, "y", NAN);
        *set = *x > 0 && *y > 0 && isfinite(*x) && isfinite(*y);
        *focused = model->focus == i && !locked;
        return field;
    }
    return NULL;
}
