/* SPDX-License-Identifier: MIT */
/* The board's PCI configuration space: what can be written, and what a write sets off. */
#ifndef INGOT_BOARD_PCI_CONFIG_H
#define INGOT_BOARD_PCI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_CONFIG_BYTES 4096
#define PCI_BARS 6

/* BAR of the MSI-X table: its bytes, and where the pending bits are. */
#define PCI_MSIX_BAR_BYTES 4096
#define PCI_PBA_AT 0x800

/**
 * struct pci_config - configuration space
 * @bytes: its contents, little-endian
 * @writable: bits that a write changes
 */
struct pci_config {
	uint8_t bytes[PCI_CONFIG_BYTES], writable[PCI_CONFIG_BYTES];
};

/**
 * pci_config_init() - configuration space after power-on
 * @config: filled in
 * @memory_bar_bytes: size of ING_PCI_BAR_MEMORY, a power of two of at least 4096
 * @vectors: MSI-X vectors
 */
void pci_config_init(struct pci_config *config, uint64_t memory_bar_bytes, unsigned int vectors);

/**
 * pci_config_write() - a write of the host
 * @config: configuration space
 * @offset: of the first byte
 * @data: what is written
 * @len: bytes; @offset + @len is at most PCI_CONFIG_BYTES
 *
 * Return: true if it asks for a function level reset, which is the caller's to do.
 */
bool pci_config_write(struct pci_config *config, size_t offset, const void *data, size_t len);

/** pci_config_bar() - address of a memory BAR, as the host has set it */
uint64_t pci_config_bar(const struct pci_config *config, unsigned int bar);

/** pci_config_decodes() - whether the host has enabled memory accesses, and not put us to sleep */
bool pci_config_decodes(const struct pci_config *config);

/** pci_config_masters() - whether the host lets us reach its memory and raise interrupts */
bool pci_config_masters(const struct pci_config *config);

#endif
