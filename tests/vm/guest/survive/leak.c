// SPDX-License-Identifier: MIT
#include "leak.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node.h"
#include "tests/vm/guest/lib/report.h"
#include "tests/vm/guest/uapi/raw.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"
/* The device lets go of what a dead process had within this time. */
#define SETTLE_SECONDS 30

/* ---- the kernel's log ---- */

static int log_file = -1;
static unsigned int complaints;

static const char *const words[] = {
	"WARNING:", "BUG:", "Oops", "stall", "INFO: task", "INFO: possible", "INFO: trying",
	"KASAN", "UBSAN", "DMA-API", "general protection", "Call Trace", "refcount_t", "kmemleak:",
	"sleeping function", "scheduling while atomic", "blocked for more than",
	"inconsistent lock",
};

static bool is_complaint(const char *text)
{
	/* kmemleak says so at its start */
	if (strstr(text, "kmemleak: Kernel memory leak detector") ||
	    strstr(text, "kmemleak: Automatic memory scanning"))
		return false;
	for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

void leak_listen(void)
{
	char record[4096], *text;
	ssize_t n;

	while ((n = read(log_file, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		if (n < 0) {
			note("the kernel's log ran over");
			continue;
		}
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text || !is_complaint(text))
			continue;
		text[strcspn(text, "\n")] = '\0';
		note("the kernel says: %.300s", text + 1);
		complaints++;
	}
}

static void listen_from_now(void)
{
	if (log_file < 0)
		log_file = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_file < 0)
		bail_out("/dev/kmsg: %s", strerror(errno));
	lseek(log_file, 0, SEEK_END);
	complaints = 0;
}

/* ---- how things stand ---- */

static long number_in(const char *path, const char *before)
{
	char *text = read_text(path);
	const char *at = strstr(text, before);
	long value = at ? strtol(at + strlen(before), NULL, 10) : -1;

	free(text);
	return value;
}

static long count_lines(const char *text, const char *begin)
{
	long n = 0;

	for (; text && *text; text = strchr(text, '\n'), text += !!text)
		n += !strncmp(text, begin, strlen(begin));
	return n;
}

static long count_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	long n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static void look_at_device(struct leak_mark *mark)
{
	struct node node;
	char path[128], *text;

	mark->device_bytes = 0;
	mark->contexts = mark->objects = 0;
	mark->module_refs = number_in("/sys/module/ingot/refcnt", "");
	if (!node_find(&node))
		return;
	snprintf(path, sizeof(path), "%s/state", node.debug);
	text = read_text(path);
	mark->contexts = count_lines(text, "context ");
	mark->objects = count_lines(text, "  device ") + count_lines(text, "  host");
	free(text);
	mark->device_bytes = (uint64_t)number_in(path, "memory: ");
}

/* Memory that an RCU grace period has yet to give back is not lost. */
static long slab(void)
{
	sync();
	write_text("/proc/sys/vm/drop_caches", "3");
	return number_in("/proc/meminfo", "SUnreclaim:");
}

void leak_begin(struct leak_mark *mark)
{
	listen_from_now();
	look_at_device(mark);
	mark->files = count_files();
	mark->slab_kb = slab();
	note("at first: %llu bytes of device memory, %ld module references, %ld contexts, %ld objects, %ld kB of slab",
	       (unsigned long long)mark->device_bytes, mark->module_refs, mark->contexts,
	       mark->objects, mark->slab_kb);
}

void leak_warm(struct leak_mark *mark)
{
	mark->slab_kb = slab();
}

/* ---- afterwards ---- */

static bool is_as_before(void *arg)
{
	const struct leak_mark *before = arg;
	struct leak_mark now;

	look_at_device(&now);
	return now.device_bytes == before->device_bytes && now.module_refs == before->module_refs &&
	       now.contexts == before->contexts && now.objects == before->objects;
}

static void check_device(const struct leak_mark *mark)
{
	struct leak_mark now;
	bool good = await(SETTLE_SECONDS, is_as_before, (void *)mark);

	look_at_device(&now);
	ok(good,
		"device memory, contexts, objects and references to the module are as before");
	if (!good)
		note("%llu bytes, %ld references, %ld contexts, %ld objects",
		       (unsigned long long)now.device_bytes, now.module_refs, now.contexts,
		       now.objects);
}

static bool has_shrunk(void *arg)
{
	return slab() <= *(const long *)arg;
}

/* Kernels that look for leaks themselves keep freed memory for a while, and books about it in slabs. */
static void check_slab(const struct leak_mark *mark, long slab_kb)
{
	long limit = mark->slab_kb + slab_kb;

	if (access(KMEMLEAK, W_OK))
		ok(await(10, has_shrunk, &limit),
			"the kernel's memory has not grown by more than %ld kB", slab_kb);
	note("slab: %ld kB, and %ld kB when it had warmed up", slab(), mark->slab_kb);
}

/* Twice: what is freed by then but not yet forgotten is not reported the second time. */
static void check_kmemleak(void)
{
	char *text;

	if (access(KMEMLEAK, W_OK))
		return;
	write_text(KMEMLEAK, "scan");
	write_text(KMEMLEAK, "scan");
	text = read_text(KMEMLEAK);
	ok(!*text, "kmemleak finds nothing");
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		note("%s", line);
	free(text);
}

void leak_check(const struct leak_mark *mark, long slab_kb)
{
	long files = count_files();

	check_device(mark);
	check_slab(mark, slab_kb);
	check_kmemleak();
	ok(files == mark->files, "no file is left open");
	leak_listen();
	ok(!complaints, "the kernel did not complain");
}
