/*
 * figure.h: a picture of what a lab shows as a file for documents: a picture of one view, or its
 * counters, drawn, or as the data behind the picture.
 *
 * A figure is named by its kind of picture ("roofline", "sweep"), or by MW_FIGURE_COUNTERS.
 */
#ifndef MW_LABS_FIGURE_H
#define MW_LABS_FIGURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "labs/chart/pictures/pictures.h"
#include "model/status.h"

#define MW_FIGURE_COUNTERS "counters"

bool mw_figure_known(const char *name);

/* The names one by one, from 0; NULL after the last. */
const char *mw_figure_at(int index);

/* "roofline, sweep and counters": what is known. */
void mw_figure_names(char *text, size_t size);

/* Whether the view has anything to show in it. */
bool mw_figure_present(const char *name, const json_t *view);

/* Whether the view is of the step that ran what it shows, and not of a later one that looks back.
 */
bool mw_figure_own(const char *name, const json_t *view);

typedef struct mw_figure {
    const char *name;
    const json_t *view;
    double width, height; /* points; 0: what suits it */
    double dpi;           /* of a PNG; 0: the usual */
    bool dark;
    const char *level; /* by whose bytes points are placed, "*" for all levels; NULL: compulsory */
} mw_figure;

/* Reads "16x10cm", "84x60mm", "6.5x4in" or "480x320pt" (also without a unit: cm) as points. */
bool mw_figure_size_parse(const char *text, double *width, double *height);

/* Whether files of this name can be made: .svg, .pdf, .png, .csv or .json. MW_INVALID says what
 * can, MW_UNSUPPORTED that this build has no cairo. */
mw_status mw_figure_check_path(const char *path, mw_error *error);

/* Writes the file whole or not at all; its ending decides. */
mw_status mw_figure_write(const mw_figure *figure, const char *path, mw_error *error);

/* The measured samples that a figure shows, and how many of them are noisy. */
mw_picture_samples mw_figure_samples_of(const char *name, const json_t *view);

/* The processor that the view's figures are of, without blanks at its ends; "" when not known. */
void mw_figure_brand(const json_t *view, char *text, size_t size);

/*
 * The data of a figure: { "format": 1, "figure", "memwall", "lab", "step", "machine", "measured",
 * "samples", "rows": [ { … } ] }. Every row has the same members in the same order; numbers are
 * those of the view, each with its unit and kind. The caller owns it.
 */
json_t *mw_figure_data(const char *name, const json_t *view);

/* The rows as CSV (RFC 4180) under a line of names, each ended by what all of them share: machine,
 * date, versions and seed; the caller frees it. */
char *mw_figure_csv(const json_t *data, size_t *size);

/* What of a text may be shown: valid UTF-8 without control characters. */
void mw_figure_gate(const char *text, char *clean, size_t size);

#endif
