/* harmless.h: foreign bytes made fit for a terminal and for JSON. */
#ifndef MW_HOST_HARMLESS_H
#define MW_HOST_HARMLESS_H

/* In place: control characters, direction overrides and what is not UTF-8 become '?', tabs become
 * spaces. */
void mw_text_harmless(char *text);

#endif
