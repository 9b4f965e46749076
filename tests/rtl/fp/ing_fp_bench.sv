// SPDX-License-Identifier: MIT
//
// All floating-point units side by side, for fp_bench.cpp.

`default_nettype none

module ing_fp_bench #(
  parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
  input  wire logic               clk_i,
  input  wire logic        [31:0] add_a_i,
  input  wire logic        [31:0] add_b_i,
  output logic             [31:0] add_o,
  input  wire logic        [31:0] mul_a_i,
  input  wire logic        [31:0] mul_b_i,
  output logic             [31:0] mul_o,
  input  wire logic        [39:0] round_mag_i,
  input  wire logic        [9:0]  round_exp_i,
  input  wire logic        [2:0]  round_flags_i,  // sign, infinity, NaN
  output logic             [31:0] round_o,
  output logic             [31:0] round35_o,
  input  wire logic        [31:0] scale_u_i,
  input  wire logic        [7:0]  scale_eb_i,
  output logic             [31:0] scale_o,
  input  wire logic signed [16:0] int_i,
  output logic             [31:0] int_o,
  input  wire logic        [15:0] half_i,
  output logic             [31:0] half_o,
  input  wire logic        [1:0]  sfu_fn_i,
  input  wire logic        [31:0] sfu_x_i,
  output logic             [31:0] sfu_o,
  // The latencies the package states, in the order of the units above.
  output logic             [55:0] latency_o
);
  assign latency_o = {
    8'(ing_fp_pkg::fadd_latency(Depth)), 8'(ing_fp_pkg::fmul_latency(Depth)),
    8'(ing_fp_pkg::normround_latency(Depth)), {3{8'(ing_fp_pkg::small_latency(Depth))}},
    8'(ing_fp_pkg::sfu_latency(Depth))
  };

  ing_fadd #(
    .Depth (Depth)
  ) u_fadd (
    .clk_i,
    .a_i (add_a_i),
    .b_i (add_b_i),
    .y_o (add_o)
  );

  ing_fmul #(
    .Depth (Depth)
  ) u_fmul (
    .clk_i,
    .a_i (mul_a_i),
    .b_i (mul_b_i),
    .y_o (mul_o)
  );

  ing_normround #(
    .Depth (Depth),
    .Width (40)
  ) u_round (
    .clk_i,
    .neg_i (round_flags_i[2]),
    .mag_i (round_mag_i),
    .exp_i (round_exp_i),
    .inf_i (round_flags_i[1]),
    .nan_i (round_flags_i[0]),
    .y_o   (round_o)
  );

  ing_normround #(
    .Depth (Depth)
  ) u_round35 (
    .clk_i,
    .neg_i (round_flags_i[2]),
    .mag_i (round_mag_i[34:0]),
    .exp_i (round_exp_i),
    .inf_i (round_flags_i[1]),
    .nan_i (round_flags_i[0]),
    .y_o   (round35_o)
  );

  ing_scale_pow2 #(
    .Depth (Depth)
  ) u_scale (
    .clk_i,
    .u_i  (scale_u_i),
    .eb_i (scale_eb_i),
    .y_o  (scale_o)
  );

  ing_int2f #(
    .Depth (Depth)
  ) u_int (
    .clk_i,
    .v_i (int_i),
    .y_o (int_o)
  );

  ing_half2f #(
    .Depth (Depth)
  ) u_half (
    .clk_i,
    .h_i (half_i),
    .y_o (half_o)
  );

  ing_sfu #(
    .Depth (Depth)
  ) u_sfu (
    .clk_i,
    .fn_i (sfu_fn_i),
    .x_i  (sfu_x_i),
    .y_o  (sfu_o)
  );
endmodule

`default_nettype wire
