// SPDX-License-Identifier: MIT
/*
 * Upload and download against memcpy(), in turns, in one run: what a copy costs beside what this machine's memory
 * costs anyway. The data must arrive; how fast is told, not judged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/vm/guest/survive/node.h"
#include "tests/vm/guest/lib/report.h"
#include "tests/vm/guest/uapi/raw.h"

/* As large as the tensors of a small model together. */
#define BYTES (64u << 20)
#define TURNS 5

static uint32_t *pages(void)
{
	void *memory = aligned_alloc(4096, BYTES);

	if (!memory)
		bail_out("no %u bytes: give the guest more memory", BYTES);
	/* so that no page is made while time is taken */
	memset(memory, 1, BYTES);
	return memory;
}

static int64_t copy(int fd, uint32_t object, enum drm_ingot_copy_dir dir, void *memory)
{
	const int64_t start = now_ns();
	int ret = raw_copy(fd, dir, object, 0, memory, BYTES);

	if (ret)
		bail_out("copy: %s", strerror(-ret));
	return now_ns() - start;
}

static int64_t copy_on_cpu(void *to, const void *from)
{
	const int64_t start = now_ns();

	memcpy(to, from, BYTES);
	/* or the compiler might find that nobody looks */
	__asm__ volatile("" ::"r"(to) : "memory");
	return now_ns() - start;
}

static double rate(int64_t ns)
{
	return (double)BYTES * TURNS / (double)ns;
}

static void tell(const char *what, int64_t ns, int64_t cpu)
{
	note("%s: %.2f GB/s, %.0f %% of memcpy()'s %.2f GB/s", what, rate(ns),
	       100.0 * (double)cpu / (double)ns, rate(cpu));
}

int main(void)
{
	struct drm_ingot_bo_create object = { .size = BYTES, .flags = DRM_INGOT_BO_DEVICE };
	uint32_t *from = pages(), *to = pages();
	int64_t up = 0, down = 0, cpu = 0;
	bool good = true;
	int fd = node_open();

	if (fd < 0 || raw_ioctl(fd, DRM_IOCTL_INGOT_BO_CREATE, &object))
		bail_out("no device, or no room for %u bytes in it", BYTES);
	for (unsigned int turn = 0; turn <= TURNS; turn++) {
		for (unsigned int i = 0; i < BYTES / 4; i += 16)
			from[i] = i * 2654435761u + turn;
		/* the first turn finds caches and tables empty */
		if (turn == 1)
			up = down = cpu = 0;
		up += copy(fd, object.handle, DRM_INGOT_COPY_TO_DEVICE, from);
		cpu += copy_on_cpu(to, from);
		memset(to, 0, BYTES);
		down += copy(fd, object.handle, DRM_INGOT_COPY_TO_HOST, to);
		good = good && !memcmp(from, to, BYTES);
	}
	tell("upload", up, cpu);
	tell("download", down, cpu);
	ok(good, "what is uploaded comes back");
	return tap_done();
}
