// SPDX-License-Identifier: MIT
/* Device memory: set-up. What happens in a cycle is in the header. */
#include "hw/sim/dram.h"

#include "hw/memory_map.h"

/* Only what is touched costs memory of the host. */
bool ing_dram::init(uint64_t size, unsigned int beat, unsigned int cycles, bool ideal, bool shared)
{
	*this = {};
	fd = -1;
	data = (uint8_t *)ing_memory_map(size, 0, shared ? &fd : nullptr);
	if (!data)
		return false;
	bytes = size;
	beat_bytes = beat;
	latency = ideal ? 1 : cycles;
	write_latency = ideal ? 1 : write_cycles;
	refresh = ideal ? 0 : refresh_cycles;
	return true;
}

void ing_dram::release()
{
	if (data)
		munmap(data, bytes);
	if (data && fd >= 0)
		close(fd);
	data = nullptr;
}
