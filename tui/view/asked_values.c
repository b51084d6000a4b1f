/* asked_values.c: the point that the student has put into the picture. */
#include "labs/engine/wire/member.h"
#include "tui/form/form.h"
#include "tui/view/asked.h"

const json_t *mw_asked_place(const mw_model *model, bool *set, double *x, double *y, bool *focused)
{
    *set = *focused = false;
    for (int i = 0; i < mw_json_count(model->view, "fields"); i++) {
        mw_field field = mw_form_field(model, i);
        if (!field.kind || !field.kind->mark)
            continue;
        *set = field.kind->mark(&field, x, y);
        *focused = model->focus == i && !mw_json_true(field.item, "locked");
        return field.item;
    }
    return NULL;
}
