/* locale.c: which language the environment asks for, and the catalogue it leads to. */
#include "labs/locale/locale.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "labs/locale/catalogue.h"

static const char *const languages[] = {"en", "zh_CN", NULL};
enum { LANGUAGES = sizeof languages / sizeof *languages - 1 };

/* Texts that were handed out stay, so a catalogue stays open once it was. */
static mw_catalogue *catalogues[LANGUAGES];
static const mw_catalogue *present; /* NULL for English, and where a catalogue is missing */
static mw_error problem;

const char *mw_locale_text(const char *english)
{
    return present != NULL ? mw_catalogue_text(present, english) : english;
}

const char *mw_locale_text_in(const char *context, const char *english)
{
    char key[256]; /* as gettext joins the two */
    snprintf(key, sizeof(key), "%s\004%s", context, english);
    const char *said = mw_locale_text(key);
    return said != key ? said : english;
}

const char *mw_locale_plural(const char *one, const char *many, unsigned long n)
{
    if (present != NULL) {
        return mw_catalogue_plural(present, one, many, n);
    }
    return n == 1 ? one : many;
}

const char *mw_locale_problem(void)
{
    return problem.message;
}

const char *const *mw_locale_languages(void)
{
    return languages;
}

const char *mw_locale_name(void)
{
    /* Translators: the name of your language in your language. */
    return _("English");
}

/* True when `name` is `word`, or `word` followed by one of the separators of locale names. */
static bool starts_with_word(const char *name, const char *word)
{
    const size_t length = strlen(word);
    return strncasecmp(name, word, length) == 0 &&
           (name[length] == '\0' || strchr("_-.@:", name[length]) != NULL);
}

const char *mw_locale_match(const char *name)
{
    /* Readers of traditional characters are not served by simplified ones. */
    static const char *const traditional[] = {"tw", "hk", "mo", "hant", NULL};

    if (starts_with_word(name, "en") || starts_with_word(name, "C") ||
        starts_with_word(name, "POSIX")) {
        return languages[0];
    }
    if (!starts_with_word(name, "zh")) {
        return NULL;
    }
    if (name[2] == '_' || name[2] == '-') {
        for (const char *const *region = traditional; *region != NULL; region++) {
            if (starts_with_word(name + 3, *region)) {
                return NULL;
            }
        }
    }
    return languages[1];
}

/* The variable that decides a locale category, in the order of POSIX; "" when none is set. */
static const char *wanted_locale(const char *category)
{
    const char *const names[] = {"LC_ALL", category, "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return value;
        }
    }
    return "";
}

/* NULL when the environment asks for none that we speak. */
static const char *language_of_environment(void)
{
    const char *locale = wanted_locale("LC_MESSAGES");
    const char *list = getenv("LANGUAGE");

    /* LANGUAGE is a list such as "zh_CN:en"; a plain C locale outranks it, as in gettext. */
    if (strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0) {
        while (list != NULL && *list != '\0') {
            const char *found = mw_locale_match(list);
            if (found != NULL) {
                return found;
            }
            list = strchr(list, ':');
            list = list != NULL ? list + 1 : NULL;
        }
    }
    return mw_locale_match(locale);
}

/* A name with another codeset, such as zh_CN.GB18030, tells of a terminal that wants no UTF-8. */
static bool names_another_codeset(const char *name)
{
    const char *codeset = strchr(name, '.');
    return codeset != NULL && strncasecmp(codeset, ".utf8", 5) != 0 &&
           strncasecmp(codeset, ".utf-8", 6) != 0;
}

/* Catalogues lie beside the program, in a build tree as in an installed prefix. */
static void find_catalogues(char *path, size_t size)
{
    const char *own = getenv("MEMWALL_LOCALEDIR");
    if (own != NULL && own[0] != '\0') {
        snprintf(path, size, "%s", own);
        return;
    }
    char program[2048];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (length > 0) {
        program[length] = '\0';
        char *slash = strrchr(program, '/');
        if (slash != NULL) {
            *slash = '\0';
            snprintf(path, size, "%s/../share/locale", program);
            if (access(path, R_OK) == 0) {
                return;
            }
        }
    }
    snprintf(path, size, "%s", MW_LOCALEDIR);
}

/* The first language is the source's, and needs no catalogue. */
static void speak(const char *language)
{
    size_t i = 0;
    while (languages[i] != language) {
        i++;
    }
    present = NULL;
    problem = (mw_error){0};
    if (i > 0 && catalogues[i] == NULL) {
        char folder[4096], path[sizeof(folder) + 64];
        find_catalogues(folder, sizeof(folder));
        snprintf(path, sizeof(path), "%s/%s/LC_MESSAGES/memwall.mo", folder, language);
        mw_catalogue_open(path, &catalogues[i], &problem);
    }
    present = catalogues[i];
}

mw_locale mw_locale_init(const char *language)
{
    const char *of_environment = language_of_environment();
    mw_locale result = {.language = language != NULL ? mw_locale_match(language) : NULL};
    if (result.language == NULL) {
        result.language = of_environment != NULL ? of_environment : languages[0];
    }
    if (setlocale(LC_ALL, "") == NULL) {
        result.fell_back = true;
        if (names_another_codeset(wanted_locale("LC_CTYPE")) ||
            setlocale(LC_ALL, "C.UTF-8") == NULL) {
            setlocale(LC_ALL, "C");
        }
    }
    setlocale(LC_NUMERIC, "C");
    result.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (!result.utf8) {
        result.language = languages[0];
    }
    if (result.language != of_environment) {
        setlocale(LC_MESSAGES, "C"); /* else the system would speak another language than we */
    }
    speak(result.language);
    return result;
}
