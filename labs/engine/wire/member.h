/*
 * member.h: reading JSON without trusting it. A member that is missing or of the wrong type, and
 * any member of what is no object, reads as "nothing there".
 */
#ifndef MW_WIRE_MEMBER_H
#define MW_WIRE_MEMBER_H

#include <jansson.h>
#include <stdbool.h>

/* Borrowed; NULL when there is none. */
const json_t *mw_json_member(const json_t *object, const char *key);

const char *mw_json_text(const json_t *object, const char *key); /* borrowed; "" */
double mw_json_number(const json_t *object, const char *key, double otherwise);
int mw_json_int(const json_t *object, const char *key, int otherwise); /* also beyond ±1e9 */
bool mw_json_true(const json_t *object, const char *key);

/* The length of a list (0 when it is none), its items (borrowed; NULL outside), and whether `text`
 * is one of them. */
int mw_json_count(const json_t *object, const char *key);
const json_t *mw_json_item(const json_t *object, const char *key, int index);
bool mw_json_lists(const json_t *object, const char *key, const char *text);

#endif
