// SPDX-License-Identifier: MIT
/* ingot devices: what devices there are. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "ingot/device.h"
#include "json.h"
#include "options.h"

/**
 * struct found - a device
 * @uri: its name
 * @bus: its place, "" for devices of this process
 * @id: vendor and device, or ""
 * @config: its configuration, or NULL
 * @error: why that is not known
 */
struct found {
	const char *uri, *bus, *id;
	const struct ingot_config *config;
	const char *error;
};

static void print_text(const struct found *f)
{
	const struct ingot_config *c = f->config;

	if (c)
		printf("%-24s %-13s %-10s %6" PRIu64 " MiB, port of %u bits, %u columns\n", f->uri,
		       f->bus, c->model, c->memory_bytes >> 20, c->port_bits, c->tile_m);
	else
		printf("%-24s %-13s %s\n", f->uri, f->bus, f->error);
}

static void print_json(struct json *j, const struct found *f)
{
	const struct ingot_config *c = f->config;

	json_open(j, NULL, '{');
	json_string(j, "device", f->uri);
	if (*f->bus) {
		json_string(j, "bus", f->bus);
		json_string(j, "id", f->id);
	}
	if (c) {
		json_string(j, "config", c->model);
		json_uint(j, "memory_bytes", c->memory_bytes);
		json_uint(j, "port_bits", c->port_bits);
		json_uint(j, "tile_m", c->tile_m);
	} else {
		json_string(j, "error", f->error);
	}
	json_close(j, '}');
}

static void show(struct json *j, const struct found *f)
{
	if (j)
		print_json(j, f);
	else
		print_text(f);
}

static void show_board(struct json *j, const struct ingot_node *node)
{
	const struct ingot_open_options options = { .submit = "ioctl" };
	struct found f = { .uri = node->uri, .bus = node->bus, .id = node->id };
	struct ingot_error err = { 0 };
	struct ingot_device *dev = ingot_open(node->uri, &options, &err);

	f.config = dev ? ingot_device_config(dev) : NULL;
	f.error = err.text;
	show(j, &f);
	ingot_close(dev);
}

static int show_boards(struct json *j)
{
	struct ingot_error err = { 0 };
	struct ingot_node *nodes;
	int count = ingot_nodes(&nodes, &err);

	if (count < 0)
		return cli_fail(&err);
	for (int i = 0; i < count; i++)
		show_board(j, &nodes[i]);
	free(nodes);
	return 0;
}

static int show_simulated(struct json *j)
{
	struct ingot_error err = { 0 };
	struct ingot_simulated *list;
	int count = ingot_simulated(&list, &err);

	if (count < 0)
		return cli_fail(&err);
	for (int i = 0; i < count; i++)
		show(j, &(struct found){ list[i].uri, "", "", &list[i].config, NULL });
	free(list);
	return 0;
}

int cmd_devices(int argc, char **argv)
{
	const char *form = "text";
	const struct option options[] = {
		{ "-o --output", OPTION_STRING, &form, 0, 0, "FORM",
		  "text or json (default: text)" },
		{ 0 },
	};
	const struct command_line cl = {
		.usage = "devices [-o text|json]",
		.about =
"Lists the boards of this machine, with their place on the bus, and the simulated devices that this\n"
"program can make. The first column is what --device takes; without it the first board is used, and\n"
"func: where there is none.",
		.options = options,
	};
	struct json j = { .out = stdout };
	int status = options_parse(&cl, argc, argv);

	if (status != OPTIONS_GO_ON)
		return status;
	if (strcmp(form, "text") && strcmp(form, "json"))
		return cli_complain("-o: '%s' is neither text nor json", form);
	if (*form == 'j')
		json_open(&j, NULL, '[');
	status = show_boards(*form == 'j' ? &j : NULL);
	status |= show_simulated(*form == 'j' ? &j : NULL);
	if (*form == 'j')
		json_close(&j, ']');
	return status;
}
