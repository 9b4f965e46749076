// SPDX-License-Identifier: MIT
#include <linux/pci_regs.h>
#include <string.h>

#include "ingot/regs.h"
#include "pci_config.h"

/* Where the capabilities are. */
#define AT_PM 0x40
#define AT_EXP 0x50
#define AT_MSIX 0x90

/* Processing accelerator. */
#define CLASS 0x120000
#define REVISION 1

/* ---- little-endian fields ---- */

static void put(uint8_t *at, uint64_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

static void set(struct pci_config *config, size_t offset, size_t len, uint64_t value,
		uint64_t writable)
{
	put(config->bytes + offset, value, len);
	put(config->writable + offset, writable, len);
}

/* ---- contents ---- */

static void set_bar(struct pci_config *config, unsigned int bar, uint64_t size, uint32_t type)
{
	size_t len = type & PCI_BASE_ADDRESS_MEM_TYPE_64 ? 8 : 4;

	set(config, PCI_BASE_ADDRESS_0 + 4 * bar, len, type, ~(size - 1));
}

static void set_header(struct pci_config *config)
{
	set(config, PCI_VENDOR_ID, 2, ING_PCI_VENDOR, 0);
	set(config, PCI_DEVICE_ID, 2, ING_PCI_DEVICE, 0);
	set(config, PCI_COMMAND, 2, 0,
	    PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_PARITY | PCI_COMMAND_SERR |
	    PCI_COMMAND_INTX_DISABLE);
	set(config, PCI_STATUS, 2, PCI_STATUS_CAP_LIST, 0);
	set(config, PCI_CLASS_REVISION, 4, CLASS << 8 | REVISION, 0);
	set(config, PCI_CACHE_LINE_SIZE, 1, 0, 0xff);
	set(config, PCI_SUBSYSTEM_VENDOR_ID, 2, ING_PCI_VENDOR, 0);
	set(config, PCI_SUBSYSTEM_ID, 2, ING_PCI_DEVICE, 0);
	set(config, PCI_CAPABILITY_LIST, 1, AT_PM, 0);
	set(config, PCI_INTERRUPT_LINE, 1, 0, 0xff);
}

/* D0 and D3hot; nothing is lost in between */
static void set_power(struct pci_config *config)
{
	set(config, AT_PM, 2, PCI_CAP_ID_PM | AT_EXP << 8, 0);
	set(config, AT_PM + PCI_PM_PMC, 2, 3, 0);
	set(config, AT_PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_NO_SOFT_RESET, PCI_PM_CTRL_STATE_MASK);
}

/* An endpoint of version 2, 8 lanes at 8 GT/s */
static void set_express(struct pci_config *config)
{
	const uint32_t link = PCI_EXP_LNKCAP_SLS_8_0GB | 8 << 4;

	set(config, AT_EXP, 2, PCI_CAP_ID_EXP | AT_MSIX << 8, 0);
	set(config, AT_EXP + PCI_EXP_FLAGS, 2, 2 | PCI_EXP_TYPE_ENDPOINT << 4, 0);
	set(config, AT_EXP + PCI_EXP_DEVCAP, 4, PCI_EXP_DEVCAP_RBER | PCI_EXP_DEVCAP_FLR, 0);
	set(config, AT_EXP + PCI_EXP_DEVCTL, 2, 0x2810, 0x7fff);
	set(config, AT_EXP + PCI_EXP_LNKCAP, 4, link, 0);
	set(config, AT_EXP + PCI_EXP_LNKCTL, 2, 0, 0x0fc3);
	set(config, AT_EXP + PCI_EXP_LNKSTA, 2, link, 0);
	set(config, AT_EXP + PCI_EXP_DEVCTL2, 2, 0, 0x1f);
	set(config, AT_EXP + PCI_EXP_LNKCAP2, 4, 0x0e, 0);
	set(config, AT_EXP + PCI_EXP_LNKCTL2, 2, PCI_EXP_LNKCAP_SLS_8_0GB, 0xf);
}

static void set_msix(struct pci_config *config, unsigned int vectors)
{
	set(config, AT_MSIX, 2, PCI_CAP_ID_MSIX, 0);
	set(config, AT_MSIX + PCI_MSIX_FLAGS, 2, vectors - 1,
	    PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	set(config, AT_MSIX + PCI_MSIX_TABLE, 4, ING_PCI_BAR_MSIX, 0);
	set(config, AT_MSIX + PCI_MSIX_PBA, 4, PCI_PBA_AT | ING_PCI_BAR_MSIX, 0);
}

void pci_config_init(struct pci_config *config, uint64_t memory_bar_bytes, unsigned int vectors)
{
	memset(config, 0, sizeof(*config));
	set_header(config);
	set_bar(config, ING_PCI_BAR_REGS, ING_BAR_BYTES, 0);
	set_bar(config, ING_PCI_BAR_MEMORY, memory_bar_bytes,
		PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH);
	set_bar(config, ING_PCI_BAR_MSIX, PCI_MSIX_BAR_BYTES, 0);
	set_power(config);
	set_express(config);
	set_msix(config, vectors);
}

/* ---- accesses ---- */

/* D state */
static unsigned int power_state(const struct pci_config *config)
{
	return config->bytes[AT_PM + PCI_PM_CTRL] & PCI_PM_CTRL_STATE_MASK;
}

bool pci_config_write(struct pci_config *config, size_t offset, const void *data, size_t len)
{
	const size_t flr_byte = AT_EXP + PCI_EXP_DEVCTL + 1;
	const uint8_t *bytes = data;
	uint8_t state = config->bytes[AT_PM + PCI_PM_CTRL];
	bool flr = false;

	for (size_t i = 0; i < len; i++) {
		uint8_t mask = config->writable[offset + i], *at = &config->bytes[offset + i];

		*at = (*at & ~mask) | (bytes[i] & mask);
		if (offset + i == flr_byte)
			flr = bytes[i] & PCI_EXP_DEVCTL_BCR_FLR >> 8;
	}
	/* a state that is not supported changes nothing */
	if (power_state(config) == 1 || power_state(config) == 2)
		config->bytes[AT_PM + PCI_PM_CTRL] = state;
	return flr;
}

uint64_t pci_config_bar(const struct pci_config *config, unsigned int bar)
{
	const uint8_t *at = config->bytes + PCI_BASE_ADDRESS_0 + 4 * bar;
	size_t len = *at & PCI_BASE_ADDRESS_MEM_TYPE_64 ? 8 : 4;

	return get(at, len) & PCI_BASE_ADDRESS_MEM_MASK;
}

static bool commands(const struct pci_config *config, uint16_t bit)
{
	return get(config->bytes + PCI_COMMAND, 2) & bit && !power_state(config);
}

bool pci_config_decodes(const struct pci_config *config)
{
	return commands(config, PCI_COMMAND_MEMORY);
}

bool pci_config_masters(const struct pci_config *config)
{
	return commands(config, PCI_COMMAND_MASTER);
}
