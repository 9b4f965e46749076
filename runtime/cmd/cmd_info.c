// SPDX-License-Identifier: MIT
/* ingot info: what a device says about itself. */
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

int cmd_info(int argc, char **argv)
{
	struct engine_options engine = { 0 };
	const char *form = "text";
	const struct option options[] = {
		{ "--device -dev", OPTION_STRING, &engine.uri, 0, 0, "URI",
		  "the same as the argument" },
		{ "-o --output", OPTION_STRING, &form, 0, 0, "FORM",
		  "text or json (default: text)" },
		{ 0 },
	};
	const struct command_line cl = {
		.usage = "info [URI] [-o text|json]",
		.about = "Prints what the device tree of a device says: its configuration.",
		.options = options,
		.operand = &engine.uri,
	};
	int status = options_parse(&cl, argc, argv);
	struct engine e;

	if (status != OPTIONS_GO_ON)
		return status;
	if (strcmp(form, "text") && strcmp(form, "json"))
		return cli_complain("-o: '%s' is neither text nor json", form);
	status = engine_open_device(&e, &engine);
	if (!status && *form == 'j')
		print_json(&e);
	else if (!status)
		print_text(&e);
	engine_close(&e);
	return status;
}
