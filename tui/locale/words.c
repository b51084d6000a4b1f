#include "tui/locale/words.h"

#include "model/verdict.h"
#include "tui/locale/locale.h"

const char *mw_kind_word(mw_kind kind)
{
    return _(mw_kind_name(kind));
}

const char *mw_kind_word_of(const char *name)
{
    mw_kind kind;
    return mw_kind_parse(name, &kind) ? mw_kind_word(kind) : name;
}

const char *mw_verdict_word(const char *name)
{
    mw_verdict verdict;
    return mw_verdict_parse(name, &verdict) ? mw_locale_text_in("verdict", name) : name;
}

const char *mw_run_verdict_word(const char *name)
{
    mw_run_verdict verdict;
    return mw_run_verdict_parse(name, &verdict) ? mw_locale_text_in("verdict", name) : name;
}
