// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "accel.h"
#include "load.h"
#include "tests/vm/guest/lib/report.h"

#define BYTES (3u << 20)

struct worker {
	struct load *load;
	unsigned int number;
};

/* Copies a pattern there and back. Returns 1 if it came back, 0 if something else did, or an error. */
static int round_trip(int fd, uint32_t device, uint32_t *memory, uint32_t seed)
{
	int ret, good = 1;

	for (uint32_t i = 0; i < BYTES / 4; i++)
		memory[i] = i * 2654435761u + seed;
	ret = copy_user(fd, DRM_INGOT_COPY_TO_DEVICE, device, 0, BYTES, memory);
	memset(memory, 0, BYTES);
	if (!ret)
		ret = copy_user(fd, DRM_INGOT_COPY_TO_HOST, device, 0, BYTES, memory);
	for (uint32_t i = 0; !ret && i < BYTES / 4; i++)
		good &= memory[i] == i * 2654435761u + seed;
	return ret ? ret : good;
}

static void note_result(struct load *load, int ret)
{
	int none = 0;

	if (ret > 0)
		load->rounds++;
	else if (!ret)
		load->wrong++;
	else if (ret != -ENODEV)
		atomic_compare_exchange_strong(&load->error, &none, ret);
}

static void *work(void *arg)
{
	struct worker worker = *(struct worker *)arg;
	struct load *load = worker.load;
	int fd = load->fd[worker.number], ret = 0;
	uint32_t device = bo_create(fd, BYTES, DRM_INGOT_BO_DEVICE, &ret);
	uint32_t *memory = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				-1, 0);

	for (uint32_t i = 0; device && !load->stop && ret != -ENODEV; i++) {
		ret = round_trip(fd, device, memory, worker.number << 24 ^ i);
		note_result(load, ret);
	}
	if (!device)
		note_result(load, ret);
	load->gone += ret == -ENODEV;
	munmap(memory, BYTES);
	return NULL;
}

void load_start(struct load *load, unsigned int threads)
{
	static struct worker workers[LOAD_MAX];

	memset(load, 0, sizeof(*load));
	load->threads = threads;
	for (unsigned int i = 0; i < threads; i++) {
		workers[i] = (struct worker){ load, i };
		load->fd[i] = accel_open();
		if (pthread_create(&load->thread[i], NULL, work, &workers[i]))
			bail_out("no thread");
	}
}

void load_round(struct load *load)
{
	int rounds = load->rounds;

	while (load->rounds == rounds && (unsigned int)load->gone < load->threads && !load->error)
		sched_yield();
}

void load_end(struct load *load)
{
	load->stop = 1;
	for (unsigned int i = 0; i < load->threads; i++) {
		pthread_join(load->thread[i], NULL);
		close(load->fd[i]);
	}
}
