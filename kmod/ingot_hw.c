// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Registers. A device that is gone reads as all ones, and writes vanish; so whoever reads checks,
 * and whoever writes need not.
 */
#include <drm/drm_managed.h>
#include <drm/drm_print.h>
#include <linux/io.h>
#include <linux/iopoll.h>

#include "ingot_drv.h"

#define ALL_ONES 0xffffffffu
/* A reset waits for the transactions under way; a simulated device may take its time. */
#define RESET_POLL_US 100
#define RESET_TIMEOUT_US (5 * USEC_PER_SEC)

/**
 * ingot_hw_read() - reads a register
 * @idev: device
 * @offset: ING_REG_*
 *
 * Return: its value; all ones if the device is gone.
 */
u32 ingot_hw_read(struct ingot_device *idev, u32 offset)
{
	return readl(idev->regs + offset);
}

/**
 * ingot_hw_write() - writes a register, after everything that was written to memory before
 * @idev: device
 * @offset: ING_REG_*
 * @value: value
 */
void ingot_hw_write(struct ingot_device *idev, u32 offset, u32 value)
{
	writel(value, idev->regs + offset);
}

/**
 * ingot_hw_is_gone() - does the device answer with anything but all ones
 * @idev: device
 *
 * Return: whether it is gone.
 */
bool ingot_hw_is_gone(struct ingot_device *idev)
{
	return ingot_hw_read(idev, ING_REG_MAGIC) == ALL_ONES;
}

static int read_config(struct ingot_device *idev, u32 bytes)
{
	__le32 *words = drmm_kzalloc(&idev->drm, round_up(bytes, 4), GFP_KERNEL);

	if (!words)
		return -ENOMEM;
	for (u32 i = 0; i < DIV_ROUND_UP(bytes, 4); i++)
		words[i] = cpu_to_le32(ingot_hw_read(idev, ING_REG_ROM + 4 * i));
	idev->config = words;
	idev->config_bytes = bytes;
	return ingot_config_memory_bytes(words, bytes, &idev->memory_bytes);
}

/**
 * ingot_hw_identify() - finds out what the device is, and fills in what it says of itself
 * @idev: device with registers
 *
 * Return: 0; -ENODEV: no device of ours, or an interface that is unknown here; -EINVAL: its
 * configuration makes no sense; -ENOMEM.
 */
int ingot_hw_identify(struct ingot_device *idev)
{
	struct device *dev = &idev->pdev->dev;
	u32 magic = ingot_hw_read(idev, ING_REG_MAGIC);
	u32 bytes;
	int ret;

	if (magic != ING_MAGIC)
		return dev_err_probe(dev, -ENODEV, "register 0 reads 0x%08x, not 0x%08x: %s\n",
				     magic, ING_MAGIC, magic == ALL_ONES ?
				     "the device does not answer" : "not an Ingot device");
	idev->version = ingot_hw_read(idev, ING_REG_VERSION);
	if (idev->version >> 16 != ING_VERSION >> 16)
		return dev_err_probe(dev, -ENODEV,
				     "interface version %u.%u; this driver knows %u\n",
				     idev->version >> 16, idev->version & 0xffff,
				     ING_VERSION >> 16);
	bytes = ingot_hw_read(idev, ING_REG_ROM_BYTES);
	if (!bytes || bytes > ING_ROM_MAX_BYTES)
		return dev_err_probe(dev, -EINVAL, "configuration of %u bytes\n", bytes);
	idev->has_board = ingot_hw_read(idev, ING_REG_BOARD_MAGIC) == ING_BOARD_MAGIC;
	ret = read_config(idev, bytes);
	if (ret)
		return dev_err_probe(dev, ret, "configuration cannot be used\n");
	return 0;
}

/**
 * ingot_hw_reset() - resets the device: jobs and copies stop, queues are off, interrupts too
 * @idev: device
 *
 * May sleep. When it returns 0, the device has no transaction under way.
 *
 * Return: 0; -ENODEV: it does not answer; -ETIMEDOUT: the reset did not end.
 */
int ingot_hw_reset(struct ingot_device *idev)
{
	u32 value;
	int ret;

	ingot_hw_write(idev, ING_REG_RESET, 1);
	ret = read_poll_timeout(ingot_hw_read, value, !value || value == ALL_ONES, RESET_POLL_US,
				RESET_TIMEOUT_US, false, idev, ING_REG_RESET);
	if (value == ALL_ONES)
		return -ENODEV;
	return ret;
}

/**
 * ingot_hw_enable_irqs() - routes and enables the interrupts of all queues
 * @idev: device after a reset
 */
void ingot_hw_enable_irqs(struct ingot_device *idev)
{
	if (idev->has_board)
		ingot_hw_write(idev, ING_REG_BOARD_VECTORS, idev->vectors);
	ingot_hw_write(idev, ING_REG_IRQ_STATUS, ALL_ONES);
	ingot_hw_write(idev, ING_REG_IRQ_ENABLE, (1u << ING_QUEUES) - 1);
}

/**
 * ingot_hw_write_slot() - writes an entry of the slot table
 * @idev: device; hw_lock is held
 * @hw: number of the context, of which no job uses the slot
 * @slot: number of the slot
 * @entry: what it shows
 *
 * Nothing happens while the device is asleep: restarting it writes the whole table.
 */
void ingot_hw_write_slot(struct ingot_device *idev, unsigned int hw, unsigned int slot,
			 const struct ingot_slot *entry)
{
	u32 at = ING_REG_SLOTS + ING_SLOT_STRIDE * (hw * ING_SLOTS + slot);

	lockdep_assert_held(&idev->hw_lock);
	if (!idev->awake)
		return;
	/* at no time may a half-written entry permit anything */
	ingot_hw_write(idev, at + ING_SLOT_PERM, 0);
	if (!entry->perm)
		return;
	ingot_hw_write(idev, at + ING_SLOT_BASE, entry->base);
	ingot_hw_write(idev, at + ING_SLOT_LEN, entry->len);
	ingot_hw_write(idev, at + ING_SLOT_PERM, entry->perm);
}

/**
 * ingot_hw_counter() - reads a counter of the job that runs or ran last
 * @idev: device
 * @counter: ING_CNT_*
 *
 * Return: its value. The halves are read one after the other: exact if no job runs.
 */
u64 ingot_hw_counter(struct ingot_device *idev, unsigned int counter)
{
	u32 at = ING_REG_COUNTERS + 8 * counter;
	u32 low = ingot_hw_read(idev, at);

	return (u64)ingot_hw_read(idev, at + 4) << 32 | low;
}
