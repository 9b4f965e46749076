// SPDX-License-Identifier: MIT
/* Loading a model into a device. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "model.h"

static const char *file_type_name(const struct gguf *g)
{
	/* numbered and named as llama.cpp does; some numbers were given up */
	static const char *const names[] = {
		[0] = "all F32", [1] = "F16", [2] = "Q4_0", [3] = "Q4_1", [7] = "Q8_0", [8] = "Q5_0",
		[9] = "Q5_1", [10] = "Q2_K - Medium", [11] = "Q3_K - Small", [12] = "Q3_K - Medium",
		[13] = "Q3_K - Large", [14] = "Q4_K - Small", [15] = "Q4_K - Medium",
		[16] = "Q5_K - Small", [17] = "Q5_K - Medium", [18] = "Q6_K", [21] = "Q2_K - Small",
		[25] = "IQ4_NL - 4.5 bpw", [30] = "IQ4_XS - 4.25 bpw", [32] = "BF16",
	};
	uint32_t type;

	if (gguf_get_u32(g, "general.file_type", &type, NULL) ||
	    type >= sizeof(names) / sizeof(names[0]) || !names[type])
		return "unknown";
	return names[type];
}

static void name_type(struct ingot_model *m)
{
	double n = m->info.n_params;
	int billions = n >= 0.95e9, millions = n >= 0.95e6;

	snprintf(m->type, sizeof(m->type), "%s %.*f%s %s", m->hp.arch->name,
		 billions ? 1 : 0,
		 billions ? n / 1e9 : millions ? n / 1e6 : n / 1e3,
		 billions ? "B" : millions ? "M" : "K", file_type_name(m->gguf));
}

static void fill_info(struct ingot_model *m, uint64_t begin, uint64_t checked)
{
	const uint64_t kv_elements = 2ull * m->hp.kv_heads * m->hp.head_dim;
	/* two bytes an element, an exponent byte per block */
	const uint64_t kv_bytes = kv_elements * 2 + kv_elements / ING_BLOCK;
	uint32_t windowed = 0;

	for (uint32_t i = 0; i < m->hp.layers; i++)
		windowed += hparams_windowed(&m->hp, i);
	m->info = (struct ingot_model_info){
		.path = gguf_name(m->gguf),
		.type = m->type,
		.size_bytes = gguf_total_bytes(m->gguf),
		.n_params = gguf_total_elems(m->gguf),
		.vocab = m->hp.vocab,
		.context = m->context,
		.context_train = m->hp.context_train,
		.token_bytes = m->weights.token_bytes,
		.tile_bytes = m->weights.tile_bytes,
		.kv_position_bytes = (m->hp.layers - windowed) * kv_bytes,
		.kv_window_bytes = windowed * kv_bytes,
		.window = m->hp.window,
		.load_ns = now_ns() - begin,
		.check_ns = checked - begin,
		.copied_bytes = m->weights.copied_bytes,
		.copy_ns = m->weights.copy_ns,
	};
	name_type(m);
}

static int choose_context(struct ingot_model *m, uint32_t wanted, struct ingot_error *err)
{
	uint64_t context = wanted ? wanted : m->hp.context_train;

	context = (context + 63) / 64 * 64;
	if (context > 1u << 19)
		return ingot_error_set(err, -EINVAL,
				       "%s: a context of %llu positions: at most %u are possible (-c)",
				       gguf_name(m->gguf), (unsigned long long)context, 1u << 19);
	if (m->hp.arch->rope == ARCH_ROPE_NONE && context > m->hp.context_train) {
		if (wanted > m->hp.context_train)
			return ingot_error_set(err, -EINVAL,
					       "%s: a context of %u positions: the model has learned %u (-c)",
					       gguf_name(m->gguf), wanted, m->hp.context_train);
		context = m->hp.context_train;
	}
	m->context = context;
	return 0;
}

static int read_model(struct ingot_model *m, const char *path, uint32_t context,
		      struct ingot_error *err)
{
	int ret;

	m->gguf = gguf_open(path, err);
	if (!m->gguf)
		return -EINVAL;
	ret = hparams_read(m->gguf, &m->hp, err);
	ret = ret ? ret : choose_context(m, context, err);
	ret = ret ? ret : weights_plan(&m->weights, m->gguf, &m->hp, m->context, err);
	if (ret)
		return ret;
	m->tokenizer = tokenizer_create(m->gguf, err);
	if (!m->tokenizer)
		return -EINVAL;
	if (tokenizer_vocab_size(m->tokenizer) > m->hp.vocab)
		return ingot_error_set(err, -EINVAL,
				       "%s: the tokenizer has %zu tokens, token_embd.weight %u rows",
				       path, tokenizer_vocab_size(m->tokenizer), m->hp.vocab);
	return 0;
}

/* weights_upload() counts units; people count bytes. */
static void progress_bytes(void *priv, uint64_t done, uint64_t total)
{
	const struct ingot_model_params *p = priv;

	p->progress(p->progress_priv, done * ING_UNIT_BYTES, total * ING_UNIT_BYTES);
}

static int put_weights(struct ingot_model *m, struct ingot_model_params *params,
		       struct ingot_error *err)
{
	int ret;

	m->buffer = ingot_buffer_create(m->dev, m->weights.units * ING_UNIT_BYTES, err);
	if (!m->buffer)
		return -ENOSPC;
	ret = weights_upload(&m->weights, m->gguf, &m->hp, m->context, m->dev, m->buffer,
			     params->progress ? progress_bytes : NULL, params, err);
	return ret ? ret : gguf_finish(m->gguf, err);
}

struct ingot_model *ingot_model_load(struct ingot_device *dev, const char *path,
				     const struct ingot_model_params *params,
				     struct ingot_error *err)
{
	struct ingot_model_params p = { 0 };
	struct ingot_model *m = calloc(1, sizeof(*m));
	const uint64_t begin = now_ns();
	uint64_t checked;
	int ret;

	if (!m) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	if (params)
		p = *params;
	m->dev = dev;
	m->batch = UINT32_MAX;
	ret = read_model(m, path, p.context, err);
	checked = now_ns();
	ret = ret ? ret : put_weights(m, &p, err);
	ret = ret ? ret : conversions_list(m, err);
	if (ret || runner_create(&m->runner, dev, m->buffer, &m->hp, m->context, err)) {
		ingot_model_free(m);
		return NULL;
	}
	fill_info(m, begin, checked);
	return m;
}

void ingot_model_free(struct ingot_model *m)
{
	if (!m)
		return;
	runner_free(&m->runner);
	ingot_buffer_destroy(m->buffer);
	tokenizer_destroy(m->tokenizer);
	free(m->conversions);
	weights_free(&m->weights);
	gguf_close(m->gguf);
	free(m);
}

const struct ingot_model_info *ingot_model_info(const struct ingot_model *m)
{
	return &m->info;
}

int ingot_tokenize(const struct ingot_model *m, const char *text, size_t len, unsigned int flags,
		   int32_t **tokens, size_t *count, struct ingot_error *err)
{
	unsigned int f = 0;

	if (flags & INGOT_TOKENIZE_SPECIAL)
		f |= TOKENIZER_PARSE_SPECIAL;
	if (flags & INGOT_TOKENIZE_BOS)
		f |= TOKENIZER_ADD_SPECIAL;
	return tokenizer_encode(m->tokenizer, text, len, f, tokens, count, err);
}

size_t ingot_token_piece(const struct ingot_model *m, int32_t token, char *buf, size_t size)
{
	size_t n = tokenizer_piece(m->tokenizer, token, buf, size, 0);

	return n < size ? n : size;
}

bool ingot_token_ends(const struct ingot_model *m, int32_t token)
{
	return tokenizer_is_eog(m->tokenizer, token);
}

int ingot_model_note(const struct ingot_model *m, uint32_t pc, struct ingot_command_note *note)
{
	const struct program *p = m->runner.running;
	const struct note *of;

	if (!p || pc >= program_size(p))
		return -ENOENT;
	of = program_note(p, pc);
	*note = (struct ingot_command_note){ of->part ? of->part : "", of->tensor, of->layer, of->sequence };
	return 0;
}
