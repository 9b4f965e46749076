// SPDX-License-Identifier: MIT
/* Rotary positions and their scaling: linear, YaRN, and llama 3's factors for each frequency. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rope.h"

/* A key that may be missing; *value keeps what it was then. */
static int optional_f32(const struct gguf *g, const char *arch, const char *key, float *value,
			struct ingot_error *err)
{
	char full[96];
	int ret;

	snprintf(full, sizeof(full), "%s.rope.%s", arch, key);
	if (!gguf_find_kv(g, full))
		return 0;
	ret = gguf_get_f32(g, full, value, err);
	if (!ret && !(*value >= 0 && *value < 1e30f))
		return ingot_error_set(err, -EINVAL, "%s: %s is %g: it must be finite and not negative",
				       gguf_name(g), full, *value);
	return ret;
}

static int is(struct gguf_str s, const char *name)
{
	return s.len == strlen(name) && !memcmp(s.data, name, s.len);
}

/* Files from before there was a type have a factor alone: that was linear. */
static int read_type(const struct gguf *g, const char *arch, struct rope *r, struct ingot_error *err)
{
	struct gguf_str type = { "linear", 6 };
	char key[96];
	int ret = 0;

	snprintf(key, sizeof(key), "%s.rope.scaling.type", arch);
	if (gguf_find_kv(g, key))
		ret = gguf_get_str(g, key, &type, err);
	if (ret)
		return ret;
	if (is(type, "none"))
		r->scale = 1;
	else if (is(type, "yarn"))
		r->ext = 1;
	else if (!is(type, "linear"))
		return ingot_error_set(err, -ENOTSUP, "%s: %s is '%.*s', supported: none, linear, yarn",
				       gguf_name(g), key, (int)(type.len < 40 ? type.len : 40),
				       type.data);
	return 0;
}

int rope_read(struct rope *r, const struct gguf *g, const char *arch, struct ingot_error *err)
{
	char key[96];
	float factor = 0;
	int ret;

	r->ext = 0;
	r->attn = 1;
	r->beta_fast = 32;
	r->beta_slow = 1;
	ret = optional_f32(g, arch, "scale_linear", &factor, err);
	ret = ret ? ret : optional_f32(g, arch, "scaling.factor", &factor, err);
	r->scale = factor > 0 ? 1 / factor : 1;
	ret = ret ? ret : read_type(g, arch, r, err);
	ret = ret ? ret : optional_f32(g, arch, "scaling.attn_factor", &r->attn, err);
	ret = ret ? ret : optional_f32(g, arch, "scaling.yarn_ext_factor", &r->ext, err);
	ret = ret ? ret : optional_f32(g, arch, "scaling.yarn_attn_factor", &r->attn, err);
	ret = ret ? ret : optional_f32(g, arch, "scaling.yarn_beta_fast", &r->beta_fast, err);
	ret = ret ? ret : optional_f32(g, arch, "scaling.yarn_beta_slow", &r->beta_slow, err);
	snprintf(key, sizeof(key), "%s.rope.scaling.original_context_length", arch);
	if (!ret && gguf_find_kv(g, key))
		ret = gguf_get_u32(g, key, &r->context, err);
	return ret;
}

/* The pair whose frequency makes so many turns within the original context. */
static double pair_of_turns(const struct rope *r, uint32_t dims, double turns)
{
	return dims * log(r->context / (turns * 2 * M_PI)) / (2 * log(r->base));
}

/* How far a pair keeps its unscaled angle. */
static double unscaled_share(const struct rope *r, uint32_t dims, uint32_t pair)
{
	double low = fmax(0, floor(pair_of_turns(r, dims, r->beta_fast)));
	double high = fmin(dims - 1, ceil(pair_of_turns(r, dims, r->beta_slow)));
	double y = (pair - low) / fmax(0.001, high - low);

	return (1 - fmin(1, fmax(0, y))) * r->ext;
}

void rope_row(const struct rope *r, const float *factors, uint32_t dims, uint32_t head_dim,
	      uint32_t pos, float *row)
{
	const double size = r->ext > 0 ? r->attn * (1 + 0.1 * log(1 / r->scale)) : r->attn;

	for (uint32_t i = 0; i < head_dim / 2; i++) {
		double angle = pos * pow(r->base, -2.0 * i / dims), share = 0;
		const bool turned = i < dims / 2;

		if (factors && turned)
			angle /= factors[i];
		if (r->ext > 0)
			share = unscaled_share(r, dims, i);
		angle *= r->scale * (1 - share) + share;
		row[2 * i] = turned ? size * cos(angle) : 1;
		row[2 * i + 1] = turned ? size * sin(angle) : 0;
	}
}
