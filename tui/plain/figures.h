/*
 * figures.h: what the screen draws, as text tables: counters and pictures.
 *
 * Each number is shown with its kind; one that is absent says why.
 */
#ifndef MW_PLAIN_FIGURES_H
#define MW_PLAIN_FIGURES_H

#include <jansson.h>

#include "tui/plain/lines.h"

/* Parts of a view model; each prints nothing when its part is missing or empty. */
void mw_figures_counters(const mw_lines *lines, const json_t *counters);
void mw_figures_picture(const mw_lines *lines, const json_t *picture);

/* Those pictures that show what the step found, or those that are of the whole lab. */
void mw_figures_pictures(const mw_lines *lines, const json_t *view, bool with_step);

#endif
