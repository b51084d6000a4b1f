/* list.c: the kinds of pictures, a line each: the one place that lists them. */
#include "labs/chart/pictures/pictures.h"

extern const mw_picture_kind mw_picture_roofline, mw_picture_sweep;

const mw_picture_kind *const mw_picture_list[] = {
    &mw_picture_roofline,
    &mw_picture_sweep,
    NULL,
};
