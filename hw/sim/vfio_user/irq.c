// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "irq.h"

void vu_irqs_init(struct vu_irqs *irqs, unsigned int count)
{
	memset(irqs, 0, sizeof(*irqs));
	irqs->count = count;
	for (unsigned int v = 0; v < VU_MAX_VECTORS; v++)
		irqs->eventfds[v] = -1;
}

static void connect_vector(struct vu_irqs *irqs, unsigned int vector, int fd)
{
	if (irqs->eventfds[vector] >= 0)
		close(irqs->eventfds[vector]);
	irqs->eventfds[vector] = fd;
}

void vu_irqs_clear(struct vu_irqs *irqs)
{
	for (unsigned int v = 0; v < irqs->count; v++)
		connect_vector(irqs, v, -1);
	vu_irqs_init(irqs, irqs->count);
}

void vu_irqs_info(const struct vu_irqs *irqs, struct vfio_irq_info *info)
{
	info->argsz = sizeof(*info);
	info->count = info->index == VFIO_PCI_MSIX_IRQ_INDEX ? irqs->count : 0;
	info->flags = info->count ? VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE : 0;
}

static bool ring(const struct vu_irqs *irqs, unsigned int vector)
{
	const uint64_t one = 1;

	return irqs->eventfds[vector] >= 0 &&
	       write(irqs->eventfds[vector], &one, sizeof(one)) == sizeof(one);
}

bool vu_irqs_raise(struct vu_irqs *irqs, unsigned int vector)
{
	if (!irqs->masked[vector])
		return ring(irqs, vector);
	irqs->pending[vector] = true;
	return true;
}

static void mask(struct vu_irqs *irqs, unsigned int vector, bool masked)
{
	irqs->masked[vector] = masked;
	if (masked || !irqs->pending[vector])
		return;
	irqs->pending[vector] = false;
	ring(irqs, vector);
}

/* Anything else that can be written to might block, or be somebody's file */
static bool is_eventfd(int fd)
{
	static const char eventfd[] = "anon_inode:[eventfd]";
	char path[32], link[sizeof(eventfd)];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return readlink(path, link, sizeof(link)) == sizeof(eventfd) - 1 &&
	       !memcmp(link, eventfd, sizeof(eventfd) - 1);
}

static bool usable(int *fds, unsigned int fd_count)
{
	for (unsigned int i = 0; i < fd_count; i++)
		if (!is_eventfd(fds[i]) || fcntl(fds[i], F_SETFL, O_NONBLOCK))
			return false;
	return true;
}

static int check_set(const struct vu_irqs *irqs, const struct vfio_irq_set *set, size_t bytes,
		     int *fds, unsigned int fd_count)
{
	const uint32_t data = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	const uint32_t action = set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK;
	unsigned int count = set->index == VFIO_PCI_MSIX_IRQ_INDEX ? irqs->count : 0;

	if (set->argsz < sizeof(*set) || set->index >= VU_IRQ_TYPES || set->start > count ||
	    set->count > count - set->start || set->flags != (data | action))
		return -EINVAL;
	if (__builtin_popcount(data) != 1 || __builtin_popcount(action) != 1)
		return -EINVAL;
	if (data == VFIO_IRQ_SET_DATA_BOOL && bytes < set->count)
		return -EINVAL;
	if (data != VFIO_IRQ_SET_DATA_EVENTFD)
		return fd_count ? -EINVAL : 0;
	if (action != VFIO_IRQ_SET_ACTION_TRIGGER || (fd_count && fd_count != set->count))
		return -EINVAL;
	return usable(fds, fd_count) ? 0 : -EINVAL;
}

static void connect_vectors(struct vu_irqs *irqs, const struct vfio_irq_set *set, int *fds,
			    unsigned int fd_count)
{
	for (unsigned int i = 0; i < set->count; i++) {
		connect_vector(irqs, set->start + i, fd_count ? fds[i] : -1);
		if (fd_count)
			fds[i] = -1;
	}
}

static void act(struct vu_irqs *irqs, const struct vfio_irq_set *set, unsigned int vector)
{
	if (set->flags & VFIO_IRQ_SET_ACTION_TRIGGER)
		vu_irqs_raise(irqs, vector);
	else
		mask(irqs, vector, set->flags & VFIO_IRQ_SET_ACTION_MASK);
}

int vu_irqs_set(struct vu_irqs *irqs, const struct vfio_irq_set *set, const void *data,
		size_t bytes, int *fds, unsigned int fd_count, struct ingot_error *err)
{
	const uint8_t *chosen = set->flags & VFIO_IRQ_SET_DATA_BOOL ? data : NULL;

	if (check_set(irqs, set, bytes, fds, fd_count))
		return ingot_error_set(err, -EINVAL,
				       "interrupt type %u, vectors from %u, %u of them, flags 0x%x, %u descriptors: no valid setting",
				       set->index, set->start, set->count, set->flags, fd_count);
	if (set->index != VFIO_PCI_MSIX_IRQ_INDEX)
		return 0;
	if (set->flags & VFIO_IRQ_SET_DATA_EVENTFD)
		connect_vectors(irqs, set, fds, fd_count);
	else if (!set->count && set->flags & VFIO_IRQ_SET_ACTION_TRIGGER)
		vu_irqs_clear(irqs);
	else
		for (unsigned int i = 0; i < set->count; i++)
			if (!chosen || chosen[i])
				act(irqs, set, set->start + i);
	return 0;
}
