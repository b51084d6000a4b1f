/* harmless.h: foreign bytes made fit for a terminal and for JSON. */
#ifndef MW_HOST_HARMLESS_H
#define MW_HOST_HARMLESS_H

/* In place: harmful characters (model/character.h) and what is not UTF-8 become '?', tabs become
 * spaces, invisible ones go. */
void mw_text_harmless(char *text);

#endif
