/* SPDX-License-Identifier: MIT */
/* Writes JSON, indented by two blanks a level, or from some level on in one line. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct json - a document being written; all zero but @out is an empty one
 * @out: where to
 * @lines: levels whose members have lines of their own; 0: all
 * @depth: objects and arrays that are open
 * @filled: the innermost of them has a member
 */
struct json {
	FILE *out;
	int lines, depth;
	bool filled;
};

/*
 * Members. @key is NULL in arrays and for the document itself.
 */

/**
 * json_open() - begin an object or an array
 * @j: the document
 * @key: its name, or NULL
 * @bracket: '{' or '['
 */
void json_open(struct json *j, const char *key, char bracket);

/**
 * json_close() - end an object or an array
 * @j: the document
 * @bracket: '}' or ']'
 */
void json_close(struct json *j, char bracket);

/**
 * json_string() - a string
 * @j: the document
 * @key: its name, or NULL
 * @value: any bytes: what is not UTF-8 becomes U+FFFD
 */
void json_string(struct json *j, const char *key, const char *value);

/**
 * json_uint() - a whole number
 * @j: the document
 * @key: its name, or NULL
 * @value: the number
 */
void json_uint(struct json *j, const char *key, uint64_t value);

/**
 * json_decimal() - a number with a fixed number of decimal places, exactly
 * @j: the document
 * @key: its name, or NULL
 * @value: in units of the last place
 * @places: behind the point, at most 18
 */
void json_decimal(struct json *j, const char *key, uint64_t value, int places);

/**
 * json_real() - a number
 * @j: the document
 * @key: its name, or NULL
 * @value: the number; null is written for infinities and NaN
 */
void json_real(struct json *j, const char *key, double value);

/**
 * json_null() - null
 * @j: the document
 * @key: its name, or NULL
 */
void json_null(struct json *j, const char *key);

#endif
