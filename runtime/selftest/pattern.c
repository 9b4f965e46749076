// SPDX-License-Identifier: MIT
#include "pattern.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Multipliers, and their inverses modulo 2^64. */
#define MUL1 0xbf58476d1ce4e5b9ull
#define MUL2 0x94d049bb133111ebull
#define INV1 0x96de1b173f119089ull
#define INV2 0x319642b2d24d8ec3ull

/* Every bit of the result depends on every bit of the address, and it can be undone. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * MUL1;
	x = (x ^ x >> 27) * MUL2;
	return x ^ x >> 31;
}

static uint64_t unmix(uint64_t x)
{
	x = (x ^ x >> 31 ^ x >> 62) * INV2;
	x = (x ^ x >> 27 ^ x >> 54) * INV1;
	return x ^ x >> 30 ^ x >> 60;
}

/* Address 0 would be mixed to 0, which a dead memory holds too. */
#define SALT 0x5851f42d4c957f2dull

void pattern_fill(void *p, uint64_t address, size_t bytes, uint64_t invert)
{
	uint64_t *word = p;

	for (size_t i = 0; i < bytes / 8; i++)
		word[i] = mix((address + 8 * i) ^ SALT) ^ invert;
}

static void note_first(struct damage *d, uint64_t address, uint64_t expected, uint64_t read)
{
	d->spread |= d->words && address != d->first;
	if (d->words++)
		return;
	d->first = address;
	d->expected = expected;
	d->read = read;
}

void damage_note(struct damage *d, uint64_t address, uint64_t expected, uint64_t read)
{
	note_first(d, address, expected, read);
	for (unsigned int bit = 0; bit < 64; bit++) {
		const unsigned int line = (address * 8 + bit) % d->lines;

		d->low[line] += expected >> bit & ~read >> bit & 1;
		d->high[line] += ~expected >> bit & read >> bit & 1;
	}
}

static void check_word(struct damage *d, uint64_t address, uint64_t read, uint64_t invert)
{
	const uint64_t expected = mix(address ^ SALT) ^ invert;
	uint64_t belongs;

	if (read == expected)
		return;
	belongs = unmix(read ^ invert) ^ SALT;
	if (belongs >= d->memory || belongs % 8) {
		damage_note(d, address, expected, read);
		return;
	}
	note_first(d, address, expected, read);
	d->displaced++;
	d->address |= belongs ^ address;
}

void pattern_check(struct damage *d, const void *p, uint64_t address, size_t bytes, uint64_t invert)
{
	const uint64_t *word = p;

	for (size_t i = 0; i < bytes / 8; i++)
		check_word(d, address + 8 * i, word[i], invert);
}

struct text {
	char *at;
	size_t size, len;
};

static void put(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(struct text *t, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(t->at + t->len, t->size - t->len, fmt, args);
	va_end(args);
	if (n > 0)
		t->len += (size_t)n < t->size - t->len ? (size_t)n : t->size - t->len - 1;
}

static void put_address_lines(struct text *t, uint64_t lines)
{
	const char *separator = "";

	put(t, "address line%s ", lines & (lines - 1) ? "s" : "");
	for (unsigned int bit = 0; bit < 64; bit++) {
		if (!(lines >> bit & 1))
			continue;
		put(t, "%s%u", separator, bit);
		separator = ", ";
	}
	put(t, " stuck or shorted");
}

static unsigned int bad_lines(const struct damage *d)
{
	unsigned int count = 0;

	for (unsigned int line = 0; line < d->lines; line++)
		count += d->low[line] || d->high[line];
	return count;
}

static void put_data_line(struct text *t, const struct damage *d, unsigned int line)
{
	put(t, "%u (%s)", line, !d->high[line] ? "stuck at 0" : !d->low[line] ? "stuck at 1" :
	    "unreliable");
}

#define NAMED_LINES 8

static void put_data_lines(struct text *t, const struct damage *d)
{
	const unsigned int count = bad_lines(d);
	const char *separator = "";
	unsigned int named = 0;

	if (count == d->lines) {
		put(t, "all %u data lines", count);
		return;
	}
	put(t, "data line%s ", count > 1 ? "s" : "");
	for (unsigned int line = 0; line < d->lines && named < NAMED_LINES; line++) {
		if (!d->low[line] && !d->high[line])
			continue;
		put(t, "%s", separator);
		put_data_line(t, d, line);
		separator = ", ";
		named++;
	}
	if (count > named)
		put(t, " and %u more", count - named);
}

void damage_describe(const struct damage *d, char *text, size_t size)
{
	struct text t = { text, size, 0 };
	const uint64_t flipped = d->expected ^ d->read;

	/* At one address in all of a test: no line can be at fault, for it carries many words. */
	if (!d->spread && !d->displaced && !(flipped & (flipped - 1))) {
		const unsigned int bit = __builtin_ctzll(flipped);

		put(&t, "bit %u of byte 0x%" PRIx64 " is %u for %u, nothing else: a bad cell",
		    bit % 8, d->first + bit / 8, (unsigned int)(d->read >> bit & 1),
		    (unsigned int)(d->expected >> bit & 1));
		return;
	}
	if (d->displaced)
		put_address_lines(&t, d->address);
	if (d->words > d->displaced) {
		put(&t, d->displaced ? "; " : "");
		put_data_lines(&t, d);
	}
	put(&t, "; %" PRIu64 " words of 64 bits wrong, the first at 0x%" PRIx64 ": 0x%016" PRIx64
	    " for 0x%016" PRIx64, d->words, d->first, d->read, d->expected);
}
