/* form_place.c: the field whose answer is a point in the plot, moved by cells or typed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tui/form/form.h"
#include "tui/locale/locale.h"

static double axis_limit(const json_t *field, const char *axis, const char *end, double otherwise)
{
    const double value = json_number_value(json_object_get(json_object_get(field, axis), end));
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
    focus.draft->x =
        clamped(x, axis_limit(focus.item, "x", "low", x), axis_limit(focus.item, "x", "high", x));
    focus.draft->y =
        clamped(y, axis_limit(focus.item, "y", "low", y), axis_limit(focus.item, "y", "high", y));
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
    const char *reason;
    if (!focus.draft->placed && !mw_form_read_place(focus.draft, &reason)) {
        const json_t *item = focus.item;
        mw_form_put(model, sqrt(axis_limit(item, "x", "low", 1) * axis_limit(item, "x", "high", 1)),
                    sqrt(axis_limit(item, "y", "low", 1e9) * axis_limit(item, "y", "high", 1e9)));
        return true;
    }
    mw_form_put(model, focus.draft->x * pow(step_x, columns), focus.draft->y * pow(step_y, rows));
    return true;
}

/* A positive number with an SI prefix, and what unit stands after it; NULL when there is none. */
static const char *read_quantity(const char *text, double *value, bool *bare)
{
    static const char prefixes[] = "kMGTP";
    char *end;
    *value = strtod(text, &end);
    if (end == text || !isfinite(*value) || !(*value > 0))
        return NULL;
    const char *rest = end + strspn(end, " ");
    const char *prefix = *rest != '\0' ? strchr(prefixes, *rest) : NULL;
    if (prefix) {
        *value *= pow(1000, (double)(prefix - prefixes + 1));
        rest++;
    }
    const size_t unit = strspn(rest, "FLOPBflopbyte/s");
    *bare = !prefix && unit == 0;
    return rest + unit;
}

bool mw_form_read_place(mw_draft *draft, const char **reason)
{
    double x, y;
    bool bare_x, bare_y;
    if (draft->placed)
        return true;
    *reason = _("put the mark into the picture with the arrows, or type x, y");
    if (draft->text[0] == '\0')
        return false;
    *reason = _("type two positive numbers: FLOP/byte, then GFLOP/s, as in 0.5, 8");
    const char *rest = read_quantity(draft->text, &x, &bare_x);
    if (!rest)
        return false;
    rest += strspn(rest, " ,");
    rest = read_quantity(rest, &y, &bare_y);
    if (!rest || rest[strspn(rest, " ")] != '\0')
        return false;
    draft->x = x;
    draft->y = bare_y ? 1e9 * y : y;
    draft->placed = true;
    draft->text[0] = '\0';
    draft->cursor = 0;
    *reason = NULL;
    return true;
}
