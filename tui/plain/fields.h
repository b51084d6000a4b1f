/*
 * fields.h: fields and controls of a view as lines; their kinds (tui/fields/) say what stands in
 * them.
 */
#ifndef MW_PLAIN_FIELDS_H
#define MW_PLAIN_FIELDS_H

#include <jansson.h>

#include "tui/plain/lines.h"

/* What is said of a step before anything is asked: its controls, and the fields of which we cannot
 * ask.
 */
void mw_plain_say_controls(const mw_lines *out, const json_t *view);
void mw_plain_say_unknown(const mw_lines *out, const json_t *view);

/* Says what there is to know of a field, then its prompt without an end of line. */
void mw_plain_say_prompt(const mw_lines *out, const json_t *field);

/* A field that can be answered: of a kind that we know, and not locked. */
bool mw_plain_is_open(const json_t *field);

/* What is handed in for a typed line (which is the field's value when it is empty and there is
 * one), or NULL after having said what is the matter. */
json_t *mw_plain_take_line(const mw_lines *out, const json_t *field, const char *line);

#endif
