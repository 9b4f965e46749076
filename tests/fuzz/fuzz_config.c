// SPDX-License-Identifier: MIT
/* Any bytes as the configuration ROM of a device: a configuration within its ranges, or an error. */
#include "fuzz.h"
#include "ingot/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ingot_config config;
	struct ingot_error err = { 0 };
	/* a copy of its own, so that a byte read past the end is one too many for ASan */
	void *blob = malloc(size ? size : 1);

	memcpy(blob, data, size);
	if (ingot_config_read(blob, size, &config, &err)) {
		fuzz_check_error(&err);
	} else {
		fuzz_check(memchr(config.model, 0, sizeof(config.model)), "a name without an end");
		fuzz_check(config.port_bits >= 32 && config.port_bits <= 512, "port width");
		fuzz_check(config.tile_m >= 1 && config.tile_m <= 255, "columns");
		fuzz_check(config.formats && config.clock_hz && config.memory_bytes, "nothing there");
	}
	free(blob);
	return 0;
}
