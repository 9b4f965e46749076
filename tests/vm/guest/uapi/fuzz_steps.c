// SPDX-License-Identifier: MIT
/* Random steps: calls, rings, mappings, files closed, processes forked and killed. */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz_world.h"

#define MAP_BYTES 4096
/* Steps of a process that another one forked. */
#define CHILD_STEPS 20

static void close_file(struct fuzzer *f)
{
	struct file_world *file = &f->world->files[below(f, WORLD_FILES)];
	int fd = __atomic_exchange_n(&file->fd, -1, __ATOMIC_RELAXED);

	if (fd >= 0)
		close(fd);
}

static void unmap(struct fuzzer *f)
{
	void *memory = __atomic_exchange_n(&f->world->maps[below(f, WORLD_THINGS)], NULL,
					   __ATOMIC_RELAXED);

	if (memory)
		munmap(memory, MAP_BYTES);
}

/* Touching it may be a signal: then the process ends, which is a step like any other */
static void map(struct fuzzer *f)
{
	struct file_world *file = any_file(f);
	struct drm_ingot_bo_info info = { .handle = any_thing(f, file->objects) };
	uint64_t offset = one_in(f, 8) ? any_size(f) & ~4095ull : 0;
	void *memory, *old;

	if (!offset && !raw_ioctl(file->fd, DRM_IOCTL_INGOT_BO_INFO, &info))
		offset = info.mmap_offset;
	memory = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE,
		      one_in(f, 9) ? MAP_PRIVATE : MAP_SHARED, file->fd, offset);
	if (memory == MAP_FAILED)
		return;
	if (one_in(f, 2))
		*(volatile uint32_t *)memory = f->steps;
	old = __atomic_exchange_n(&f->world->maps[below(f, WORLD_THINGS)], memory,
				  __ATOMIC_RELAXED);
	if (old)
		munmap(old, MAP_BYTES);
}

static void ignore(int number)
{
	(void)number;
}

/* Calls that wait are ended soon */
static void stir(void)
{
	const struct itimerval often = { { 0, 20000 }, { 0, 20000 } };
	struct sigaction action = { .sa_handler = ignore };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

static void fork_one(struct fuzzer *f)
{
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		stir();
		/* the ring is the parent's: entries of both would be mixed up */
		f->has_ring = false;
		f->random.state ^= 0x5bd1e995;
		for (int i = 0; i < CHILD_STEPS; i++)
			fuzz_call(f);
		_exit(0);
	}
	if (child < 0)
		return;
	if (one_in(f, 2))
		kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0)
		;
}

void fuzz_step(struct fuzzer *f)
{
	f->steps++;
	switch (below(f, 200)) {
	case 0:
		fork_one(f);
		break;
	case 1:
	case 2:
		close_file(f);
		break;
	case 3 ... 6:
		map(f);
		break;
	case 7 ... 10:
		unmap(f);
		break;
	case 11 ... 50:
		fuzz_ring(f);
		break;
	default:
		fuzz_call(f);
	}
}
