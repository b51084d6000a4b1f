/*
 * locale.h: which language the interface speaks, and whether the terminal takes UTF-8.
 *
 * The language is our own setting, not the system's: a machine without a generated zh_CN locale
 * still shows Chinese. Text in the code is English and marked: _("text") where it is shown,
 * N_("text") where it only stands in a table, ngettext("%d line", "%d lines", n) where it counts.
 * Translations are in assets/po.
 */
#ifndef MW_LABS_LOCALE_H
#define MW_LABS_LOCALE_H

#include <stdbool.h>

#define _(text)                mw_locale_text(text)
#define N_(text)               (text)
#define NC_(context, text)     (text)
#define ngettext(one, many, n) mw_locale_plural(one, many, n)

typedef struct mw_locale {
    const char *language; /* "en" or "zh_CN": of the interface and of lab text; static storage */
    bool utf8;            /* text goes out as UTF-8; if not, only ASCII may be drawn */
    bool fell_back;       /* the environment names a locale which this machine does not have */
} mw_locale;

/*
 * Sets the process's locale from the environment (C.UTF-8 when the one named there was never
 * generated; numbers always with a point) and the interface's language: `language`, or what the
 * environment asks for when it is NULL or unknown. Without UTF-8 the language is English, since
 * nothing else can be shown. Call it again to change the language: texts asked for afterwards are
 * in the new one. No other thread may ask for a text, or for anything of the locale, meanwhile.
 */
mw_locale mw_locale_init(const char *language);

/* What stands behind _() and ngettext(): a text in the present language, which is English until
 * mw_locale_init() and where there is no translation. It stays when the language changes. */
const char *mw_locale_text(const char *english) __attribute__((format_arg(1)));
/* That of a word in a context, where English has one word for several things: NC_ marks it. */
const char *mw_locale_text_in(const char *context, const char *english);
const char *mw_locale_plural(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));

/* Why the interface stays English though the language is another; "" when it does not. */
const char *mw_locale_problem(void);

/* "zh_CN" for "zh_CN.UTF-8", "zh-Hans" or "zh"; "en" for "en_GB", "C" or "POSIX"; NULL when we do
 * not speak it. Static storage. */
const char *mw_locale_match(const char *name);

/* What the present language calls itself: "English", "简体中文". */
const char *mw_locale_name(void);

/* The languages we speak, ended by NULL; the first is the one in the source. */
const char *const *mw_locale_languages(void);

#endif
