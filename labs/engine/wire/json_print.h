/*
 * json_print.h: JSON on its way to a terminal: what a terminal would act upon, or a reader be
 * misled by, is escaped (model/character.h). To a program it says the same.
 */
#ifndef MW_WIRE_JSON_PRINT_H
#define MW_WIRE_JSON_PRINT_H

#include <jansson.h>
#include <stdio.h>

/* `flags` as for json_dumps. */
void mw_json_print(FILE *file, const json_t *json, size_t flags);

#endif
