// SPDX-License-Identifier: MIT
/* Vectors: what there is, connecting, masking, and settings that are refused. */
#include "client.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static struct reply reply;

static void test_irq_info(void **state)
{
	struct fixture *f = *state;

	for (uint32_t i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		struct vfio_irq_info info = { .argsz = sizeof(info), .index = i };
		const struct request request = { .command = VU_DEVICE_GET_IRQ_INFO, .body = &info,
						 .bytes = sizeof(info) };

		assert_int_equal(client_request(&f->client, &request, &reply),
				 i < VU_IRQ_TYPES ? 0 : EINVAL);
		if (i >= VU_IRQ_TYPES)
			continue;
		memcpy(&info, reply.body, sizeof(info));
		assert_int_equal(info.count, i == VFIO_PCI_MSIX_IRQ_INDEX ? ING_QUEUES : 0);
	}
}

static int set_irqs(struct fixture *f, uint32_t flags, uint32_t start, uint32_t count,
		    const void *data, size_t bytes, const int *fds, unsigned int fd_count)
{
	uint8_t body[256];
	const struct vfio_irq_set set = { (uint32_t)sizeof(set), flags, VFIO_PCI_MSIX_IRQ_INDEX,
					  start, count };
	const struct request request = { .command = VU_DEVICE_SET_IRQS, .body = body,
					 .bytes = sizeof(set) + bytes, .fds = fds,
					 .fd_count = fd_count };

	memcpy(body, &set, sizeof(set));
	if (bytes)
		memcpy(body + sizeof(set), data, bytes);
	return client_request(&f->client, &request, &reply);
}

static uint64_t rung(int fd)
{
	uint64_t n;

	return read(fd, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

#define NONE VFIO_IRQ_SET_DATA_NONE
#define BOOL VFIO_IRQ_SET_DATA_BOOL
#define EVENTFD VFIO_IRQ_SET_DATA_EVENTFD
#define MASK VFIO_IRQ_SET_ACTION_MASK
#define UNMASK VFIO_IRQ_SET_ACTION_UNMASK
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER

static void test_irqs(void **state)
{
	struct fixture *f = *state;
	int fds[2] = { eventfd(0, EFD_NONBLOCK), eventfd(0, EFD_NONBLOCK) };
	const uint8_t second[2] = { 0, 1 };
	uint8_t pending;

	assert_int_equal(set_irqs(f, EVENTFD | TRIGGER, 0, 2, NULL, 0, fds, 2), 0);
	assert_int_equal(set_irqs(f, NONE | TRIGGER, 0, 2, NULL, 0, NULL, 0), 0);
	assert_int_equal(rung(fds[0]), 1);
	assert_int_equal(rung(fds[1]), 1);
	assert_int_equal(set_irqs(f, BOOL | TRIGGER, 0, 2, second, 2, NULL, 0), 0);
	assert_int_equal(rung(fds[0]), 0);
	assert_int_equal(rung(fds[1]), 1);
	/* masked: pending until unmasked, and then once */
	assert_int_equal(set_irqs(f, NONE | MASK, 1, 1, NULL, 0, NULL, 0), 0);
	assert_int_equal(set_irqs(f, NONE | TRIGGER, 0, 2, NULL, 0, NULL, 0), 0);
	assert_int_equal(set_irqs(f, NONE | TRIGGER, 1, 1, NULL, 0, NULL, 0), 0);
	assert_int_equal(rung(fds[0]), 1);
	assert_int_equal(rung(fds[1]), 0);
	assert_int_equal(client_read(&f->client, ING_PCI_BAR_MSIX, PCI_PBA_AT, &pending, 1), 0);
	assert_int_equal(pending, 2);
	assert_int_equal(set_irqs(f, BOOL | UNMASK, 0, 2, second, 2, NULL, 0), 0);
	assert_int_equal(rung(fds[1]), 1);
	/* one vector given back, then all */
	assert_int_equal(set_irqs(f, EVENTFD | TRIGGER, 0, 1, NULL, 0, NULL, 0), 0);
	assert_int_equal(set_irqs(f, NONE | TRIGGER, 0, 2, NULL, 0, NULL, 0), 0);
	assert_int_equal(rung(fds[0]), 0);
	assert_int_equal(rung(fds[1]), 1);
	assert_int_equal(set_irqs(f, NONE | TRIGGER, 0, 0, NULL, 0, NULL, 0), 0);
	assert_int_equal(set_irqs(f, NONE | TRIGGER, 0, 2, NULL, 0, NULL, 0), 0);
	assert_int_equal(rung(fds[1]), 0);
	close(fds[0]);
	close(fds[1]);
}

static void test_bad_irqs(void **state)
{
	struct fixture *f = *state;
	int event = eventfd(0, EFD_NONBLOCK);
	int fds[2] = { event, memory_file() }, pair[2] = { event, event };

	assert_int_equal(set_irqs(f, EVENTFD | TRIGGER, 0, 3, NULL, 0, NULL, 0), EINVAL);
	assert_int_equal(set_irqs(f, EVENTFD | TRIGGER, 3, 0, NULL, 0, NULL, 0), EINVAL);
	assert_int_equal(set_irqs(f, EVENTFD | TRIGGER, UINT32_MAX, 2, NULL, 0, NULL, 0), EINVAL);
	assert_int_equal(set_irqs(f, EVENTFD | TRIGGER, 0, 2, NULL, 0, &event, 1), EINVAL);
	assert_int_equal(set_irqs(f, EVENTFD | TRIGGER, 0, 1, NULL, 0, pair, 2), EINVAL);
	/* somebody's file is no event descriptor */
	assert_int_equal(set_irqs(f, EVENTFD | TRIGGER, 0, 2, NULL, 0, fds, 2), EINVAL);
	assert_int_equal(set_irqs(f, EVENTFD | MASK, 0, 2, NULL, 0, pair, 2), EINVAL);
	assert_int_equal(set_irqs(f, NONE | TRIGGER, 0, 2, NULL, 0, pair, 2), EINVAL);
	assert_int_equal(set_irqs(f, BOOL | TRIGGER, 0, 2, "", 1, NULL, 0), EINVAL);
	assert_int_equal(set_irqs(f, NONE | BOOL | TRIGGER, 0, 2, "\1\1", 2, NULL, 0), EINVAL);
	assert_int_equal(set_irqs(f, NONE, 0, 2, NULL, 0, NULL, 0), EINVAL);
	assert_int_equal(set_irqs(f, TRIGGER, 0, 2, NULL, 0, NULL, 0), EINVAL);
	assert_int_equal(set_irqs(f, NONE | TRIGGER | 1u << 20, 0, 2, NULL, 0, NULL, 0), EINVAL);
	close(event);
	close(fds[1]);
}

#define READY(name) cmocka_unit_test_setup_teardown(name, fixture_negotiated, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		READY(test_irq_info),
		READY(test_irqs),
		READY(test_bad_irqs),
	};

	return cmocka_run_group_tests_name("vfio-user: interrupts", tests, NULL, NULL);
}
