/* pictures.h: the list of pictures in a view model, whatever they show. */
#ifndef MW_LABS_VIEW_PICTURES_H
#define MW_LABS_VIEW_PICTURES_H

#include <jansson.h>

int mw_view_picture_count(const json_t *view);
const json_t *mw_view_picture_at(const json_t *view, int index); /* borrowed; NULL outside */

/* The first one with this id, or of this kind; NULL: none. Borrowed. */
const json_t *mw_view_picture(const json_t *view, const char *id);
const json_t *mw_view_picture_of(const json_t *view, const char *kind);

/* The first one whose points know their bytes by level, or NULL. */
const json_t *mw_view_levelled(const json_t *view);

/* The level by whose bytes points are placed when `wanted` is asked for, a level's name or "*":
 * that, where the picture knows it, else "". */
const char *mw_picture_level(const json_t *picture, const char *wanted);

#endif
