/* SPDX-License-Identifier: MIT */
/* Interrupt vectors: each rings an event descriptor of the client. */
#ifndef INGOT_VFIO_USER_IRQ_H
#define INGOT_VFIO_USER_IRQ_H

#include <linux/vfio.h>
#include <stdbool.h>
#include <stddef.h>

#include "ingot/error.h"

#define VU_MAX_VECTORS 16
/* Types of interrupts that are known: INTx and MSI, of which there are none, and MSI-X. */
#define VU_IRQ_TYPES (VFIO_PCI_MSIX_IRQ_INDEX + 1)

/**
 * struct vu_irqs - the MSI-X vectors of a device
 * @count: of vectors
 * @eventfds: of each, or -1
 * @masked: by the client; @pending: raised meanwhile
 */
struct vu_irqs {
	unsigned int count;
	int eventfds[VU_MAX_VECTORS];
	bool masked[VU_MAX_VECTORS], pending[VU_MAX_VECTORS];
};

/** vu_irqs_init() - @count vectors, none connected */
void vu_irqs_init(struct vu_irqs *irqs, unsigned int count);

/** vu_irqs_clear() - disconnects all vectors and closes their descriptors */
void vu_irqs_clear(struct vu_irqs *irqs);

/** vu_irqs_info() - fills in what there is of info->index, which is below VU_IRQ_TYPES */
void vu_irqs_info(const struct vu_irqs *irqs, struct vfio_irq_info *info);

/**
 * vu_irqs_set() - a client's VU_DEVICE_SET_IRQS
 * @irqs: the vectors
 * @set: header of the request, unchecked
 * @data: what follows it, @bytes long
 * @bytes: of @data
 * @fds: descriptors that came with it, @fd_count; those that are taken become -1
 * @fd_count: of @fds
 * @err: filled on failure
 *
 * Return: 0, or -EINVAL with nothing changed.
 */
int vu_irqs_set(struct vu_irqs *irqs, const struct vfio_irq_set *set, const void *data,
		size_t bytes, int *fds, unsigned int fd_count, struct ingot_error *err);

/**
 * vu_irqs_raise() - raise a vector
 * @irqs: the vectors
 * @vector: below @irqs->count
 *
 * Return: whether the client is told, now or when it unmasks the vector; false: it has not
 * connected it, or has taken no notice of 2^64 interrupts.
 */
bool vu_irqs_raise(struct vu_irqs *irqs, unsigned int vector);

#endif
