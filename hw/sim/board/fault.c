// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include "fault.h"

/* An ordinary day. */
#define TEMPERATURE 41000

void fault_init(struct faults *faults)
{
	memset(faults, 0, sizeof(*faults));
	faults->temperature = TEMPERATURE;
}

int fault_arm(struct faults *faults, const struct fault *fault, struct ingot_error *err)
{
	if (faults->armed_count == FAULTS_ARMED_MAX)
		return ingot_error_set(err, -ENOSPC,
				       "%d faults wait for their triggers already: 'clear' forgets them",
				       FAULTS_ARMED_MAX);
	faults->left[faults->armed_count] = fault->count;
	faults->armed[faults->armed_count++] = *fault;
	return 0;
}

static void disarm(struct faults *faults, unsigned int i)
{
	unsigned int behind = --faults->armed_count - i;

	memmove(&faults->armed[i], &faults->armed[i + 1], behind * sizeof(faults->armed[0]));
	memmove(&faults->left[i], &faults->left[i + 1], behind * sizeof(faults->left[0]));
}

unsigned int fault_due(struct faults *faults, enum fault_event event, struct fault *due)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < faults->armed_count;) {
		if (faults->armed[i].event != event || --faults->left[i]) {
			i++;
			continue;
		}
		due[n++] = faults->armed[i];
		if (faults->armed[i].again) {
			faults->left[i] = faults->armed[i].count;
			i++;
		} else {
			disarm(faults, i);
		}
	}
	return n;
}

static void set_data_line(struct faults *faults, unsigned int line, bool high)
{
	uint64_t *words = high ? faults->data_high : faults->data_low;

	words[line / 64] |= 1ull << line % 64;
}

static void set_fail_dma(struct faults *faults, int64_t which, uint64_t count)
{
	faults->fail_data = which & FAULT_DMA_DATA;
	if (which & FAULT_DMA_READ)
		faults->fail_reads = count;
	if (which & FAULT_DMA_WRITE)
		faults->fail_writes = count;
}

bool fault_set(struct faults *faults, const struct fault *fault)
{
	const int64_t arg = fault->args[0];

	switch (fault->kind) {
	case FAULT_LOSE_IRQ:
		faults->lose_irqs = (uint64_t)arg;
		return true;
	case FAULT_STUCK_JOB:
		faults->stick_job = true;
		return true;
	case FAULT_SLOW_DMA:
		faults->slow_ms = (unsigned int)arg;
		return true;
	case FAULT_FAIL_DMA:
		set_fail_dma(faults, arg, (uint64_t)fault->args[1]);
		return true;
	case FAULT_WRONG_TAG:
		faults->wrong_tags = (uint64_t)arg;
		faults->wrong_tag_queues = (unsigned int)fault->args[1];
		return true;
	case FAULT_ADDR_LINE:
		faults->addr_lines |= 1ull << arg;
		return true;
	case FAULT_DATA_LINE:
		set_data_line(faults, (unsigned int)arg, fault->args[1]);
		return true;
	case FAULT_BAD_OP:
		faults->bad_op = true;
		faults->bad_ops[arg] = true;
		return true;
	case FAULT_WIDE_SLOTS:
		faults->wide_slots = true;
		faults->wide_units = (uint32_t)arg;
		return true;
	case FAULT_ALL_ONES:
		faults->all_ones = true;
		faults->all_ones_config |= arg;
		return true;
	case FAULT_RESET_HANGS:
		faults->reset_hangs = true;
		faults->flr_hangs |= arg;
		return true;
	case FAULT_TEMPERATURE:
		faults->temperature = (int32_t)arg;
		return true;
	case FAULT_CLEAR:
		fault_init(faults);
		return true;
	default:
		return false;
	}
}
