// SPDX-License-Identifier: MIT
/* Writes JSON. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "json.h"
#include "text.h"

static void put_escaped(FILE *out, unsigned char c)
{
	const char *special = strchr("\"\"\\\\\nn\rr\tt", c);

	if (c < 0x20 && !(special && c))
		fprintf(out, "\\u%04x", c);
	else if (c == '"' || c == '\\')
		fprintf(out, "\\%c", c);
	else if (c < 0x20)
		fprintf(out, "\\%c", special[1]);
	else
		fputc(c, out);
}

static void put_string(FILE *out, const char *value)
{
	size_t left = strlen(value);

	fputc('"', out);
	while (left) {
		size_t len = utf8_sequence(value, left);

		if (len == 1)
			put_escaped(out, (unsigned char)*value);
		else if (len)
			fwrite(value, 1, len, out);
		else
			fputs("\\ufffd", out);
		len += !len;
		value += len;
		left -= len;
	}
	fputc('"', out);
}

static void new_line(struct json *j)
{
	if (!j->depth)
		return;
	if (j->lines && j->depth > j->lines)
		fputs(j->filled ? " " : "", j->out);
	else
		fprintf(j->out, "\n%*s", 2 * j->depth, "");
}

static void begin_member(struct json *j, const char *key)
{
	if (j->filled)
		fputc(',', j->out);
	new_line(j);
	j->filled = true;
	if (key) {
		put_string(j->out, key);
		fputs(": ", j->out);
	}
}

void json_open(struct json *j, const char *key, char bracket)
{
	begin_member(j, key);
	fputc(bracket, j->out);
	j->depth++;
	j->filled = false;
}

void json_close(struct json *j, char bracket)
{
	j->depth--;
	if (j->filled && !(j->lines && j->depth >= j->lines))
		fprintf(j->out, "\n%*s", 2 * j->depth, "");
	fputc(bracket, j->out);
	if (!j->depth)
		fputc('\n', j->out);
	j->filled = true;
}

void json_string(struct json *j, const char *key, const char *value)
{
	begin_member(j, key);
	put_string(j->out, value);
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
	begin_member(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_decimal(struct json *j, const char *key, uint64_t value, int places)
{
	uint64_t unit = 1;

	for (int i = 0; i < places; i++)
		unit *= 10;
	begin_member(j, key);
	fprintf(j->out, "%" PRIu64, value / unit);
	if (value % unit)
		fprintf(j->out, ".%0*" PRIu64, places, value % unit);
}

void json_real(struct json *j, const char *key, double value)
{
	if (!isfinite(value)) {
		json_null(j, key);
		return;
	}
	begin_member(j, key);
	fprintf(j->out, "%.6f", value);
}

void json_null(struct json *j, const char *key)
{
	begin_member(j, key);
	fputs("null", j->out);
}
