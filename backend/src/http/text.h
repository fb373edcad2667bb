/* Small checks on texts from outside, shared by the files of this folder. */
#ifndef HTTP_TEXT_H
#define HTTP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Valid UTF-8? */
bool text_is_clean(const char *text);

/*
 * Decodes the percent-encoding of text[0..size) into a new text owned by `mem`; NULL when it hides
 * a NUL character or is not UTF-8.
 */
const char *text_decode(void *mem, const char *text, size_t size);

#endif
