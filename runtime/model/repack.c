// SPDX-License-Identifier: MIT
/* From rows of GGUF blocks to tiles. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "repack.h"
#include "repack_blocks.h"

#define NONE REPACK_NONE
/*
 * New digits cost a KL divergence of 0.0002 to 0.0008 in a model of 135 million parameters, and up
 * to 0.005 in small ones with random weights (docs/adding-a-format.md). In models below this size
 * bytes are cheap.
 */
#define SMALL_MODEL (64u << 20)
/* With scales below this one, those that are smaller still lose too many bits as subnormal fp16. */
#define SMALL_SCALE 0x1p-14f

uint32_t repack_place(const struct repack_heads *h, uint32_t i)
{
	uint32_t head, at;

	if (!h->size)
		return i;
	head = i / h->size;
	at = i % h->size;
	if (at >= h->tensor_size)
		return NONE;
	if (at < h->neox)
		at = at / 2 + (at % 2) * (h->neox / 2);
	return head / (h->repeat ? h->repeat : 1) * h->tensor_size + at;
}

static uint32_t tensor_row(const struct repack_part *part, uint32_t i)
{
	const uint32_t at = i < part->rows ? repack_place(&part->row_heads, i) : NONE;

	return at != NONE && part->first + (uint64_t)at < part->tensor->ne[1] ? part->first + at : NONE;
}

static bool exact_digits(const struct repack_part *part)
{
	return part->digits8 && ggml_type_info(part->tensor->type)->floats;
}

/* Do whole blocks of the tensor become whole blocks of the matrix? */
static bool whole_blocks(const struct repack_part *part)
{
	const struct repack_heads *h = &part->column_heads;

	return !exact_digits(part) && part->tensor->ne[0] % ING_BLOCK == 0 && h->size % ING_BLOCK == 0 &&
	       h->tensor_size % ING_BLOCK == 0 && !h->repeat;
}

static void put_block(uint8_t *block, struct ing_format f, unsigned int row,
		      const struct tile_block *b)
{
	const unsigned int section = ing_section_units(f, ING_TILE_GROUPS_MAX) * ING_UNIT_BYTES;
	uint8_t *data = block + section * (f.min ? 2 : 1);

	if (f.width == ING_WIDTH_16) {
		block[row] = b->scale;
	} else {
		memcpy(block + 2 * row, &b->scale, 2);
		if (f.min)
			memcpy(block + section + 2 * row, &b->min, 2);
	}
	data += (row / ING_GROUP_ROWS) * ing_chunks(f.width) * ING_UNIT_BYTES +
		4 * (row % ING_GROUP_ROWS);
	for (unsigned int c = 0; c < ing_chunks(f.width); c++)
		memcpy(data + c * ING_UNIT_BYTES, &b->word[c], 4);
}

/* Block @k of the matrix from a row whose elements are moved one by one. */
static int gather_block(const struct repack_part *part, const float *row, uint32_t k,
			struct tile_block *b, struct repack_loss *loss)
{
	float x[ING_BLOCK];

	for (uint32_t i = 0; i < ING_BLOCK; i++) {
		uint32_t at = repack_place(&part->column_heads, k * ING_BLOCK + i);

		x[i] = at < part->tensor->ne[0] ? row[at] : 0;
	}
	return exact_digits(part) ? repack_digits8(x, b) : repack_floats(x, b, loss);
}

/* Which block of the tensor block @k of the matrix is, or NONE. */
static uint32_t tensor_block(const struct repack_part *part, uint32_t k)
{
	const uint32_t at = repack_place(&part->column_heads, k * ING_BLOCK);

	return at < part->tensor->ne[0] ? at / ING_BLOCK : NONE;
}

/**
 * struct tile_writer - a tile under way
 * @step: bytes of a block column
 * @whole: blocks are moved whole
 * @loss: of the tile
 */
struct tile_writer {
	const struct repack_part *part;
	const struct ggml_type_info *info;
	struct ing_format format;
	struct repack_scratch *scratch;
	size_t step;
	bool whole;
	uint8_t *out;
	struct repack_loss *loss;
};

static int write_row(struct tile_writer *w, unsigned int to, const uint8_t *row)
{
	const uint32_t blocks = w->part->columns / ING_BLOCK;
	struct tile_block b;
	int ret = 0;

	if (row && !w->whole)
		repack_row(w->info, row, w->part->tensor->ne[0], w->scratch->row);
	for (uint32_t k = 0; k < blocks && !ret; k++) {
		uint32_t from = row ? tensor_block(w->part, k) : NONE;

		if (row && !w->whole)
			ret = gather_block(w->part, w->scratch->row, k, &b, w->loss);
		else if (from == NONE)
			repack_zeros(w->format, &b);
		else
			ret = repack_block(w->info, w->format, row, from, &b, w->loss);
		put_block(w->out + k * w->step, w->format, to, &b);
	}
	return ret;
}

static int make_room(struct repack_scratch *s, size_t bytes, size_t floats)
{
	void *p;

	if (bytes > s->room) {
		p = realloc(s->bytes, bytes);
		if (!p)
			return -ENOMEM;
		s->bytes = p;
		s->room = bytes;
	}
	if (floats > s->floats) {
		p = realloc(s->row, floats * sizeof(float));
		if (!p)
			return -ENOMEM;
		s->row = p;
		s->floats = floats;
	}
	return 0;
}

void repack_add_loss(struct repack_loss *to, const struct repack_loss *from)
{
	to->worst = from->worst > to->worst ? from->worst : to->worst;
	to->sum += from->sum;
	to->squares += from->squares;
	to->count += from->count;
}

void repack_scratch_free(struct repack_scratch *s)
{
	free(s->bytes);
	free(s->row);
	*s = (struct repack_scratch){ 0 };
}

/* The rows of the tensor that a tile is made of lie within [*first, *last]; false: there are none. */
static bool row_span(const struct repack_part *part, uint32_t tile, uint32_t *first, uint32_t *last)
{
	*first = NONE;
	*last = 0;
	for (uint32_t i = 0; i < TILE_ROWS; i++) {
		uint32_t row = tensor_row(part, tile * TILE_ROWS + i);

		if (row == NONE)
			continue;
		*first = row < *first ? row : *first;
		*last = row > *last ? row : *last;
	}
	return *first != NONE;
}

static int range_error(const struct repack_part *part, const struct gguf *gguf, uint32_t row,
		       struct ingot_error *err)
{
	return ingot_error_set(err, -ERANGE,
			       "%s: tensor %.*s (%s), row %u: a value is infinite, NaN or too large: the file is damaged, fetch or convert it again",
			       gguf_name(gguf), (int)part->tensor->name.len, part->tensor->name.data,
			       ggml_type_name(part->tensor->type), row);
}

static int write_rows(struct tile_writer *w, const struct gguf *gguf, uint32_t tile,
		      uint32_t first, size_t row_bytes, struct ingot_error *err)
{
	for (uint32_t i = 0; i < TILE_ROWS; i++) {
		uint32_t row = tensor_row(w->part, tile * TILE_ROWS + i);
		const uint8_t *data = w->scratch->bytes + (row - first) * row_bytes;

		if (write_row(w, i, row == NONE ? NULL : data))
			return range_error(w->part, gguf, row, err);
	}
	return 0;
}

/* The largest scale in a row of every tile: enough to know of which size a tensor's numbers are. */
static int largest_scale(const struct repack_part *part, const struct ggml_type_info *info,
			 const struct gguf *gguf, float *largest, struct ingot_error *err)
{
	const struct gguf_tensor *t = part->tensor;
	const size_t row_bytes = t->size_bytes / (t->n_elems / t->ne[0]);
	struct repack_scratch scratch = { 0 };
	struct quants q;
	int ret = make_room(&scratch, row_bytes, 0);

	if (ret)
		ingot_error_set(err, ret, "out of memory");
	*largest = 0;
	for (uint64_t row = part->first; !ret && row < t->ne[1]; row += TILE_ROWS) {
		ret = gguf_read_tensor(gguf, t, row * row_bytes, scratch.bytes, row_bytes, err);
		for (uint32_t k = 0; !ret && k < t->ne[0] / ING_BLOCK; k++) {
			info->quants(scratch.bytes, k, &q);
			*largest = fmaxf(*largest, fmaxf(fabsf(q.scale[0]), fabsf(q.scale[1])));
		}
	}
	repack_scratch_free(&scratch);
	return ret;
}

int repack_format(const struct repack_part *part, const struct gguf *gguf,
		  struct ing_format *format, struct ingot_error *err)
{
	const struct gguf_str *name = &part->tensor->name;
	const struct ggml_type_info *info = ggml_type_info(part->tensor->type);
	float largest;
	int ret;

	if (info->rule == TILE_NONE)
		return ingot_error_set(err, -ENOTSUP,
				       "%s: tensor %.*s has type %s, which is not supported: use a file of F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K to Q6_K, IQ4_NL or IQ4_XS (llama-quantize converts)",
				       gguf_name(gguf), (int)name->len, name->data, info->name);
	*format = info->tile;
	if (!whole_blocks(part) || (info->rule == TILE_FITTED && gguf_total_elems(gguf) < SMALL_MODEL))
		*format = (struct ing_format){ .width = ING_WIDTH_16 };
	if (exact_digits(part))
		format->width = ING_WIDTH_8;
	if (format->width == ING_WIDTH_16 || info->floats || info->rule == TILE_EXACT)
		return 0;
	ret = largest_scale(part, info, gguf, &largest, err);
	if (!ret && largest > 0 && largest < SMALL_SCALE)
		*format = (struct ing_format){ .width = ING_WIDTH_16 };
	return ret;
}

int repack_tile(const struct repack_part *part, struct ing_format format, const struct gguf *gguf,
		uint32_t tile, struct repack_scratch *scratch, uint8_t *out,
		struct repack_loss *loss, struct ingot_error *err)
{
	struct tile_writer w = {
		.part = part, .info = ggml_type_info(part->tensor->type), .format = format,
		.scratch = scratch, .out = out, .whole = whole_blocks(part), .loss = loss,
		.step = ing_block_units(format, ING_TILE_GROUPS_MAX) * ING_UNIT_BYTES,
	};
	const uint64_t n_rows = part->tensor->n_elems / part->tensor->ne[0];
	const size_t row_bytes = part->tensor->size_bytes / n_rows;
	uint32_t first, last;
	int ret = 0;

	if (!row_span(part, tile, &first, &last))
		first = last = 0;
	if (make_room(scratch, (last - first + 1) * row_bytes, w.whole ? 0 : part->tensor->ne[0]))
		return ingot_error_set(err, -ENOMEM, "out of memory");
	ret = gguf_read_tensor(gguf, part->tensor, first * row_bytes, scratch->bytes,
			       (last - first + 1) * row_bytes, err);
	return ret ? ret : write_rows(&w, gguf, tile, first, row_bytes, err);
}

int repack_vector(const struct gguf_tensor *tensor, const struct gguf *gguf, uint64_t first,
		  uint32_t n, struct repack_scratch *scratch, float *out, struct ingot_error *err)
{
	const struct ggml_type_info *info = ggml_type_info(tensor->type);
	const size_t size = info->block_bytes;
	int ret;

	if (!info->floats)
		return ingot_error_set(err, -ENOTSUP,
				       "%s: tensor %.*s has type %s: a vector must be F32, F16 or BF16 (convert the model again)",
				       gguf_name(gguf), (int)tensor->name.len, tensor->name.data,
				       ggml_type_name(tensor->type));
	if (make_room(scratch, n * size, 0))
		return ingot_error_set(err, -ENOMEM, "out of memory");
	ret = gguf_read_tensor(gguf, tensor, first * size, scratch->bytes, n * size, err);
	if (!ret)
		info->floats(scratch->bytes, n, out);
	return ret;
}
