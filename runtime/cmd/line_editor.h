/* SPDX-License-Identifier: MIT */
/* Lines that a person types, with editing and history, or that come through a pipe. */
#ifndef LINE_EDITOR_H
#define LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "ingot/error.h"

struct line_editor;

/**
 * enum line_end - what came instead of a line
 * @LINE_OK: nothing: there is a line
 * @LINE_EOF: the end of the input, Ctrl-D
 * @LINE_INTERRUPT: Ctrl-C or SIGTERM
 * @LINE_ERROR: reading failed
 */
enum line_end { LINE_OK, LINE_EOF, LINE_INTERRUPT, LINE_ERROR };

/**
 * line_editor_create() - get ready to read lines
 * @err: filled in on failure
 *
 * Return: the editor, to be freed with line_editor_free(), or NULL.
 */
struct line_editor *line_editor_create(struct ingot_error *err);

/**
 * line_editor_free() - free an editor
 * @l: the editor, or NULL
 */
void line_editor_free(struct line_editor *l);

/**
 * line_editor_interactive() - is there a person at a terminal?
 * @l: the editor
 *
 * Return: whether standard input and output are terminals.
 */
bool line_editor_interactive(const struct line_editor *l);

/**
 * line_editor_read() - read a line; one that ends with a backslash goes on with the next
 * @l: the editor
 * @text: set to the line without its end, to be freed with free(), for LINE_OK
 * @len: set to its bytes; zeros may be among them
 *
 * Return: what came.
 */
enum line_end line_editor_read(struct line_editor *l, char **text, size_t *len);

#endif
