// SPDX-License-Identifier: MIT
#include <errno.h>
#include <limits.h>

#include "board.h"
#include "runtime/cmd/json.h"

struct counter {
	const char *name;
	uint64_t value;
};

static void print_array(struct json *json, const char *key, const uint64_t *values)
{
	json_open(json, key, '[');
	for (unsigned int i = 0; i < ING_QUEUES; i++)
		json_uint(json, NULL, values[i]);
	json_close(json, ']');
}

static void print_core(struct json *json, const struct board *board)
{
	const struct ing_core *core = board->handle.core;
	struct ing_core_stats stats;

	core->ops->stats(core, &stats);
	json_open(json, "core", '{');
	json_string(json, "kind", core->ops->name);
	json_uint(json, "cycles", stats.cycles);
	json_uint(json, "step_ns", stats.sim_ns);
	json_close(json, '}');
}

void stats_print(const struct board *board, FILE *out)
{
	const struct board_stats *s = &board->stats;
	struct json json = { .out = out };
	const struct counter counters[] = {
		{ "reg_reads", s->reg_reads },
		{ "reg_writes", s->reg_writes },
		{ "config_reads", s->config_reads },
		{ "config_writes", s->config_writes },
		{ "irqs_lost", s->irqs_lost },
		{ "irqs_unheard", s->irqs_unheard },
		{ "dma_reads", s->dma_reads },
		{ "dma_read_bytes", s->dma_read_bytes },
		{ "dma_writes", s->dma_writes },
		{ "dma_write_bytes", s->dma_write_bytes },
		{ "dma_errors", s->dma_errors },
		{ "maps", board->server.dma.maps },
		{ "unmaps", board->server.dma.unmaps },
		{ "mapped", board->server.dma.count },
		{ "jobs", s->jobs },
		{ "events", s->events },
		{ "copies", s->copies },
		{ "resets", s->resets },
		{ "function_resets", s->function_resets },
		{ "client_resets", s->client_resets },
		{ "clients", s->clients },
		{ "faults", s->faults },
		{ "faults_armed", board->faults.armed_count },
	};

	json_open(&json, NULL, '{');
	print_array(&json, "doorbells", s->doorbells);
	print_array(&json, "irqs", s->irqs);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		json_uint(&json, counters[i].name, counters[i].value);
	print_core(&json, board);
	json_close(&json, '}');
	fputc('\n', out);
}

int stats_save(const struct board *board, const char *path)
{
	char temporary[PATH_MAX];
	FILE *out;
	int ret;

	if (snprintf(temporary, sizeof(temporary), "%s.new", path) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	out = fopen(temporary, "w");
	if (!out)
		return -errno;
	stats_print(board, out);
	ret = ferror(out) ? -EIO : 0;
	if (fclose(out) && !ret)
		ret = -errno;
	if (!ret && rename(temporary, path))
		ret = -errno;
	if (ret)
		remove(temporary);
	return ret;
}
