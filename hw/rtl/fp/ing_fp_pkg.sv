// SPDX-License-Identifier: MIT
//
// The pipelines of the floating-point units. Each unit takes operands every cycle, never stalls and has no
// reset; docs/arithmetic.md defines the results, which do not depend on the number of stages.
//
// A unit's parameter Depth says how many of its stages end in a register: DEPTH_FULL all of them, DEPTH_FEW one
// in two or three, DEPTH_NONE none (but for the table's ROM in ing_sfu). The functions give the stages that do,
// bit k being stage k + 1, and how many they are: the latency, in cycles from operand to result.
//
//   unit            stages  result
//   ing_fadd        6       add(a, b)
//   ing_fmul        4       mul(a, b)
//   ing_normround   5       rn(+-mag * 2^(exp - 127))
//   ing_scale_pow2  2       u * 2^(eb - 127)
//   ing_int2f       2       the value of a signed integer
//   ing_half2f      2       the value of an fp16
//   ing_sfu         10      exp2, recip, rsqrt, or the operand itself

`default_nettype none

// verilator lint_off UNUSEDPARAM
package ing_fp_pkg;
  localparam int unsigned DEPTH_NONE = 0;
  localparam int unsigned DEPTH_FEW = 1;
  localparam int unsigned DEPTH_FULL = 2;

  function automatic logic [5:0] fadd_stages(input int unsigned depth);
    fadd_stages = depth == DEPTH_FULL ? 6'b111111 : depth == DEPTH_FEW ? 6'b000100 : 6'b000000;
  endfunction

  function automatic logic [3:0] fmul_stages(input int unsigned depth);
    fmul_stages = depth == DEPTH_FULL ? 4'b1111 : depth == DEPTH_FEW ? 4'b0010 : 4'b0000;
  endfunction

  function automatic logic [4:0] normround_stages(input int unsigned depth);
    normround_stages = depth == DEPTH_FULL ? 5'b11111 : depth == DEPTH_FEW ? 5'b00100 : 5'b00000;
  endfunction

  // The small ones: scale_pow2, int2f, half2f.
  function automatic logic [1:0] small_stages(input int unsigned depth);
    small_stages = depth == DEPTH_FULL ? 2'b11 : depth == DEPTH_FEW ? 2'b10 : 2'b00;
  endfunction

  // Stage 4 is the ROM.
  function automatic logic [9:0] sfu_stages(input int unsigned depth);
    sfu_stages = depth == DEPTH_FULL ? 10'b1111111111 : depth == DEPTH_FEW ? 10'b0001001010 : 10'b0000001000;
  endfunction

  function automatic int unsigned fadd_latency(input int unsigned depth);
    fadd_latency = $countones(fadd_stages(depth));
  endfunction

  function automatic int unsigned fmul_latency(input int unsigned depth);
    fmul_latency = $countones(fmul_stages(depth));
  endfunction

  function automatic int unsigned normround_latency(input int unsigned depth);
    normround_latency = $countones(normround_stages(depth));
  endfunction

  function automatic int unsigned small_latency(input int unsigned depth);
    small_latency = $countones(small_stages(depth));
  endfunction

  // ing_vector_load: a register for what was picked out, then a conversion.
  function automatic bit load_select(input int unsigned depth);
    load_select = depth != DEPTH_NONE;
  endfunction

  function automatic int unsigned load_latency(input int unsigned depth);
    load_latency = 32'(load_select(depth)) + small_latency(depth);
  endfunction

  function automatic int unsigned sfu_latency(input int unsigned depth);
    sfu_latency = $countones(sfu_stages(depth));
  endfunction

  // The stream engine, in cycles after the last beat of a group was issued: when its sums can be read, when the block's
  // exponent is met, and when a row's result is there. From scale to result: a product, its rounding, the minimum's
  // share added, the exponent, a register, the accumulator added.
  function automatic int unsigned sums_at(input int unsigned depth);
    sums_at = depth == DEPTH_NONE ? 4 : 8;
  endfunction

  function automatic int unsigned exponent_at(input int unsigned depth);
    exponent_at = sums_at(depth) + 4 + normround_latency(depth) + fadd_latency(depth);
  endfunction

  function automatic int unsigned result_at(input int unsigned depth);
    result_at = exponent_at(depth) + small_latency(depth) + 1 + fadd_latency(depth);
  endfunction

  // Functions of ing_sfu.
  localparam logic [1:0] SFU_PASS = 2'd0;
  localparam logic [1:0] SFU_EXP2 = 2'd1;
  localparam logic [1:0] SFU_RECIP = 2'd2;
  localparam logic [1:0] SFU_RSQRT = 2'd3;
endpackage
// verilator lint_on UNUSEDPARAM

`default_nettype wire
