// SPDX-License-Identifier: MIT
/* The board goes wrong under copies: they end rightly or say so, and afterwards all is well. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accel.h"
#include "tests/vm/guest/lib/host.h"
#include "tests/vm/guest/lib/report.h"

#define BYTES (3u << 20)
#define TIMEOUT "/sys/module/ingot/parameters/timeout_ms"
#define DRIVER "/sys/bus/pci/drivers/ingot"

static struct accel_names names;
static uint32_t memory[BYTES / 4] __attribute__((aligned(4096)));
static int fd;
static uint32_t device;

static long resets(void)
{
	char path[128], text[16] = "";

	snprintf(path, sizeof(path), "%s/resets", names.pci);
	read_file(path, text, sizeof(text) - 1);
	return atol(text);
}

/* There and back. Return: 0; the first error; 1: what came back is something else. */
static int round_trip(uint32_t seed)
{
	int ret;

	for (uint32_t i = 0; i < BYTES / 4; i++)
		memory[i] = i * 2246822519u + seed;
	ret = copy_user(fd, DRM_INGOT_COPY_TO_DEVICE, device, 0, BYTES, memory);
	memset(memory, 0, BYTES);
	if (!ret)
		ret = copy_user(fd, DRM_INGOT_COPY_TO_HOST, device, 0, BYTES, memory);
	for (uint32_t i = 0; !ret && i < BYTES / 4; i++)
		ret = memory[i] != i * 2246822519u + seed;
	return ret;
}

static void test_interrupts(void)
{
	long before = resets();

	host_tell("lose-irq 4");
	is(round_trip(1), 0, "interrupts are lost: copies end rightly");
	host_tell("spurious-irq 0");
	host_tell("spurious-irq 1");
	is(round_trip(2), 0, "interrupts come for no reason: likewise");
	is(resets(), before, "... and without a reset");
	host_tell("clear");
}

static void test_wrong_tag(void)
{
	long before = resets();

	host_tell("wrong-tag 1 copies");
	is(round_trip(3), 0, "a completion with a wrong tag: the copy ends rightly");
	is(resets(), before + 1, "... after a reset");
	host_tell("clear");
}

static void test_failed_dma(const char *which, unsigned int after)
{
	int ret;

	/* which transfer it is, descriptor, data or completion, decides how it shows */
	host_tell("after %u doorbells fail-dma %s 1", after, which);
	ret = round_trip(4);
	ok(!ret || ret == -EIO || ret == -ETIMEDOUT, "a failed DMA %s, after %u doorbells: %d", which,
	   after, ret);
	host_tell("clear");
	is(round_trip(5), 0, "... the next copy is right");
}

static void test_failed_clear(void)
{
	uint32_t handle;
	int error;

	host_tell("fail-dma read 2");
	handle = bo_create(fd, BYTES, DRM_INGOT_BO_DEVICE, &error);
	ok(handle || error == -EIO, "an object that cannot be cleared is not handed out: %d", error);
	host_tell("clear");
	if (handle)
		bo_close(fd, handle);
}

static void test_hang(void)
{
	long before = resets();
	int ret;

	write_text(TIMEOUT, "300");
	host_tell("slow-dma 2000");
	ret = copy_user(fd, DRM_INGOT_COPY_TO_DEVICE, device, 0, 65536, memory);
	host_tell("slow-dma 0");
	is(ret, -ETIMEDOUT, "a copy that hangs");
	ok(resets() > before, "... the device was reset");
	host_tell("clear");
	is(round_trip(6), 0, "... the next one is right");
	write_text(TIMEOUT, "10000");
}

static void rebind(void)
{
	bo_close(fd, device);
	close(fd);
	is(write_text(DRIVER "/unbind", names.address), 0, "... it can be unbound");
	host_tell("clear");
	is(write_text(DRIVER "/bind", names.address), 0, "... and bound when it is well");
	accel_find(&names);
	fd = accel_open();
	device = bo_create(fd, BYTES, DRM_INGOT_BO_DEVICE, NULL);
	is(round_trip(7), 0, "... and works");
}

static void test_gone(void)
{
	int error;

	write_text(TIMEOUT, "300");
	host_tell("all-ones");
	is(round_trip(8), -ENODEV, "a device that answers all ones is gone");
	bo_create(fd, 4096, DRM_INGOT_BO_DEVICE, &error);
	is(error, -ENODEV, "... for all calls");
	rebind();
	write_text(TIMEOUT, "10000");
}

static void test_reset_hangs(void)
{
	char path[128];

	host_tell("reset-hangs");
	snprintf(path, sizeof(path), "%s/force_reset", names.debugfs);
	write_text(path, "to see it hang");
	is(round_trip(9), -ENODEV, "a device whose reset does not end is given up");
	rebind();
}

int main(void)
{
	if (!host_is_there()) {
		skip("the board is no simulated one");
		return tap_done();
	}
	accel_find(&names);
	fd = accel_open();
	device = bo_create(fd, BYTES, DRM_INGOT_BO_DEVICE, NULL);
	test_interrupts();
	test_wrong_tag();
	/* a completion that cannot be written is missed, and the time that takes is not the point */
	write_text(TIMEOUT, "300");
	for (unsigned int after = 1; after < 6; after++) {
		test_failed_dma("read", after);
		test_failed_dma("write", after);
	}
	write_text(TIMEOUT, "10000");
	test_failed_clear();
	test_hang();
	test_gone();
	test_reset_hangs();
	return tap_done();
}
