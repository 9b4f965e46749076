// SPDX-License-Identifier: MIT
/* ingot info: what a device says about itself, or a model. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "engine.h"
#include "ingot/regs.h"
#include "json.h"

#define MIB ((uint64_t)1 << 20)

static void print_formats(const struct ingot_config *c)
{
	printf("%-24s", "formats");
	for (uint32_t bit = 1; bit && bit <= c->formats; bit <<= 1) {
		if (c->formats & bit)
			printf(" %s", ingot_format_name(bit));
	}
	putchar('\n');
}

static void print_text(const struct engine *e)
{
	const struct ingot_config *c = e->config;

	printf("%-24s %s\n", "device", e->name);
	printf("%-24s %s\n", "configuration", c->model);
	printf("%-24s %u bits, %.3g GB/s at the clock\n", "memory port", c->port_bits,
	       (double)c->port_bits / 8 * (double)c->clock_hz / 1e9);
	printf("%-24s %" PRIu64 " MiB\n", "memory", c->memory_bytes / MIB);
	printf("%-24s %.6g MHz\n", "clock", (double)c->clock_hz / 1e6);
	printf("%-24s %u\n", "activation columns (M)", c->tile_m);
	printf("%-24s %u of 32 elements a column\n", "activation blocks", c->act_blocks);
	printf("%-24s %u lines of 16 floats, %u KiB\n", "scratchpad", c->scratch_lines,
	       c->scratch_lines / 16);
	printf("%-24s %u beats\n", "fetched ahead", c->fifo_beats);
	printf("%-24s %u\n", "scalars", c->scalars);
	printf("%-24s %u\n", "largest values kept", c->topk);
	print_formats(c);
	printf("%-24s %d.%d\n", "device interface", ING_VERSION >> 16, ING_VERSION & 0xffff);
	printf("%-24s %s\n", "ingot", INGOT_VERSION);
}

static void print_json(const struct engine *e)
{
	const struct ingot_config *c = e->config;
	struct json j = { .out = stdout };
	char interface[16];

	snprintf(interface, sizeof(interface), "%d.%d", ING_VERSION >> 16, ING_VERSION & 0xffff);
	json_open(&j, NULL, '{');
	json_string(&j, "device", e->name);
	json_string(&j, "config", c->model);
	json_uint(&j, "port_bits", c->port_bits);
	json_uint(&j, "memory_bytes", c->memory_bytes);
	json_uint(&j, "clock_hz", c->clock_hz);
	json_uint(&j, "tile_m", c->tile_m);
	json_uint(&j, "act_blocks", c->act_blocks);
	json_uint(&j, "scratch_lines", c->scratch_lines);
	json_uint(&j, "fifo_beats", c->fifo_beats);
	json_uint(&j, "scalars", c->scalars);
	json_uint(&j, "topk", c->topk);
	json_open(&j, "formats", '[');
	for (uint32_t bit = 1; bit && bit <= c->formats; bit <<= 1) {
		if (c->formats & bit)
			json_string(&j, NULL, ingot_format_name(bit));
	}
	json_close(&j, ']');
	json_string(&j, "interface_version", interface);
	json_string(&j, "version", INGOT_VERSION);
	json_close(&j, '}');
}

static void print_model_text(const char *path, const struct ingot_model_shape *s)
{
	printf("%-24s %s\n", "model", path);
	printf("%-24s %s\n", "architecture", s->arch);
	printf("%-24s %u\n", "layers", s->layers);
	printf("%-24s %u\n", "width", s->dim);
	printf("%-24s %u of %u, for %u key and value heads\n", "query heads", s->heads, s->head_dim,
	       s->kv_heads);
	printf("%-24s %u\n", "feed-forward width", s->ffn);
	printf("%-24s %u tokens\n", "vocabulary", s->vocab);
	printf("%-24s %u positions\n", "trained for", s->context_train);
	if (!s->rope_scaling)
		printf("%-24s %s\n", "positions", "learned");
	else
		printf("%-24s base %g, scaling %s, factor %g\n", "RoPE", s->rope_base, s->rope_scaling,
		       s->rope_factor);
	if (s->window)
		printf("%-24s %u positions in %u of %u layers, RoPE base %g\n", "sliding window",
		       s->window, s->window_layers, s->layers, s->rope_window_base);
	if (s->attn_cap > 0)
		printf("%-24s %g\n", "soft cap of scores", s->attn_cap);
	if (s->logit_cap > 0)
		printf("%-24s %g\n", "soft cap of logits", s->logit_cap);
}

static void print_model_json(const char *path, const struct ingot_model_shape *s)
{
	struct json j = { .out = stdout };

	json_open(&j, NULL, '{');
	json_string(&j, "model", path);
	json_string(&j, "architecture", s->arch);
	json_uint(&j, "layers", s->layers);
	json_uint(&j, "dim", s->dim);
	json_uint(&j, "heads", s->heads);
	json_uint(&j, "kv_heads", s->kv_heads);
	json_uint(&j, "head_dim", s->head_dim);
	json_uint(&j, "ffn", s->ffn);
	json_uint(&j, "vocab", s->vocab);
	json_uint(&j, "context_train", s->context_train);
	json_string(&j, "rope_scaling", s->rope_scaling ? s->rope_scaling : "learned");
	json_real(&j, "rope_base", s->rope_base);
	json_real(&j, "rope_factor", s->rope_factor);
	json_uint(&j, "window", s->window);
	json_uint(&j, "window_layers", s->window_layers);
	json_real(&j, "rope_window_base", s->rope_window_base);
	json_real(&j, "attn_cap", s->attn_cap);
	json_real(&j, "logit_cap", s->logit_cap);
	json_close(&j, '}');
}

static int inspect_model(const char *path, bool json)
{
	struct ingot_model_shape shape;
	struct ingot_error err = { 0 };

	if (ingot_model_inspect(path, &shape, &err))
		return cli_fail(&err);
	if (json)
		print_model_json(path, &shape);
	else
		print_model_text(path, &shape);
	return 0;
}

int cmd_info(int argc, char **argv)
{
	struct engine_options engine = { 0 };
	const char *form = "text";
	const struct option options[] = {
		{ "-m --model", OPTION_STRING, &engine.model, 0, 0, "FILE",
		  "a GGUF file to describe instead of a device" },
		{ "--device -dev", OPTION_STRING, &engine.uri, 0, 0, "URI",
		  "the same as the argument" },
		{ "-o --output", OPTION_STRING, &form, 0, 0, "FORM",
		  "text or json (default: text)" },
		{ 0 },
	};
	const struct command_line cl = {
		.usage = "info [URI | -m MODEL.gguf] [-o text|json]",
		.about =
"Prints what the device tree of a device says, its configuration; or what the metadata of a model\n"
"says, its architecture and shape.",
		.options = options,
		.operand = &engine.uri,
	};
	int status = options_parse(&cl, argc, argv);
	struct engine e;

	if (status != OPTIONS_GO_ON)
		return status;
	if (strcmp(form, "text") && strcmp(form, "json"))
		return cli_complain("-o: '%s' is neither text nor json", form);
	if (engine.model)
		return inspect_model(engine.model, *form == 'j');
	status = engine_open_device(&e, &engine);
	if (!status && *form == 'j')
		print_json(&e);
	else if (!status)
		print_text(&e);
	engine_close(&e);
	return status;
}
