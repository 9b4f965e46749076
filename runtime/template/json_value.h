/* SPDX-License-Identifier: MIT */
#ifndef TEMPLATE_JSON_VALUE_H
#define TEMPLATE_JSON_VALUE_H

#include "render.h"

/**
 * filter_tojson() - the filter tojson(ensure_ascii, indent, separators, sort_keys)
 * @r: the rendering
 * @c: the call
 *
 * Return: a string.
 */
struct tv filter_tojson(struct render *r, struct call *c);

#endif
