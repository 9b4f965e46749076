// SPDX-License-Identifier: MIT
//
// Latencies of the floating-point units, in cycles from operand to result. Each unit takes operands
// every cycle, never stalls and has no reset; docs/arithmetic.md defines the results.
//
//   unit            latency  result
//   ing_fadd        6        add(a, b)
//   ing_fmul        4        mul(a, b)
//   ing_normround   5        rn(+-mag * 2^(exp - 127))
//   ing_scale_pow2  2        u * 2^(eb - 127)
//   ing_int2f       2        the value of a signed integer
//   ing_half2f      2        the value of an fp16
//   ing_sfu         10       exp2, recip, rsqrt, or the operand itself

`default_nettype none

// verilator lint_off UNUSEDPARAM
package ing_fp_pkg;
  localparam int unsigned FADD_LATENCY = 6;
  localparam int unsigned FMUL_LATENCY = 4;
  localparam int unsigned NORMROUND_LATENCY = 5;
  localparam int unsigned SCALE_POW2_LATENCY = 2;
  localparam int unsigned INT2F_LATENCY = 2;
  localparam int unsigned HALF2F_LATENCY = 2;
  localparam int unsigned SFU_LATENCY = 10;

  // Functions of ing_sfu.
  localparam logic [1:0] SFU_PASS = 2'd0;
  localparam logic [1:0] SFU_EXP2 = 2'd1;
  localparam logic [1:0] SFU_RECIP = 2'd2;
  localparam logic [1:0] SFU_RSQRT = 2'd3;
endpackage
// verilator lint_on UNUSEDPARAM

`default_nettype wire
