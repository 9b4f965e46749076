/* SPDX-License-Identifier: MIT */
/*
 * The instruction set: commands of 64 bytes, 16 little-endian 32-bit words w0 .. w15.
 *
 * A field is named by three macros: NAME_W (word), NAME_L (lowest bit), NAME_N (bits). Bits that no
 * field of an opcode's class covers are reserved and must be zero, else the job faults
 * (ING_FAULT_FIELD). The SystemVerilog package is generated from this file.
 *
 * Patches: before a command is issued, three patches add a register to a word (modulo 2^32):
 *   patch 0: w[word] += R[reg] * w15        patch 1, 2: w[word] += R[reg]
 * word 0 means no patch. R0 reads as zero. Job arguments are loaded into R1 .. R8.
 *
 * Order: stream commands run in order among themselves, vector commands among themselves; the two
 * kinds run side by side. A wait field of d >= 1 holds a command until all but the last d-1
 * earlier commands of that kind are done; 0 waits for none. Control commands run in the front end
 * and hold back everything behind them.
 */
#ifndef INGOT_ISA_H
#define INGOT_ISA_H

/* Bytes of a command. */
#define ING_CMD_BYTES 64
/* Registers of a job; R0 is always zero. */
#define ING_REGS 16
/* Job arguments, loaded into R1 and up. */
#define ING_ARGS 8

/* ---- opcodes: control ---- */
/* Ends the job. */
#define ING_OP_END 0x01
/* R[rd] = ((R[ra] + R[rb] + imm) >> sh) & mask */
#define ING_OP_SCALAR 0x02
/* R[ra] -= 1; if it is not zero, go to target */
#define ING_OP_LOOP 0x03
/* If R[ra] is one of the first count ids, go to target */
#define ING_OP_BREAK 0x04
/* Posts an event with R[ra], R[rb] to the completion ring */
#define ING_OP_EMIT 0x05
/* Does nothing but wait as its wait fields say */
#define ING_OP_BARRIER 0x06
/* ---- opcodes: stream ---- */
/* scratch[col][row] = sum over blocks of tile row x activation column */
#define ING_OP_MATMUL 0x10
/* Copies lines from memory to the scratchpad */
#define ING_OP_LOAD 0x11
/* Packs one row of a tile into the scratchpad: its digits, scales or minima */
#define ING_OP_GATHER 0x12
/* ---- opcodes: vector ---- */
/* Element-wise function of one or two vectors, with an optional reduction */
#define ING_OP_VEC 0x20
/* The running list of the k largest values */
#define ING_OP_TOPK 0x21
/* Chooses a token */
#define ING_OP_PICK 0x22

/* ---- fields of every command ---- */
#define ING_F_OP_W 0
#define ING_F_OP_L 0
#define ING_F_OP_N 8
/* Wait for vector commands before executing. */
#define ING_F_WAIT_VEC_W 0
#define ING_F_WAIT_VEC_L 8
#define ING_F_WAIT_VEC_N 4
/* Wait for stream commands before executing. */
#define ING_F_WAIT_STR_W 0
#define ING_F_WAIT_STR_L 12
#define ING_F_WAIT_STR_N 4
/* Wait for vector commands before fetching from memory (stream only). */
#define ING_F_FETCH_WAIT_W 0
#define ING_F_FETCH_WAIT_L 16
#define ING_F_FETCH_WAIT_N 4
/* Free for tools: the hardware ignores it. */
#define ING_F_TAG_W 0
#define ING_F_TAG_L 20
#define ING_F_TAG_N 12
#define ING_F_PATCH0_WORD_W 1
#define ING_F_PATCH0_WORD_L 0
#define ING_F_PATCH0_WORD_N 4
#define ING_F_PATCH0_REG_W 1
#define ING_F_PATCH0_REG_L 4
#define ING_F_PATCH0_REG_N 4
#define ING_F_PATCH1_WORD_W 1
#define ING_F_PATCH1_WORD_L 8
#define ING_F_PATCH1_WORD_N 4
#define ING_F_PATCH1_REG_W 1
#define ING_F_PATCH1_REG_L 12
#define ING_F_PATCH1_REG_N 4
#define ING_F_PATCH2_WORD_W 1
#define ING_F_PATCH2_WORD_L 16
#define ING_F_PATCH2_WORD_N 4
#define ING_F_PATCH2_REG_W 1
#define ING_F_PATCH2_REG_L 20
#define ING_F_PATCH2_REG_N 4
/* Multiplier of patch 0. */
#define ING_F_PATCH_MUL_W 15
#define ING_F_PATCH_MUL_L 0
#define ING_F_PATCH_MUL_N 32

/* ---- control ---- */
#define ING_C_RD_W 2
#define ING_C_RD_L 0
#define ING_C_RD_N 4
#define ING_C_RA_W 2
#define ING_C_RA_L 4
#define ING_C_RA_N 4
#define ING_C_RB_W 2
#define ING_C_RB_L 8
#define ING_C_RB_N 4
#define ING_C_SH_W 2
#define ING_C_SH_L 12
#define ING_C_SH_N 5
/* BREAK: ids to compare, 0 .. 8. */
#define ING_C_COUNT_W 2
#define ING_C_COUNT_L 20
#define ING_C_COUNT_N 4
/* EMIT: raise the interrupt of the ring. */
#define ING_C_IRQ_W 2
#define ING_C_IRQ_L 24
#define ING_C_IRQ_N 1
/* SCALAR: immediate. LOOP, BREAK: target, as a command index. */
#define ING_C_IMM_W 3
#define ING_C_IMM_L 0
#define ING_C_IMM_N 32
#define ING_C_MASK_W 4
#define ING_C_MASK_L 0
#define ING_C_MASK_N 32
/* BREAK: ids in w4 .. w11. */
#define ING_C_ID0_W 4

/* ---- stream ---- */
#define ING_S_SLOT_W 2
#define ING_S_SLOT_L 0
#define ING_S_SLOT_N 8
/* ING_WIDTH_* (3 faults). */
#define ING_S_WIDTH_W 2
#define ING_S_WIDTH_L 8
#define ING_S_WIDTH_N 2
/* Minima present (faults with 16 bits). */
#define ING_S_MIN_W 2
#define ING_S_MIN_L 10
#define ING_S_MIN_N 1
/* No scale section (faults with 4 and 8 bits). */
#define ING_S_NOSCALE_W 2
#define ING_S_NOSCALE_L 11
#define ING_S_NOSCALE_N 1
/* Groups of 16 rows in a tile: 1, 2 or 4. */
#define ING_S_TGROUPS_W 2
#define ING_S_TGROUPS_L 12
#define ING_S_TGROUPS_N 3
/* MATMUL: activation columns, 1 .. M. GATHER: ING_PART_*. LOAD: 0. */
#define ING_S_COLS_W 2
#define ING_S_COLS_L 16
#define ING_S_COLS_N 8
/*
 * MATMUL: short blocks: only the first so many chunks of every group and block are read, the digits of the
 * others count as 0; 0: all of them. The tile keeps its size.
 */
#define ING_S_CHUNKS_W 2
#define ING_S_CHUNKS_L 24
#define ING_S_CHUNKS_N 4
/* Offset in the slot, units. */
#define ING_S_OFFSET_W 3
#define ING_S_OFFSET_L 0
#define ING_S_OFFSET_N 32
/* MATMUL: rows, rounded up to whole groups. LOAD: lines. GATHER: row within the tile. */
#define ING_S_ROWS_W 4
#define ING_S_ROWS_L 0
#define ING_S_ROWS_N 20
/* MATMUL, GATHER: block columns. */
#define ING_S_BLOCKS_W 5
#define ING_S_BLOCKS_L 0
#define ING_S_BLOCKS_N 12
/* MATMUL: first activation block. */
#define ING_S_ACT_W 6
#define ING_S_ACT_L 0
#define ING_S_ACT_N 16
/* First scratchpad line written. */
#define ING_S_DST_W 7
#define ING_S_DST_L 0
#define ING_S_DST_N 16
/* MATMUL: lines from one column's result to the next one's. */
#define ING_S_DSTCOL_W 7
#define ING_S_DSTCOL_L 16
#define ING_S_DSTCOL_N 16

/* What GATHER packs. */
#define ING_PART_DATA 0
#define ING_PART_SCALE 1
#define ING_PART_MIN 2

/* ---- vector: VEC ---- */
#define ING_V_FN_W 2
#define ING_V_FN_L 0
#define ING_V_FN_N 4
#define ING_V_ATYPE_W 2
#define ING_V_ATYPE_L 4
#define ING_V_ATYPE_N 3
#define ING_V_BTYPE_W 2
#define ING_V_BTYPE_L 7
#define ING_V_BTYPE_N 2
#define ING_V_SINK_W 2
#define ING_V_SINK_L 9
#define ING_V_SINK_N 3
#define ING_V_RED_W 2
#define ING_V_RED_L 12
#define ING_V_RED_N 2
/* Elements at or past the row's length read as +0 after the function, and are left out of MAX. */
#define ING_V_MASK_W 2
#define ING_V_MASK_L 14
#define ING_V_MASK_N 1
/* Scalar mode: n entries of the scalar file, S[sout+j] = fn(S[sin+j]); no scratchpad at all. */
#define ING_V_SCALAR_W 2
#define ING_V_SCALAR_L 15
#define ING_V_SCALAR_N 1
/* Rows are outer x inner; row = o * inner + i. Each 1 .. 255. */
#define ING_V_OUTER_W 2
#define ING_V_OUTER_L 16
#define ING_V_OUTER_N 8
#define ING_V_INNER_W 2
#define ING_V_INNER_L 24
#define ING_V_INNER_N 8
/* Elements of a row. */
#define ING_V_COUNT_W 3
#define ING_V_COUNT_L 0
#define ING_V_COUNT_N 20
/* First line of a, and its strides from row to row, lines. */
#define ING_V_A_W 4
#define ING_V_A_L 0
#define ING_V_A_N 16
#define ING_V_AOUT_W 4
#define ING_V_AOUT_L 16
#define ING_V_AOUT_N 16
#define ING_V_AIN_W 5
#define ING_V_AIN_L 0
#define ING_V_AIN_N 16
#define ING_V_BIN_W 5
#define ING_V_BIN_L 16
#define ING_V_BIN_N 16
#define ING_V_B_W 6
#define ING_V_B_L 0
#define ING_V_B_N 16
#define ING_V_BOUT_W 6
#define ING_V_BOUT_L 16
#define ING_V_BOUT_N 16
/* Destination: first line, or first activation block. */
#define ING_V_DST_W 7
#define ING_V_DST_L 0
#define ING_V_DST_N 16
#define ING_V_DSTOUT_W 7
#define ING_V_DSTOUT_L 16
#define ING_V_DSTOUT_N 16
#define ING_V_DSTIN_W 8
#define ING_V_DSTIN_L 0
#define ING_V_DSTIN_N 16
/* Activation column = col + o * colout + i * colin. */
#define ING_V_COL_W 8
#define ING_V_COL_L 16
#define ING_V_COL_N 8
#define ING_V_COLOUT_W 8
#define ING_V_COLOUT_L 24
#define ING_V_COLOUT_N 4
#define ING_V_COLIN_W 8
#define ING_V_COLIN_L 28
#define ING_V_COLIN_N 4
/* fp32 constants; with a memory sink w9 is the slot and w10 a stride instead. */
#define ING_V_C_W 9
#define ING_V_C_L 0
#define ING_V_C_N 32
#define ING_V_D_W 10
#define ING_V_D_L 0
#define ING_V_D_N 32
/*
 * Memory sinks: slot in w9. Stride in units, KVK: from head to head (inner row); KVV: from 32 channels to
 * the next 32, see tile.h; MEM: from outer row to outer row (inner rows follow one another, whole lines).
 */
#define ING_V_SLOT_W 9
#define ING_V_SLOT_L 0
#define ING_V_SLOT_N 8
#define ING_V_MSTRIDE_W 10
#define ING_V_MSTRIDE_L 0
#define ING_V_MSTRIDE_N 32
/* Scalar file: s of row r is S[sin + r], a reduction goes to S[sout + r]. */
#define ING_V_SIN_W 11
#define ING_V_SIN_L 0
#define ING_V_SIN_N 16
#define ING_V_SOUT_W 11
#define ING_V_SOUT_L 16
#define ING_V_SOUT_N 16
/* With MASK: length of the rows of o is len + o * lenstep. KVK, KVV: position of o is len + o. */
#define ING_V_LEN_W 12
#define ING_V_LEN_L 0
#define ING_V_LEN_N 20
#define ING_V_LENSTEP_W 12
#define ING_V_LENSTEP_L 20
#define ING_V_LENSTEP_N 1
/* Use S[sin + r] as s; else s is +0. */
#define ING_V_USES_W 12
#define ING_V_USES_L 21
#define ING_V_USES_N 1
/* Memory sinks: offset of the data in the slot, units. */
#define ING_V_OFFSET_W 13
#define ING_V_OFFSET_L 0
#define ING_V_OFFSET_N 32
/* KVV: offset of the exponent bytes, units. */
#define ING_V_EXPOFF_W 14
#define ING_V_EXPOFF_L 0
#define ING_V_EXPOFF_N 32

/* Functions: y of a, b (vectors), s (scalar of the row), c, d (constants). */
/* y = a */
#define ING_FN_COPY 0
/* y = a + b */
#define ING_FN_ADD 1
/* y = a * b */
#define ING_FN_MUL 2
/* y = a * s */
#define ING_FN_SCALE 3
/* y = (a * s) * b */
#define ING_FN_NORM 4
/* Pairs (2i, 2i+1), b = (cos, sin): y0 = a0*b0 - a1*b1, y1 = a1*b0 + a0*b1 */
#define ING_FN_ROPE 5
/* y = exp2((a - s) * c) */
#define ING_FN_EXP2 6
/* y = exp2((a - s) * c) + d */
#define ING_FN_EXP2ADD 7
/* y = recip(a) * b */
#define ING_FN_RECIPMUL 8
/* y = a * c + d (two roundings) */
#define ING_FN_AFFINE 9
/* y = rsqrt(a) */
#define ING_FN_RSQRT 10
/* y = recip(a) */
#define ING_FN_RECIP 11
/* y = a * a */
#define ING_FN_SQUARE 12
/* y = the larger of a and c; NaN if one is NaN */
#define ING_FN_MAX 13
/* y = rsqrt((s + d) * c) * b; a is not read */
#define ING_FN_RMS 14
/* y = exp2((a - s) * c) * b */
#define ING_FN_EXP2MUL 15
/* Functions: every code of the field is one. */
#define ING_FN_COUNT 16

/* How the elements of a are stored in the scratchpad; integers convert exactly. */
#define ING_ATYPE_F32 0
/* nibbles, value 0 .. 15 */
#define ING_ATYPE_U4 1
/* nibbles, value less 8 */
#define ING_ATYPE_S4 2
/* bytes, value 0 .. 255 */
#define ING_ATYPE_U8 3
/* bytes, value less 128 */
#define ING_ATYPE_S8 4
/* halfwords, value less 32768 */
#define ING_ATYPE_S16 5
/* Element types of a from here on fault. */
#define ING_ATYPE_COUNT 6

#define ING_BTYPE_F32 0
/* a byte e per element: the value 2^(e-127), 0 for e = 0, NaN for e = 255 */
#define ING_BTYPE_E8 1
/* an fp16 per 32 elements */
#define ING_BTYPE_F16B 2
/* a byte e per 32 elements, as E8 */
#define ING_BTYPE_E8B 3

/* Where y goes. */
#define ING_SINK_NONE 0
#define ING_SINK_SCRATCH 1
/* quantised to blocks of 32 activations, 12 bits */
#define ING_SINK_ACT 2
/* quantised to 16 bits, appended to a K cache */
#define ING_SINK_KVK 3
/* quantised to 16 bits, appended to a V cache */
#define ING_SINK_KVV 4
/* whole lines to memory */
#define ING_SINK_MEM 5
/* Sinks from here on fault. */
#define ING_SINK_COUNT 6

#define ING_RED_NONE 0
#define ING_RED_SUM 1
#define ING_RED_MAX 2
/* Reductions from here on fault. */
#define ING_RED_COUNT 3
/* Partial sums of a SUM: element e goes to partial e mod 128. */
#define ING_SUM_PARTIALS 128

/* ---- vector: TOPK, PICK ---- */
#define ING_T_SUB_W 2
#define ING_T_SUB_L 0
#define ING_T_SUB_N 8
/* PICK: register that receives the token. */
#define ING_T_RD_W 2
#define ING_T_RD_L 8
#define ING_T_RD_N 4
/* RESET, READ, PICK: k. UPDATE: elements. */
#define ING_T_COUNT_W 3
#define ING_T_COUNT_L 0
#define ING_T_COUNT_N 20
/* UPDATE: first line of the values. PICK: of the probabilities. READ: line written. */
#define ING_T_LINE_W 4
#define ING_T_LINE_L 0
#define ING_T_LINE_N 16
/* UPDATE: token of the first element. PICK: counter. */
#define ING_T_BASE_W 5
#define ING_T_BASE_L 0
#define ING_T_BASE_N 32
/* PICK: seed. */
#define ING_T_SEEDLO_W 6
#define ING_T_SEEDLO_L 0
#define ING_T_SEEDLO_N 32
#define ING_T_SEEDHI_W 7
#define ING_T_SEEDHI_L 0
#define ING_T_SEEDHI_N 32

/* TOPK: empty the list and set k. */
#define ING_TOPK_RESET 0
/* TOPK: offer n values. */
#define ING_TOPK_UPDATE 1
/* TOPK: write the k values, largest first, to the scratchpad. */
#define ING_TOPK_READ 2
/* PICK: the largest. */
#define ING_PICK_BEST 0
/* PICK: at random, in proportion to the probabilities given. */
#define ING_PICK_SAMPLE 1
/* PICK: likewise, but the token is the place itself: the list is not used. */
#define ING_PICK_INDEX 2

/* ---- fault codes ---- */
#define ING_FAULT_NONE 0
/* Unknown opcode, function, type, or sub-operation. */
#define ING_FAULT_OPCODE 1
/* A reserved bit is set, or a field has a value that its description forbids. */
#define ING_FAULT_FIELD 2
/* A scratchpad line, activation block or column, or scalar past the end. */
#define ING_FAULT_RANGE 3
/* Access past the end of a slot. */
#define ING_FAULT_SLOT 4
/* The slot does not permit this kind of access; an empty one permits none. */
#define ING_FAULT_PERM 5
/* More commands than the job's budget. */
#define ING_FAULT_BUDGET 6
/* The program counter left the program. */
#define ING_FAULT_PC 7
/* The memory port answered with an error. */
#define ING_FAULT_BUS 8
/* The job was stopped by the host. */
#define ING_FAULT_ABORT 9
/* A descriptor of a ring is malformed. */
#define ING_FAULT_DESC 10

#endif
