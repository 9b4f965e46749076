// SPDX-License-Identifier: MIT
/* A board's life, and what the client asks of it: regions, resets. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "board.h"

/* BAR2, unless another size is asked for. */
#define MEMORY_BAR_BYTES (256ull << 20)
/* Requests refused that are told, unless everything is. */
#define REFUSALS_TOLD 10

static FILE *log_file;

void board_log_to(FILE *file)
{
	log_file = file;
}

void board_log(const char *fmt, ...)
{
	struct ingot_error clean;
	char text[sizeof(clean.text)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* what a client sent must not steer a terminal */
	ingot_error_set(&clean, -EINVAL, "%s", text);
	fprintf(log_file ? log_file : stderr, "ingot-sim: %s\n", clean.text);
}

/* ---- regions ---- */

static int read_regs(struct board *board, uint64_t offset, uint8_t *buf, size_t len)
{
	while (len) {
		size_t skip = offset % 4, n = len < 4 - skip ? len : 4 - skip;
		uint32_t value = UINT32_MAX;

		if (pci_config_decodes(&board->config))
			value = board_reg_read(board, (uint32_t)(offset - skip));
		memcpy(buf, (uint8_t *)&value + skip, n);
		offset += n;
		buf += n;
		len -= n;
	}
	return 0;
}

static int write_regs(struct board *board, uint64_t offset, const uint8_t *buf, size_t len)
{
	uint32_t value;

	if (offset % 4 || len % 4)
		return -EINVAL;
	for (; len && pci_config_decodes(&board->config); offset += 4, buf += 4, len -= 4) {
		memcpy(&value, buf, 4);
		board_reg_write(board, (uint32_t)offset, value);
	}
	return 0;
}

static void read_msix(const struct board *board, uint64_t offset, uint8_t *buf, size_t len)
{
	const struct vu_irqs *irqs = &board->server.irqs;

	memcpy(buf, board->msix + offset, len);
	for (unsigned int v = 0; v < irqs->count; v++)
		if (irqs->pending[v] && PCI_PBA_AT - offset < len)
			buf[PCI_PBA_AT - offset] |= (uint8_t)(1u << v);
}

static void read_config(struct board *board, uint64_t offset, uint8_t *buf, size_t len)
{
	board->stats.config_reads++;
	memcpy(buf, board->config.bytes + offset, len);
	if (board->faults.all_ones_config)
		memset(buf, 0xff, len);
}

static int region_read(void *priv, unsigned int region, uint64_t offset, void *buf, size_t len)
{
	struct board *board = priv;

	switch (region) {
	case ING_PCI_BAR_REGS:
		return read_regs(board, offset, buf, len);
	case ING_PCI_BAR_MEMORY:
		memcpy(buf, board->memory + offset, len);
		return 0;
	case ING_PCI_BAR_MSIX:
		read_msix(board, offset, buf, len);
		return 0;
	case VFIO_PCI_CONFIG_REGION_INDEX:
		read_config(board, offset, buf, len);
		return 0;
	default:
		return -EINVAL;
	}
}

static void write_config(struct board *board, uint64_t offset, const uint8_t *buf, size_t len)
{
	board->stats.config_writes++;
	board->busy = true;
	if (board->faults.all_ones_config || !pci_config_write(&board->config, offset, buf, len))
		return;
	board->stats.function_resets++;
	board_reset(board);
	board_event(board, FAULT_ON_RESET);
}

static int region_write(void *priv, unsigned int region, uint64_t offset, const void *buf,
			size_t len)
{
	struct board *board = priv;

	switch (region) {
	case ING_PCI_BAR_REGS:
		return write_regs(board, offset, buf, len);
	case ING_PCI_BAR_MEMORY:
		memcpy(board->memory + offset, buf, len);
		return 0;
	case ING_PCI_BAR_MSIX:
		if (offset < PCI_PBA_AT && len <= PCI_PBA_AT - offset)
			memcpy(board->msix + offset, buf, len);
		return 0;
	case VFIO_PCI_CONFIG_REGION_INDEX:
		write_config(board, offset, buf, len);
		return 0;
	default:
		return -EINVAL;
	}
}

/* ---- other requests ---- */

static void client_reset(void *priv)
{
	struct board *board = priv;

	board->stats.client_resets++;
	board_reset(board);
	board_event(board, FAULT_ON_RESET);
}

/*
 * ROMs, frame buffers and BARs, ours too, have no file and nobody wants to reach them. Memory that
 * begins at address 0 is the machine's RAM.
 */
static int announce(void *priv, const struct vu_dma_map *map, struct ingot_error *err)
{
	(void)priv;
	if (map->address || !(map->flags & VFIO_DMA_MAP_FLAG_WRITE))
		return 0;
	return ingot_error_set(err, -EINVAL,
			       "the client's RAM has no file: start QEMU with -object memory-backend-memfd,id=ram,size=...,share=on -machine memory-backend=ram");
}

static void refused(void *priv, unsigned int command, const struct ingot_error *why)
{
	struct board *board = priv;

	if (board->verbose || ++board->refused <= REFUSALS_TOLD)
		board_log("request %u refused: %s", command, why->text);
}

/* ---- faults ---- */

static void tell_stats(const struct board *board)
{
	int ret = 0;

	if (board->stats_path)
		ret = stats_save(board, board->stats_path);
	else
		stats_print(board, stdout);
	fflush(stdout);
	if (ret)
		board_log("%s: %s", board->stats_path, strerror(-ret));
}

static void apply(struct board *board, const struct fault *fault)
{
	board->stats.faults++;
	if (fault_set(&board->faults, fault)) {
		board->busy = true;
		if (fault->kind != FAULT_CLEAR)
			return;
		board->reset_due = board->hung;
		board->hung = false;
		board->dead = false;
		damage_unstick(board);
	} else if (fault->kind == FAULT_SPURIOUS_IRQ) {
		board_raise(board, (unsigned int)fault->args[0]);
	} else if (fault->kind == FAULT_FLIP_BIT) {
		damage_flip(board, (uint64_t)fault->args[0], (unsigned int)fault->args[1]);
	} else if (fault->kind == FAULT_STATS) {
		tell_stats(board);
	}
}

/* What fits the language, but not this board */
static int check_fault(const struct board *board, const struct fault *fault,
		       struct ingot_error *err)
{
	const uint64_t arg = (uint64_t)fault->args[0];

	if (fault->kind == FAULT_FLIP_BIT && arg >= board->memory_bytes)
		return ingot_error_set(err, -EINVAL,
				       "flip-bit: address 0x%llx: device memory has 0x%llx bytes",
				       (unsigned long long)arg,
				       (unsigned long long)board->memory_bytes);
	if (fault->kind == FAULT_ADDR_LINE && 1ull << arg >= board->memory_bytes)
		return ingot_error_set(err, -EINVAL,
				       "addr-line: line %llu: device memory has 0x%llx bytes",
				       (unsigned long long)arg,
				       (unsigned long long)board->memory_bytes);
	if (fault->kind == FAULT_DATA_LINE && arg >= board->handle.config.port_bits)
		return ingot_error_set(err, -EINVAL, "data-line: line %llu: the memory port has %u",
				       (unsigned long long)arg, board->handle.config.port_bits);
	return 0;
}

int board_fault(struct board *board, const char *line, struct ingot_error *err)
{
	struct fault fault;
	int ret = fault_parse(line, &fault, err);

	if (ret <= 0)
		return ret;
	ret = check_fault(board, &fault, err);
	if (ret)
		return ret;
	if (fault.event != FAULT_NOW)
		return fault_arm(&board->faults, &fault, err);
	apply(board, &fault);
	return 0;
}

void board_event(struct board *board, enum fault_event event)
{
	struct fault due[FAULTS_ARMED_MAX];
	unsigned int n;

	if (!board->faults.armed_count)
		return;
	n = fault_due(&board->faults, event, due);
	for (unsigned int i = 0; i < n; i++)
		apply(board, &due[i]);
}

/* ---- creation ---- */

static int map_memory(struct board *board, const struct board_options *options,
		      struct ingot_error *err)
{
	const struct ing_core *core = board->handle.core;
	int fd = core->ops->memory_fd(core, &board->memory_bytes);
	uint64_t bar = options->memory_bar_bytes;
	void *memory;

	if (fd < 0)
		return ingot_error_set(err, fd, "%s: its memory cannot be shared", options->uri);
	memory = mmap(NULL, board->memory_bytes, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (memory == MAP_FAILED)
		return ingot_error_set(err, -errno, "%s: its memory cannot be mapped: %s",
				       options->uri, strerror(errno));
	board->memory = memory;
	if (!bar)
		for (bar = MEMORY_BAR_BYTES; bar > board->memory_bytes;)
			bar /= 2;
	if (bar < 4096 || bar & (bar - 1) || bar > board->memory_bytes)
		return ingot_error_set(err, -EINVAL,
				       "a memory BAR of %llu bytes: use a power of two, 4096 at least, and no more than the %llu bytes of device memory",
				       (unsigned long long)bar,
				       (unsigned long long)board->memory_bytes);
	board->memory_bar_bytes = bar;
	board->device.regions[ING_PCI_BAR_MEMORY] = (struct vu_region){ bar, fd };
	return 0;
}

static void set_device(struct board *board)
{
	struct vu_region *regions = board->device.regions;

	board->device.priv = board;
	board->device.vectors = ING_QUEUES;
	board->device.read = region_read;
	board->device.write = region_write;
	board->device.reset = client_reset;
	board->device.announce = announce;
	board->device.refused = refused;
	regions[ING_PCI_BAR_REGS] = (struct vu_region){ ING_BAR_BYTES, -1 };
	regions[ING_PCI_BAR_MSIX] = (struct vu_region){ PCI_MSIX_BAR_BYTES, -1 };
	regions[VFIO_PCI_CONFIG_REGION_INDEX] = (struct vu_region){ PCI_CONFIG_BYTES, -1 };
	vu_server_init(&board->server, &board->device);
}

struct board *board_create(const struct board_options *options, struct ingot_error *err)
{
	struct board *board = calloc(1, sizeof(*board));
	struct ing_core_options core = options->core;
	struct ing_host host;

	if (!board) {
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	set_device(board);
	host = board_host(board);
	core.shared_memory = 1;
	board->verbose = options->verbose;
	board->stats_path = options->stats_path;
	fault_init(&board->faults);
	if (ingot_core_load(&board->handle, options->uri, &core, &host, err) ||
	    map_memory(board, options, err)) {
		board_destroy(board);
		return NULL;
	}
	board_reset(board);
	if (board->dead) {
		ingot_error_set(err, -EIO, "%s: the core does not come out of its reset",
				options->uri);
		board_destroy(board);
		return NULL;
	}
	return board;
}

void board_destroy(struct board *board)
{
	if (!board)
		return;
	vu_server_detach(&board->server);
	if (board->memory)
		munmap(board->memory, board->memory_bytes);
	ingot_core_unload(&board->handle);
	free(board);
}

void board_attach(struct board *board, int fd)
{
	board->stats.clients++;
	board->unreachable = false;
	board->refused = 0;
	vu_server_attach(&board->server, fd);
}

void board_detach(struct board *board)
{
	vu_server_detach(&board->server);
	/* as if the machine had been switched off */
	board->hung = false;
	board->dead = false;
	board_reset(board);
}
