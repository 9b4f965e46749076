// SPDX-License-Identifier: MIT
/* Rings of the in-process transport: descriptors in, completions out. */
#include <errno.h>
#include <string.h>

#include "core_transport.h"

/* Work between two looks at the completion ring: cycles, or commands of func. */
#define STEP_BUDGET 4096

int ingot_ring_put(struct core_device *dev, unsigned int q, const uint32_t desc[16])
{
	if (dev->owed[q] >= RING_ENTRIES)
		return -EBUSY;
	memcpy(dev->rings->sq[q][dev->tail[q] % RING_ENTRIES], desc, ING_DESC_BYTES);
	dev->tail[q]++;
	dev->owed[q]++;
	return 0;
}

void ingot_ring_bell(struct core_device *dev, unsigned int q)
{
	dev->doorbells += q == ING_QUEUE_JOB;
	mmio_write(dev, queue_reg(q, ING_Q_SQ_TAIL), dev->tail[q]);
}

bool ingot_ring_poll(struct core_device *dev, unsigned int q, uint32_t comp[8])
{
	const uint32_t *entry = dev->rings->cq[q][dev->head[q] % RING_ENTRIES];
	uint32_t phase = !((dev->head[q] / RING_ENTRIES) & 1);

	if ((entry[ING_COMP_PHASE_W] & 1) != phase)
		return false;
	memcpy(comp, entry, ING_COMP_BYTES);
	dev->head[q]++;
	dev->owed[q] -= (comp[ING_COMP_TYPE_W] & 0xff) == ING_COMP_DONE;
	dev->rings->cq_head[q][0] = dev->head[q];
	return true;
}

int ingot_ring_wait(struct core_device *dev, unsigned int q, uint32_t comp[8],
		    struct ingot_error *err)
{
	int busy = 1;

	while (!ingot_ring_poll(dev, q, comp)) {
		if (!busy)
			return ingot_error_set(err, -EIO, "%s: the device is idle and owes no completion",
					       dev->base.uri);
		if (dev->abort_request) {
			dev->abort_request = 0;
			mmio_write(dev, ING_REG_ABORT, 1);
		}
		busy = dev->handle.core->ops->step(dev->handle.core, STEP_BUDGET);
	}
	return 0;
}
