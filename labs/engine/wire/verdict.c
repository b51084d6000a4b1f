/* verdict.c: compares the word under "verdict" with that of a row. */
#include "labs/engine/wire/verdict.h"

static const char *word_of(const json_t *object)
{
    return json_string_value(json_object_get(object, "verdict"));
}

bool mw_json_has_run_verdict(const json_t *object, mw_run_verdict verdict)
{
    mw_run_verdict said;
    return mw_run_verdict_parse(word_of(object), &said) && said == verdict;
}

bool mw_json_has_verdict(const json_t *object, mw_verdict verdict)
{
    mw_verdict said;
    return mw_verdict_parse(word_of(object), &said) && said == verdict;
}
