/*
 * transcript.h: what both front ends must agree on of an attempt: every event with its verdicts, in
 * their order. A transcript is a list of { "event", "verdicts"? }; the caller owns it.
 */
#ifndef MW_TEST_TRANSCRIPT_H
#define MW_TEST_TRANSCRIPT_H

#include <jansson.h>

/* From the lines that `memwall run --json` prints. */
json_t *transcript_of_lines(const char *lines);

/* From what the store below `folder`, a home, keeps of the last attempt. */
json_t *transcript_of_store(const char *folder);

/* Fails at the first record that differs. The lines print fewer digits of a measurement than the
 * store keeps, so that nine are compared. */
void transcript_assert_same(const json_t *mine, const json_t *theirs);

#endif
