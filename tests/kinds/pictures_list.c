/* pictures_list.c: the list of pictures of this test: the engine's and the toy, a line each. */
#include "labs/chart/pictures/pictures.h"

extern const mw_picture_kind mw_picture_roofline, mw_picture_sweep, toy_tries;

const mw_picture_kind *const mw_picture_list[] = {
    &mw_picture_roofline,
    &mw_picture_sweep,
    &toy_tries,
    NULL,
};
