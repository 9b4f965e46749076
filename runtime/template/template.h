/* SPDX-License-Identifier: MIT */
/*
 * Chat templates: the part of the Jinja language that models' templates are written in, rendered
 * byte for byte as Python's jinja2 does with the settings of Hugging Face's transformers.
 *
 * What lies outside the part is refused with its line and column; nothing is rendered approximately.
 * A template comes with a model, from anywhere: its work, memory and depth are limited.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "ingot/error.h"
#include "value.h"

struct template;

/**
 * struct template_limits - what a rendering may use
 * @memory: bytes, of values and output together
 * @steps: expressions, statements and passes of loops; long strings count as many
 */
struct template_limits {
	size_t memory, steps;
};

/* Enough for conversations of any model's context, and over within a second or so. */
#define TEMPLATE_LIMITS ((struct template_limits){ .memory = (size_t)128 << 20, .steps = 20000000 })

/**
 * template_parse() - read a template
 * @name: what to call it in errors, for example the model's file; copied
 * @source: UTF-8, copied
 * @len: its bytes
 * @err: filled in on failure: -ENOTSUP for what is outside the supported part, -EINVAL for what is
 *	no template at all, -E2BIG, -ENOMEM
 *
 * Return: the template, to be freed with template_free(), or NULL.
 */
struct template *template_parse(const char *name, const char *source, size_t len,
				struct ingot_error *err);

/**
 * template_free() - free a template
 * @t: the template, or NULL
 */
void template_free(struct template *t);

/**
 * template_render() - render a template
 * @t: the template; it is not changed
 * @vars: a dict of the variables
 * @now: the time that strftime_now() tells, in the local time zone
 * @limits: what the rendering may use
 * @out: set to the text and a NUL, to be freed with free()
 * @len: set to its bytes
 * @err: filled in on failure: -ENOTSUP (see template_parse()), -EINVAL (the template refuses these
 *	variables, or works with them in a way that means nothing), -E2BIG (over a limit), -ENOMEM
 *
 * Return: 0 or negative errno.
 */
int template_render(const struct template *t, struct tv vars, time_t now,
		    const struct template_limits *limits, char **out, size_t *len,
		    struct ingot_error *err);

#endif
