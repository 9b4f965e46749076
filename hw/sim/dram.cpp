// SPDX-License-Identifier: MIT
/* Device memory: set-up. What happens in a cycle is in the header. */
#include "hw/sim/dram.h"

#include <sys/mman.h>

/* Only what is touched costs memory of the host. */
bool ing_dram::init(uint64_t size, unsigned int beat, unsigned int cycles, bool ideal)
{
	void *map = mmap(nullptr, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*this = {};
	if (map == MAP_FAILED)
		return false;
	data = (uint8_t *)map;
	bytes = size;
	beat_bytes = beat;
	latency = ideal ? 1 : cycles;
	refresh = ideal ? 0 : refresh_cycles;
	return true;
}

void ing_dram::release()
{
	if (data)
		munmap(data, bytes);
	data = nullptr;
}
