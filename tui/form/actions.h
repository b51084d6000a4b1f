/*
 * actions.h: everything that a key can do, as one table. It feeds the dispatch of keys, the footer,
 * the help, the command palette and the manual.
 *
 * X(ID, contexts, needs, unless, keys, rank, name, help)
 *   contexts  where it exists: MW_IN_… bits
 *   needs     MW_IF_… bits of which all must hold, and `unless`: of which none may
 *   keys      names as in keys.h, the one to show first; letters do nothing while one is typing
 *   rank      place in the footer, from the left; 0 keeps it out
 *   name      a word or two for the footer; help says what it does
 */
#ifndef MW_TUI_ACTIONS_H
#define MW_TUI_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "labs/locale/locale.h"
#include "tui/form/model.h"
#include "tui/keys/keys.h"

enum {
    MW_IN_COURSE = 1,
    MW_IN_LAB = 2,
    MW_IN_MACHINE = 4,
    MW_IN_HELP = 8,
    MW_IN_PALETTE = 16,
    MW_IN_LOG = 32,
    MW_IN_SCREENS = MW_IN_COURSE | MW_IN_LAB | MW_IN_MACHINE,
    MW_IN_PAGES = MW_IN_HELP | MW_IN_LOG,
    MW_IN_ALL = 63
};

enum {
    MW_IF_TYPING = 1,      /* letters go into a field, the search or the palette */
    MW_IF_RUNNING = 2,     /* a kernel runs */
    MW_IF_CALIBRATING = 4, /* the roofs are being measured */
    MW_IF_FIRST = 8,       /* for the first time on this machine */
    MW_IF_LAB = 16,        /* a lab is open */
    MW_IF_FIELDS = 32,     /* there is something to focus */
    MW_IF_OPTIONS = 64,    /* the focus is on something to choose from */
    MW_IF_ADJUST = 128,    /* the focus is on a value to turn or a mark to push */
    MW_IF_MATCH = 256,     /* the course map was searched */
    /* The present step offers it: */
    MW_IF_SUBMIT = 512,
    MW_IF_RUN = 1024,
    MW_IF_SWEEP = 2048,
    MW_IF_COMPARE = 4096,
    MW_IF_HINT = 8192,
    MW_IF_UNDO = 16384,
    MW_IF_NEXT = 32768,
    MW_IF_PREVIOUS = 65536,
    MW_IF_PANELS = 131072, /* the screen is too small to show everything at once */
    MW_IF_BYTES = 262144,  /* points can be placed by the bytes of several levels */
    MW_IF_WAIT = 524288    /* offered by the step: what was noisy, in a quiet moment */
};

/* clang-format off */
#define MW_ACTION_TABLE(X)                                                                          \
    X(HELP, MW_IN_SCREENS, 0, 0, "? F1", 10, N_("keys"), N_("show the keys that work here"))        \
    X(PALETTE, MW_IN_SCREENS, 0, 0, ": F2", 20, N_("commands"),                                     \
      N_("find a command by a part of its name"))                                                   \
    X(OPEN, MW_IN_COURSE, 0, MW_IF_TYPING, "Enter Right l", 30, N_("open"), N_("open the lab"))     \
    X(FIND_DONE, MW_IN_COURSE, MW_IF_TYPING, 0, "Enter", 30, N_("go there"),                        \
      N_("end the search at the lab that was found"))                                               \
    X(FIND_CANCEL, MW_IN_COURSE, MW_IF_TYPING, 0, "Esc", 40, N_("cancel"), N_("end the search"))    \
    X(FIND, MW_IN_COURSE, 0, MW_IF_TYPING, "/", 40, N_("find"), N_("find a lab by its title"))      \
    X(FIND_NEXT, MW_IN_COURSE, MW_IF_MATCH, MW_IF_TYPING, "n", 0, N_("next match"),                 \
      N_("go to the next lab that was found"))                                                      \
    X(FIND_PREVIOUS, MW_IN_COURSE, MW_IF_MATCH, MW_IF_TYPING, "N", 0, N_("previous match"),         \
      N_("go to the lab found before"))                                                             \
    X(NEXT_FIELD, MW_IN_LAB, MW_IF_FIELDS, 0, "Tab", 30, N_("next field"),                          \
      N_("move to the next field or control"))                                                      \
    X(PREVIOUS_FIELD, MW_IN_LAB, MW_IF_FIELDS, 0, "S-Tab", 0, N_("previous field"),                 \
      N_("move to the field or control before"))                                                    \
    X(SUBMIT, MW_IN_LAB, MW_IF_SUBMIT, 0, "Enter C-d", 40, N_("answer"),                            \
      N_("give the answer; with fields still empty, go to the next of them"))                       \
    X(CONTINUE, MW_IN_LAB, MW_IF_NEXT, MW_IF_SUBMIT, "Enter", 40, N_("continue"),                   \
      N_("go on to the next step"))                                                                 \
    X(CHOOSE, MW_IN_LAB, MW_IF_OPTIONS, 0, "Space", 45, N_("choose"),                               \
      N_("choose the option, or take it back where several may be chosen"))                         \
    X(PICK, MW_IN_LAB, MW_IF_OPTIONS, 0, "1 2 3 4 5 6 7 8 9", 0, N_("pick"),                        \
      N_("choose an option by its number"))                                                         \
    X(RUN, MW_IN_LAB, MW_IF_RUN, 0, "r", 50, N_("run"), N_("run the kernel"))                       \
    X(SWEEP, MW_IN_LAB, MW_IF_SWEEP, 0, "s", 50, N_("sweep"),                                       \
      N_("run the kernel with every value of the swept parameter"))                                 \
    X(COMPARE, MW_IN_LAB, MW_IF_COMPARE, 0, "c", 50, N_("compare"),                                 \
      N_("run both kernels by turns"))                                                              \
    X(WAIT, MW_IN_LAB, MW_IF_WAIT, 0, "w", 52, N_("wait"),                                          \
      N_("wait for a quiet moment, then measure again what was noisy"))                             \
    X(CANCEL, MW_IN_LAB, MW_IF_RUNNING, 0, "Esc", 35, N_("stop run"), N_("stop what runs"))         \
    X(LEAVE_FIELD, MW_IN_LAB, MW_IF_TYPING, MW_IF_RUNNING, "Esc", 60, N_("leave field"),            \
      N_("stop typing, so that letters are commands"))                                              \
    X(HINT, MW_IN_LAB, MW_IF_HINT, 0, "h", 60, N_("hint"), N_("show the next hint"))                \
    X(UNDO, MW_IN_LAB, MW_IF_UNDO, 0, "u", 65, N_("take back"), N_("take the last answer back"))    \
    X(BACK, MW_IN_LAB, MW_IF_PREVIOUS, MW_IF_UNDO, "u", 65, N_("back"),                             \
      N_("go back to the step before"))                                                             \
    X(PREVIOUS, MW_IN_LAB, MW_IF_PREVIOUS, 0, "p", 0, N_("previous step"),                          \
      N_("go back to the step before"))                                                             \
    X(NEXT, MW_IN_LAB, MW_IF_NEXT, 0, "n", 62, N_("next step"), N_("go on to the next step"))       \
    X(VARIANT, MW_IN_LAB, MW_IF_LAB, 0, "v", 70, N_("variant"),                                     \
      N_("begin again with other numbers; press it twice"))                                         \
    X(BYTES, MW_IN_LAB, MW_IF_BYTES, 0, "b", 68, N_("bytes"),                                       \
      N_("place the points by the bytes of the next level of the memory"))                          \
    X(EXPORT, MW_IN_LAB, MW_IF_LAB, 0, "e", 0, N_("pictures"),                                      \
      N_("write the pictures of this step into the current folder"))                                \
    X(SKIP, MW_IN_MACHINE, MW_IF_CALIBRATING | MW_IF_FIRST, 0, "Esc", 30, N_("skip"),               \
      N_("go on with nominal roofs; measure them later"))                                           \
    X(CANCEL_CALIBRATION, MW_IN_MACHINE, MW_IF_CALIBRATING, MW_IF_FIRST, "Esc", 30, N_("stop"),     \
      N_("stop measuring; the roofs remembered stay"))                                              \
    X(CALIBRATE, MW_IN_MACHINE, 0, MW_IF_CALIBRATING, "c", 30, N_("measure again"),                 \
      N_("measure this machine's roofs"))                                                           \
    X(PANEL, MW_IN_LAB, MW_IF_PANELS, 0, "o", 32, N_("other part"),                                 \
      N_("show the part of the step that has no room here"))                                        \
    X(UP, MW_IN_ALL, 0, 0, "Up k", 0, N_("up"), N_("one line, option or field up"))                 \
    X(DOWN, MW_IN_ALL, 0, 0, "Down j", 0, N_("down"), N_("one line, option or field down"))         \
    X(LEFT, MW_IN_LAB, MW_IF_ADJUST, 0, "Left <", 0, N_("less"),                                    \
      N_("a smaller value; the point to the left"))                                                 \
    X(RIGHT, MW_IN_LAB, MW_IF_ADJUST, 0, "Right > l", 0, N_("more"),                                \
      N_("a larger value; the point to the right"))                                                 \
    X(PAGE_UP, MW_IN_ALL, 0, 0, "PgUp", 0, N_("page up"), N_("scroll the text back"))               \
    X(PAGE_DOWN, MW_IN_ALL, 0, 0, "PgDn", 0, N_("page down"), N_("scroll the text on"))             \
    X(FIRST, MW_IN_ALL, 0, 0, "Home g", 0, N_("first"), N_("the first line or value"))              \
    X(LAST, MW_IN_ALL, 0, 0, "End G", 0, N_("last"), N_("the last line or value"))                  \
    X(ACCEPT, MW_IN_PALETTE, 0, 0, "Enter", 10, N_("do it"), N_("do what the marked line says"))    \
    X(CLOSE_PALETTE, MW_IN_PALETTE, 0, 0, "Esc", 20, N_("close"), N_("close the list of commands")) \
    X(CLOSE, MW_IN_PAGES, 0, 0, "Esc q Enter", 10, N_("close"), N_("close this page"))              \
    X(LOG, MW_IN_SCREENS, 0, 0, "L", 0, N_("log"), N_("what the running lab has printed"))          \
    X(MACHINE, MW_IN_COURSE | MW_IN_LAB, 0, 0, "m", 80, N_("machine"),                              \
      N_("this machine's roofs"))                                                                   \
    X(THEME, MW_IN_SCREENS, 0, 0, "", 0, N_("other colours"), N_("the next colour theme"))          \
    X(LANGUAGE, MW_IN_SCREENS, 0, 0, "", 0, N_("other language"), N_("the next language"))          \
    X(LEAVE_LAB, MW_IN_LAB, 0, 0, "q", 90, N_("course map"),                                        \
      N_("leave the lab; it goes on here next time"))                                               \
    X(LEAVE_MACHINE, MW_IN_MACHINE, 0, MW_IF_CALIBRATING, "q Esc", 90, N_("back"),                  \
      N_("leave this screen"))                                                                      \
    X(QUIT, MW_IN_COURSE, 0, 0, "q", 90, N_("quit"), N_("leave memwall; nothing is to be saved"))   \
    X(QUIT_NOW, MW_IN_SCREENS, 0, 0, "Q", 0, N_("quit"), N_("leave memwall from anywhere"))         \
    X(INTERRUPT, MW_IN_ALL, 0, 0, "C-c", 0, N_("interrupt"), N_("stop what runs, or leave memwall")) \
    X(REDRAW, MW_IN_ALL, 0, 0, "C-l", 0, N_("redraw"), N_("draw the screen anew"))                  \
    X(SUSPEND, MW_IN_ALL, 0, 0, "C-z", 0, N_("suspend"),                                            \
      N_("back to the shell; 'fg' returns here"))
/* clang-format on */

typedef enum mw_action_id {
#define MW_ACTION_ID(id, ...) MW_ACTION_##id,
    MW_ACTION_TABLE(MW_ACTION_ID)
#undef MW_ACTION_ID
        MW_ACTION_COUNT,
    MW_ACTION_NONE = -1
} mw_action_id;

typedef struct mw_action {
    unsigned contexts, needs, unless;
    const char *keys;
    int rank;
    const char *name, *help; /* in English: translate with _() where they are shown */
} mw_action;

const mw_action *mw_action_of(mw_action_id id);

/* The one context that gets the keys now, and that of the screen under an overlay. */
unsigned mw_action_context(const mw_model *model);
unsigned mw_action_screen(const mw_model *model);

/* The MW_IF_… bits that hold. */
unsigned mw_action_state(const mw_model *model);

/* What `key` does in a context and state; MW_ACTION_NONE when nothing. */
mw_action_id mw_action_for(unsigned context, unsigned state, mw_key key);
bool mw_action_valid(mw_action_id id, unsigned context, unsigned state);

/* The names of its keys as people read them, up to `most` of them: "Enter, Ctrl-D". */
void mw_action_keys(mw_action_id id, int most, char *text, size_t size);

/* Fills the footer with what is valid now, in the order of rank. */
void mw_action_footer(mw_model *model);

/* Actions of the screen under the overlay for the help: those that work `now`, then the others,
 * each in the order of the table; returns how many. */
size_t mw_action_help(const mw_model *model, mw_action_id *ids, size_t capacity, size_t *now);

/* Actions valid on the screen under the palette whose name or help holds the letters of
 * model->palette_text in their order, the best first; returns how many. */
size_t mw_action_palette(const mw_model *model, mw_action_id *ids, size_t capacity);

/* The table by screens, as lines or as a section of a manual page (mdoc macros). */
void mw_action_manual(FILE *file, bool roff);

#endif
