/*
 * reason.h: the worker's reasons in the interface's language.
 *
 * The worker sends reasons as ids and figures (model/reason.h), and knows no language: their
 * sentences are looked up here, by the English of their rows. Texts are shown as they are: errors,
 * and the reasons of recordings from before they had ids.
 */
#ifndef MW_LABS_REASON_H
#define MW_LABS_REASON_H

#include <jansson.h>
#include <stddef.h>

#include "model/reason.h"

/* A memory level's name in the interface's language; "L2" and "DRAM" are the same in all. */
const char *mw_level_word(const char *name);

/* What a reason says; "" for none. Returns `text`. */
const char *mw_reason_said(const mw_reason *reason, char text[MW_REASON_TEXT]);

/* What a reason in JSON says, or a text; "" for anything else. Returns `text`. */
const char *mw_json_said(const json_t *json, char text[MW_REASON_TEXT]);

/* Puts what they say in the place of all reasons in a view, and in the texts of it. Steals `view`
 * and returns what it became; NULL stays NULL. */
json_t *mw_view_said(json_t *view);

/* What an error of the host says (MW_HOST_ERROR): records left out are counted. Returns `text`. */
const char *mw_reason_of_error(const json_t *error, char text[MW_REASON_TEXT]);

#endif
