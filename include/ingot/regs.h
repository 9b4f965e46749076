/* SPDX-License-Identifier: MIT */
/*
 * The device as the host sees it: registers of BAR0, rings, descriptors, completions, slots.
 *
 * Registers are 32 bits wide, little-endian, accessed as aligned 32-bit words. Unknown ones read 0.
 *
 * Two queues, each a submission ring and a completion ring in host memory: queue 0 runs jobs, queue
 * 1 copies between host and device memory. The host writes descriptors, then the tail register (the
 * doorbell). The device writes completions, whose phase bit says that they are new: it is 1 on the
 * first lap of the ring, 0 on the second, and so on. The host publishes how far it has read in a
 * word of host memory (CQ_HEAD_ADDR), which the device reads only when the ring looks full: steady
 * operation needs one register write a submission and no register read.
 */
#ifndef INGOT_REGS_H
#define INGOT_REGS_H

/* Bytes of BAR0. */
#define ING_BAR_BYTES 0x10000

/* "INGT": reads 0x54474e49. */
#define ING_REG_MAGIC 0x000
#define ING_MAGIC 0x54474e49
/* Interface version, major in the high half. */
#define ING_REG_VERSION 0x004
#define ING_VERSION 0x00010000
/* Bytes of the configuration blob (a flattened device tree) in the ROM window. */
#define ING_REG_ROM_BYTES 0x008
/* Write 1: stop the running job at the next command with ING_FAULT_ABORT. */
#define ING_REG_ABORT 0x00c
/* Bit 0: a job runs. Bit 1: a copy runs. */
#define ING_REG_STATUS 0x010
/* Pending interrupt causes, one bit a vector; write 1 to clear. */
#define ING_REG_IRQ_STATUS 0x014
/* Causes that raise their vector. */
#define ING_REG_IRQ_ENABLE 0x018
/* Write 1: reset everything but the slot table's contents and this interface; reads 0 when over. */
#define ING_REG_RESET 0x01c

/* Queue q: its registers start at ING_REG_QUEUE + q * ING_QUEUE_STRIDE. */
#define ING_REG_QUEUE 0x100
#define ING_QUEUE_STRIDE 0x40
#define ING_QUEUES 2
#define ING_QUEUE_JOB 0
#define ING_QUEUE_COPY 1
/* Offsets within a queue. Bases are host addresses, 64-byte aligned. */
#define ING_Q_SQ_BASE_LO 0x00
#define ING_Q_SQ_BASE_HI 0x04
/* log2 of the entries, 1 .. 15. */
#define ING_Q_SQ_LOG2 0x08
/* Doorbell: index one past the last descriptor, free running modulo 2^16. */
#define ING_Q_SQ_TAIL 0x0c
/* Descriptors taken so far, modulo 2^16. */
#define ING_Q_SQ_HEAD 0x10
#define ING_Q_CQ_BASE_LO 0x14
#define ING_Q_CQ_BASE_HI 0x18
#define ING_Q_CQ_LOG2 0x1c
/* Host address of a 32-bit word (the first of a 64-byte line): completions read so far, mod 2^16. */
#define ING_Q_CQ_HEAD_LO 0x20
#define ING_Q_CQ_HEAD_HI 0x24
/* Completions written so far, modulo 2^16. */
#define ING_Q_CQ_TAIL 0x28
/* Bit 0: enabled. Writing 0 then 1 sets head and tail to 0. */
#define ING_Q_ENABLE 0x2c

/* Counters, 64 bits each, low word first; they count while a job runs and are cleared at its start. */
#define ING_REG_COUNTERS 0x200
/* Every cycle of the job; the causes below add up to it. */
#define ING_CNT_CYCLES 0
/* The stream engine took a beat. */
#define ING_CNT_STREAM 1
/* It could not: the accumulators of a narrow tile are still in the adder, or results drain. */
#define ING_CNT_HAZARD 2
/* It waited for a vector command. */
#define ING_CNT_VECTOR 3
/* Nothing fetched: the fetch waits for a KV append or another vector result. */
#define ING_CNT_KV 4
/* Nothing fetched: memory latency, refresh, arbitration. */
#define ING_CNT_REFILL 5
/* No stream command has reached the engine and the front end is at work. */
#define ING_CNT_PROGRAM 6
/* The front end waits for the host. */
#define ING_CNT_HOST 7
/* Beats read for stream commands. */
#define ING_CNT_READ_BEATS 8
/* Beats written to device memory by vector commands. */
#define ING_CNT_WRITE_BEATS 9
/* Commands executed. */
#define ING_CNT_COMMANDS 10
#define ING_COUNTERS 11

/* Fault record of the last faulted job; valid until the next one faults. */
#define ING_REG_FAULT_CODE 0x300
/* Command index. */
#define ING_REG_FAULT_PC 0x304
#define ING_REG_FAULT_SLOT 0x308
/* Offset in the slot, units. */
#define ING_REG_FAULT_OFFSET 0x30c
#define ING_REG_FAULT_TAG 0x310

/* Slot table: entry (context * ING_SLOTS + slot) at ING_REG_SLOTS + 16 * entry. */
#define ING_REG_SLOTS 0x4000
#define ING_CONTEXTS 8
#define ING_SLOTS 32
#define ING_SLOT_STRIDE 16
/* Words of an entry: base and length in units, permissions. */
#define ING_SLOT_BASE 0x0
#define ING_SLOT_LEN 0x4
#define ING_SLOT_PERM 0x8
#define ING_PERM_READ 1
#define ING_PERM_WRITE 2
/* The front end may fetch commands from it; jobs may neither read nor write it. */
#define ING_PERM_EXEC 4

/* Configuration ROM: a flattened device tree. */
#define ING_REG_ROM 0x8000
#define ING_ROM_MAX_BYTES 0x4000

/*
 * Board block: what the board's shell around the core answers. A core without one reads 0 here; then
 * there is no sensor, and cause q always raises vector q.
 */
#define ING_REG_BOARD_MAGIC 0xc000
/* "INGB": reads 0x42474e49. */
#define ING_BOARD_MAGIC 0x42474e49
/* Vectors that the host gave, 1 .. ING_QUEUES (at reset: ING_QUEUES); cause q raises q modulo this. */
#define ING_REG_BOARD_VECTORS 0xc004
/* Temperature, thousandths of a degree Celsius, signed; ING_BOARD_NO_TEMP: no sensor. */
#define ING_REG_BOARD_TEMP 0xc008
#define ING_BOARD_NO_TEMP 0x80000000

/* ---- PCI ---- */
/* No vendor ID is ours; 0x1234 is given to nobody. Boards with other IDs: docs/bring-up.md. */
#define ING_PCI_VENDOR 0x1234
#define ING_PCI_DEVICE 0x494e
/* Registers. */
#define ING_PCI_BAR_REGS 0
/* Device memory from address 0, 64 bits, prefetchable; it may show less than all of it. */
#define ING_PCI_BAR_MEMORY 2
/* MSI-X table and pending bits. */
#define ING_PCI_BAR_MSIX 4

/* ---- submission descriptor: 64 bytes, 16 words ---- */
#define ING_DESC_BYTES 64
/* w0: type in the low byte; bit 8: interrupt on completion. */
#define ING_DESC_TYPE_W 0
#define ING_DESC_RUN 1
#define ING_DESC_TO_DEVICE 2
#define ING_DESC_TO_HOST 3
#define ING_DESC_IRQ 0x100
/* w1: returned in the completion. */
#define ING_DESC_TAG_W 1
/* RUN w2: context in the low byte, slot of the program in the next. */
#define ING_DESC_CTX_W 2
/* RUN w3: most commands that may execute; 0 is no limit. */
#define ING_DESC_BUDGET_W 3
/* RUN w4: offset of the program in its slot, units (one command each). */
#define ING_DESC_PROG_W 4
/* RUN w5: commands of the program. */
#define ING_DESC_PROG_LEN_W 5
/* RUN w8 .. w15: arguments, to R1 .. R8. */
#define ING_DESC_ARG0_W 8
/* TO_DEVICE, TO_HOST w4, w5: host address, 64-byte aligned. */
#define ING_DESC_HOST_LO_W 4
#define ING_DESC_HOST_HI_W 5
/* w6: device memory address, units. w7: length, units, at least 1. */
#define ING_DESC_DEV_W 6
#define ING_DESC_LEN_W 7

/* ---- completion: 32 bytes, 8 words ---- */
#define ING_COMP_BYTES 32
#define ING_COMP_TAG_W 0
/* w1: ING_COMP_* in the low byte, ING_FAULT_* in the next. */
#define ING_COMP_TYPE_W 1
/* The job or copy is over. */
#define ING_COMP_DONE 1
/* An EMIT of a job that goes on. */
#define ING_COMP_EVENT 2
/* EVENT: R[ra], R[rb]. DONE with a fault: command index, slot in w3. */
#define ING_COMP_VALUE_W 2
#define ING_COMP_VALUE2_W 3
/* DONE with a fault: offset in the slot, units. */
#define ING_COMP_OFFSET_W 4
/* Cycles since the job began. */
#define ING_COMP_CYCLES_LO_W 5
#define ING_COMP_CYCLES_HI_W 6
/* w7 bit 0: phase; written last. */
#define ING_COMP_PHASE_W 7

#endif
