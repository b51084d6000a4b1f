/* form_place.c: the mark of a place field, moved by cells. What is typed there is read by the lab.
 */
#include <math.h>

#include "labs/view/pictures.h"
#include "tui/form/form.h"

/* An end of an axis: that of the picture, beyond which nothing is drawn, else that of the field. */
static double axis_limit(const mw_model *model, const json_t *field, const char *axis,
                         const char *end, double otherwise)
{
    const char *id = json_string_value(json_object_get(field, "picture"));
    const json_t *picture = id ? mw_view_picture(model->view, id) : NULL;
    const json_t *drawn = json_object_get(picture, axis);
    const json_t *of = drawn ? drawn : json_object_get(field, axis);
    const double value = json_number_value(json_object_get(of, end));
    return value > 0 ? value : otherwise;
}

static double clamped(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

void mw_form_put(mw_model *model, double x, double y)
{
    const mw_form_focus focus = mw_form_focused(model);
    if (focus.part != MW_FORM_PLACE || !(x > 0) || !(y > 0) || !isfinite(x) || !isfinite(y))
        return;
    focus.draft->x = clamped(x, axis_limit(model, focus.item, "x", "low", x),
                             axis_limit(model, focus.item, "x", "high", x));
    focus.draft->y = clamped(y, axis_limit(model, focus.item, "y", "low", y),
                             axis_limit(model, focus.item, "y", "high", y));
    focus.draft->placed = true;
    focus.draft->dirty = true;
    focus.draft->text[0] = '\0';
    focus.draft->cursor = 0;
}

bool mw_form_push(mw_model *model, int columns, int rows, double step_x, double step_y)
{
    const mw_form_focus focus = mw_form_focused(model);
    if (focus.part != MW_FORM_PLACE)
        return false;
    if (focus.draft->placed) {
        mw_form_put(model, focus.draft->x * pow(step_x, columns),
                    focus.draft->y * pow(step_y, rows));
        return true;
    }
    if (focus.draft->text[0] != '\0')
        return false;
    mw_form_put(model,
                sqrt(axis_limit(model, focus.item, "x", "low", 1) *
                     axis_limit(model, focus.item, "x", "high", 1)),
                sqrt(axis_limit(model, focus.item, "y", "low", 1e9) *
                     axis_limit(model, focus.item, "y", "high", 1e9)));
    return true;
}
