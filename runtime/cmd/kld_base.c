// SPDX-License-Identifier: MIT
/* The file of --kl-divergence-base. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ingot/error.h"
#include "kld_base.h"
#include "softmax.h"

#define MAGIC "_logits_"
#define HEADER_BYTES 20
#define ROW_HEAD 4		/* uint16 places that scale and min take */
#define DYNAMIC_RANGE 16.0f	/* logits further below the greatest count as that far */
#define STEPS 65535.0f

static int make_row(struct kld_base *b, struct ingot_error *err)
{
	b->row_bytes = 2 * (ROW_HEAD + ((size_t)b->n_vocab + 1) / 2 * 2);
	b->row = calloc(1, b->row_bytes);
	return b->row ? 0 : ingot_error_set(err, -ENOMEM, "%s: out of memory", b->path);
}

static int rows_of_chunk(const struct kld_base *b)
{
	return b->n_ctx - 1 - b->n_ctx / 2;
}

/* The bounds keep products of all three far below 2^64. */
static int check_header(const struct kld_base *b, struct ingot_error *err)
{
	static const struct {
		const char *name;
		size_t offset;
		int32_t least, most;
	} fields[] = {
		{ "n_ctx", offsetof(struct kld_base, n_ctx), 4, 1 << 20 },
		{ "n_vocab", offsetof(struct kld_base, n_vocab), 1, 1 << 24 },
		{ "n_chunk", offsetof(struct kld_base, n_chunk), 1, 1 << 16 },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		int32_t value = *(const int32_t *)((const char *)b + fields[i].offset);

		if (value < fields[i].least || value > fields[i].most)
			return ingot_error_set(err, -EINVAL, "%s: %s is %d, not %d to %d: no base file",
					       b->path, fields[i].name, value, fields[i].least,
					       fields[i].most);
	}
	return 0;
}

static int check_size(const struct kld_base *b, struct ingot_error *err)
{
	uint64_t tokens = (uint64_t)b->n_ctx * (uint64_t)b->n_chunk * 4;
	uint64_t rows = (uint64_t)b->n_chunk * (uint64_t)rows_of_chunk(b);
	uint64_t want = HEADER_BYTES + tokens + rows * b->row_bytes;
	struct stat st;

	if (fstat(fileno(b->file), &st))
		return ingot_error_set(err, -errno, "%s: %s", b->path, strerror(errno));
	if ((uint64_t)st.st_size < want)
		return ingot_error_set(err, -EINVAL,
				       "%s: truncated: %lld bytes, its header announces %llu: make it again",
				       b->path, (long long)st.st_size, (unsigned long long)want);
	return 0;
}

static int read_header(struct kld_base *b, struct ingot_error *err)
{
	char magic[8] = "";
	int32_t numbers[3];

	if (fread(magic, sizeof(magic), 1, b->file) != 1 || memcmp(magic, MAGIC, sizeof(magic)))
		return ingot_error_set(err, -EINVAL, "%s: no base file: it does not begin with %s",
				       b->path, MAGIC);
	if (fread(numbers, sizeof(numbers), 1, b->file) != 1)
		return ingot_error_set(err, -EINVAL, "%s: truncated in its header: make it again",
				       b->path);
	b->n_ctx = numbers[0];
	b->n_vocab = numbers[1];
	b->n_chunk = numbers[2];
	return check_header(b, err);
}

static int read_tokens(struct kld_base *b, struct ingot_error *err)
{
	size_t count = (size_t)b->n_ctx * (size_t)b->n_chunk;

	b->tokens = malloc(count * sizeof(*b->tokens));
	if (!b->tokens)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory", b->path);
	if (fread(b->tokens, sizeof(*b->tokens), count, b->file) != count)
		return ingot_error_set(err, -EINVAL, "%s: truncated in its text: make it again",
				       b->path);
	for (size_t i = 0; i < count; i++)
		if (b->tokens[i] < 0 || b->tokens[i] >= b->n_vocab)
			return ingot_error_set(err, -EINVAL, "%s: token %zu is %d, n_vocab %d", b->path,
					       i, b->tokens[i], b->n_vocab);
	return 0;
}

int kld_base_open(struct kld_base *b, const char *path, struct ingot_error *err)
{
	int ret;

	*b = (struct kld_base){ .path = path, .file = fopen(path, "rb") };
	if (!b->file)
		return ingot_error_set(err, -errno, "%s: cannot open: %s", path, strerror(errno));
	ret = read_header(b, err);
	ret = ret ? ret : make_row(b, err);
	ret = ret ? ret : check_size(b, err);
	return ret ? ret : read_tokens(b, err);
}

static int complain_write(const struct kld_base *b, struct ingot_error *err)
{
	return ingot_error_set(err, -(errno ? errno : ENOSPC), "%s: cannot write: %s", b->path,
			       strerror(errno ? errno : ENOSPC));
}

int kld_base_create(struct kld_base *b, const char *path, const int32_t *tokens,
		    struct ingot_error *err)
{
	const int32_t numbers[3] = { b->n_ctx, b->n_vocab, b->n_chunk };
	size_t count = (size_t)b->n_ctx * (size_t)b->n_chunk;

	b->path = path;
	b->file = fopen(path, "wb");
	if (!b->file)
		return complain_write(b, err);
	errno = 0;
	if (fwrite(MAGIC, 8, 1, b->file) != 1 ||
	    fwrite(numbers, sizeof(numbers), 1, b->file) != 1 ||
	    fwrite(tokens, sizeof(*tokens), count, b->file) != count)
		return complain_write(b, err);
	return make_row(b, err);
}

int kld_base_read(struct kld_base *b, struct ingot_error *err)
{
	if (fread(b->row, b->row_bytes, 1, b->file) != 1)
		return ingot_error_set(err, -EINVAL, "%s: cannot read a row: make it again",
				       b->path);
	return 0;
}

static void encode(struct kld_base *b, const float *logits)
{
	const struct softmax s = softmax_of(logits, b->n_vocab);
	const float least = fmaxf(s.least, s.most - DYNAMIC_RANGE);
	const float scale = (s.most - least) / STEPS;
	const float head[2] = { scale, least - s.most - (float)s.log_sum };
	uint16_t *row = b->row + ROW_HEAD;

	memcpy(b->row, head, sizeof(head));
	memset(row, 0, b->row_bytes - 2 * ROW_HEAD);
	for (int32_t i = 0; i < b->n_vocab; i++)
		if (logits[i] > least)
			row[i] = (uint16_t)lrintf((logits[i] - least) * (1 / scale));
}

int kld_base_write(struct kld_base *b, const float *logits, struct ingot_error *err)
{
	encode(b, logits);
	errno = 0;
	return fwrite(b->row, b->row_bytes, 1, b->file) == 1 ? 0 : complain_write(b, err);
}

int kld_base_close(struct kld_base *b, struct ingot_error *err)
{
	int ret = 0;

	errno = 0;
	if (b->file && fclose(b->file))
		ret = complain_write(b, err);
	free(b->tokens);
	free(b->row);
	*b = (struct kld_base){ 0 };
	return ret;
}
