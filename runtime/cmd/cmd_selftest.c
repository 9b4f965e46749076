// SPDX-License-Identifier: MIT
/* ingot selftest: is a device whole? */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "engine.h"
#include "interrupt.h"
#include "json.h"
#include "runtime/selftest/selftest.h"

/**
 * struct report - where results go
 * @json: the document
 * @as_json: results go there, and not as text
 * @progress: of the test under way
 */
struct report {
	struct json json;
	bool as_json;
	struct progress progress;
};

static const char *const outcomes[] = {
	[SELFTEST_PASSED] = "ok", [SELFTEST_FAILED] = "FAILED", [SELFTEST_SKIPPED] = "skipped",
};

static void print_result(const struct selftest_result *r)
{
	char name[64];

	snprintf(name, sizeof(name), "%s: %s", r->group, r->name);
	printf("%-8s %-40s %9.1f ms%s%s\n", outcomes[r->outcome], name, (double)r->ns / 1e6,
	       *r->detail ? "  " : "", r->detail);
	fflush(stdout);
}

static void put_result(struct json *j, const struct selftest_result *r)
{
	static const char *const words[] = {
		[SELFTEST_PASSED] = "passed", [SELFTEST_FAILED] = "failed",
		[SELFTEST_SKIPPED] = "skipped",
	};

	json_open(j, NULL, '{');
	json_string(j, "group", r->group);
	json_string(j, "name", r->name);
	json_string(j, "result", words[r->outcome]);
	json_real(j, "ms", (double)r->ns / 1e6);
	json_string(j, "detail", r->detail);
	json_close(j, '}');
}

static void on_result(void *priv, const struct selftest_result *r)
{
	struct report *report = priv;

	progress_clear();
	progress_begin(&report->progress, "testing", NULL);
	if (report->as_json)
		put_result(&report->json, r);
	else
		print_result(r);
}

static bool on_stop(void *priv)
{
	(void)priv;
	return interrupted();
}

static void on_progress(void *priv, uint64_t done, uint64_t total)
{
	struct report *report = priv;

	progress_update(&report->progress, done, total);
}

static void begin(struct report *report, const struct engine *e, bool quick)
{
	if (!report->as_json) {
		printf("%s, configuration %s, %" PRIu64 " MiB\n", e->name, e->config->model,
		       e->config->memory_bytes >> 20);
		return;
	}
	json_open(&report->json, NULL, '{');
	json_string(&report->json, "device", e->name);
	json_string(&report->json, "config", e->config->model);
	json_uint(&report->json, "memory_bytes", e->config->memory_bytes);
	json_string(&report->json, "extent", quick ? "quick" : "whole");
	json_open(&report->json, "tests", '[');
}

static void print_suspects(uint64_t suspects)
{
	fputs("suspect:", stdout);
	for (unsigned int op = 0; op < 64; op++)
		if (suspects >> op & 1)
			printf(" opcode 0x%02x (%s)", op, selftest_opcode_name(op));
	putchar('\n');
}

static void put_summary(struct json *j, const struct selftest_summary *s)
{
	json_close(j, ']');
	json_uint(j, "passed", s->passed);
	json_uint(j, "failed", s->failed);
	json_uint(j, "skipped", s->skipped);
	json_open(j, "suspect_opcodes", '[');
	for (unsigned int op = 0; op < 64; op++)
		if (s->suspects >> op & 1)
			json_uint(j, NULL, op);
	json_close(j, ']');
	json_close(j, '}');
}

static void end(struct report *report, const struct selftest_summary *s, uint64_t ns)
{
	if (report->as_json) {
		put_summary(&report->json, s);
		return;
	}
	if (s->suspects)
		print_suspects(s->suspects);
	printf("%u passed, %u failed", s->passed, s->failed);
	if (s->skipped)
		printf(", %u skipped", s->skipped);
	printf(", %.1f s\n", (double)ns / 1e9);
}

static int test(struct engine *e, struct report *report, bool quick, const char *only)
{
	const struct selftest_options options = {
		.quick = quick,
		.only = only,
		.result = on_result,
		.stop = on_stop,
		.progress = on_progress,
		.priv = report,
	};
	struct selftest_summary summary;
	struct ingot_error err = { 0 };
	const uint64_t start = now_ns();
	int ret;

	begin(report, e, quick);
	progress_begin(&report->progress, "testing", NULL);
	ret = selftest_run(e->dev, &options, &summary, &err);
	progress_clear();
	end(report, &summary, now_ns() - start);
	if (ret)
		return cli_fail(&err);
	if (interrupted())
		return interrupt_status();
	return summary.failed ? EXIT_DEVICE : 0;
}

int cmd_selftest(int argc, char **argv)
{
	struct engine_options engine = { 0 };
	struct report report = { .json = { .out = stdout } };
	const char *form = "text", *only = NULL;
	int quick = 0;
	const struct option options[] = {
		{ "--device -dev", OPTION_STRING, &engine.uri, 0, 0, "URI", "the same as the argument" },
		{ "--quick", OPTION_FLAG, &quick, 0, 0, NULL,
		  "a sample of the memory and of the copies" },
		{ "--only", OPTION_STRING, &only, 0, 0, "GROUP",
		  "memory, dma, interrupt, command or slot" },
		{ "--submit", OPTION_STRING, &engine.submit, 0, 0, "HOW",
		  "drm: uring or ioctl (default: uring where the kernel allows it)" },
		{ "-o --output", OPTION_STRING, &form, 0, 0, "FORM",
		  "text or json (default: text)" },
		{ 0 },
	};
	const struct command_line cl = {
		.usage = "selftest [URI] [--quick] [--only GROUP] [-o text|json]",
		.about =
"Tests a device: memory (data lines, address lines, every cell), copies both ways, interrupts, every\n"
"command against the functional model, and that a job cannot touch what is not its own. What fails is\n"
"named: the lines of the memory, or the opcode. Nothing else should use the device meanwhile: the test\n"
"takes all memory that it can get.\n\n"
"Exit status: 0 all passed, 2 something failed.",
		.options = options,
		.operand = &engine.uri,
	};
	int status = options_parse(&cl, argc, argv);
	struct engine e;

	if (status != OPTIONS_GO_ON)
		return status;
	if (strcmp(form, "text") && strcmp(form, "json"))
		return cli_complain("-o: '%s' is neither text nor json", form);
	if (only && !selftest_has_group(only))
		return cli_complain("--only: '%s' is not memory, dma, interrupt, command or slot", only);
	report.as_json = *form == 'j';
	status = engine_open_device(&e, &engine);
	if (!status)
		status = test(&e, &report, quick, only);
	engine_close(&e);
	return status;
}
