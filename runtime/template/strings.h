/* SPDX-License-Identifier: MIT */
/* What filters and methods do to strings. */
#ifndef TEMPLATE_STRINGS_H
#define TEMPLATE_STRINGS_H

#include "render.h"

/**
 * string_strip() - characters off the ends
 * @r: the rendering
 * @c: the call, for errors
 * @s: the string
 * @chars: which characters; undefined or none: white space
 * @left: off the left end
 * @right: off the right end
 *
 * Return: the rest.
 */
struct str string_strip(struct render *r, const struct call *c, struct str s, struct tv chars,
			bool left, bool right);

/**
 * string_replace() - another string for each of those
 * @r: the rendering
 * @at: where in the source
 * @s: the string
 * @old: what is replaced
 * @new: by what
 * @count: at most so many; negative: all
 *
 * Return: the result.
 */
struct str string_replace(struct render *r, size_t at, struct str s, struct str old, struct str new,
			  int64_t count);

/* What happens to the letters of a string. */
enum letter_case { CASE_UPPER, CASE_LOWER, CASE_CAPITAL, CASE_TITLE };

/**
 * string_case() - a string with other letters
 * @r: the rendering
 * @c: the call, for errors: text beyond ASCII is refused
 * @s: the string
 * @how: which
 *
 * Return: the result.
 */
struct str string_case(struct render *r, const struct call *c, struct str s, enum letter_case how);

/**
 * string_lines() - cut at line ends
 * @r: the rendering
 * @at: where in the source
 * @s: the string
 * @keep: keep the line ends
 *
 * Return: a list of strings.
 */
struct tv string_lines(struct render *r, size_t at, struct str s, bool keep);

#endif
