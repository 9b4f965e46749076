// SPDX-License-Identifier: MIT
// One lane of the vector engine: the functions of isa.h on one element a cycle.
//
//   add1 (a - s, or a + b) -> mul1 -> sfu -> mul2 -> add2, each unit behind its operand register. A function takes the
//   shortest way through the units it needs, so its latency depends on it: ing_vector knows (ADD 8, MUL 6, ...).
//
// fn_i, c_i and d_i rest while elements are under way. Operands of one element come together, but for b of NORM,
// RECIPMUL, RMS and EXP2MUL, which is needed, and comes, as late as the second multiplier. pa_i, pb_i: a and b of the
// other lane of the pair (ROPE).
// Each unit has a clock of its own, so that it rests where the function leaves it out.
//
// Odd: the lane is the second of its pair. Depth: of the pipelines (ing_fp_pkg).
`default_nettype none

module ing_lane #(
    parameter bit          Odd   = 1'b0,
    parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
    input  wire logic        clk_i,
    input  wire logic        clk_add1_i,
    input  wire logic        clk_mul1_i,
    input  wire logic        clk_sfu_i,
    input  wire logic        clk_mul2_i,
    input  wire logic        clk_add2_i,
    input  wire logic [3:0]  fn_i,
    input  wire logic [31:0] a_i,
    input  wire logic [31:0] b_i,
    input  wire logic [31:0] pa_i,
    input  wire logic [31:0] pb_i,
    input  wire logic [31:0] s_i,
    input  wire logic [31:0] c_i,
    input  wire logic [31:0] d_i,
    output var  logic [31:0] y_o
);

  localparam logic [3:0] Copy     = 4'(ing_pkg::ING_FN_COPY);
  localparam logic [3:0] Add      = 4'(ing_pkg::ING_FN_ADD);
  localparam logic [3:0] Mul      = 4'(ing_pkg::ING_FN_MUL);
  localparam logic [3:0] Scale    = 4'(ing_pkg::ING_FN_SCALE);
  localparam logic [3:0] Norm     = 4'(ing_pkg::ING_FN_NORM);
  localparam logic [3:0] Rope     = 4'(ing_pkg::ING_FN_ROPE);
  localparam logic [3:0] Exp2     = 4'(ing_pkg::ING_FN_EXP2);
  localparam logic [3:0] Exp2Add  = 4'(ing_pkg::ING_FN_EXP2ADD);
  localparam logic [3:0] RecipMul = 4'(ing_pkg::ING_FN_RECIPMUL);
  localparam logic [3:0] Rsqrt    = 4'(ing_pkg::ING_FN_RSQRT);
  localparam logic [3:0] Recip    = 4'(ing_pkg::ING_FN_RECIP);
  localparam logic [3:0] Square   = 4'(ing_pkg::ING_FN_SQUARE);
  localparam logic [3:0] Max      = 4'(ing_pkg::ING_FN_MAX);
  localparam logic [3:0] Rms      = 4'(ing_pkg::ING_FN_RMS);
  localparam logic [3:0] Exp2Mul  = 4'(ing_pkg::ING_FN_EXP2MUL);

  wire logic exp2 = (fn_i == Exp2) | (fn_i == Exp2Add) | (fn_i == Exp2Mul);
  wire logic rms  = fn_i == Rms;

  logic [31:0] add1_a_q, add1_b_q, add1_y;
  logic [31:0] mul1_a_q, mul1_b_q, mul1_y;
  logic [31:0] sfu_x_q, sfu_y;
  logic [31:0] mul2_a_q, mul2_b_q, mul2_y;
  logic [31:0] add2_a_q, add2_b_q, add2_y;
  logic [1:0]  sfu_fn_q;

  always_ff @(posedge clk_add1_i) begin : add1
    add1_a_q <= rms ? d_i : a_i;
    add1_b_q <= (fn_i == Add) ? b_i : {s_i[31] ^ !rms, s_i[30:0]};
  end

  always_ff @(posedge clk_mul1_i) begin : mul1
    mul1_a_q <= (exp2 | rms) ? add1_y : a_i;
    case (fn_i)
      Mul:         mul1_b_q <= b_i;
      Rope:        mul1_b_q <= Odd ? pb_i : b_i;
      Scale, Norm: mul1_b_q <= s_i;
      Square:      mul1_b_q <= a_i;
      default:     mul1_b_q <= c_i;
    endcase
  end

  always_ff @(posedge clk_sfu_i) begin : sfu
    sfu_x_q  <= (exp2 | rms) ? mul1_y : a_i;
    sfu_fn_q <= exp2 ? ing_fp_pkg::SFU_EXP2 : (fn_i == Rsqrt || rms) ? ing_fp_pkg::SFU_RSQRT : ing_fp_pkg::SFU_RECIP;
  end

  always_ff @(posedge clk_mul2_i) begin : mul2
    mul2_a_q <= (fn_i == Rope) ? pa_i : (fn_i == Norm) ? mul1_y : sfu_y;
    mul2_b_q <= (!Odd && fn_i == Rope) ? pb_i : b_i;
  end

  always_ff @(posedge clk_add2_i) begin : add2
    add2_a_q <= (fn_i == Exp2Add) ? sfu_y : mul1_y;
    add2_b_q <= (fn_i == Rope) ? {mul2_y[31] ^ !Odd, mul2_y[30:0]} : d_i;
  end

  ing_fadd #(.Depth(Depth)) u_add1 (.clk_i(clk_add1_i), .a_i(add1_a_q), .b_i(add1_b_q), .y_o(add1_y));
  ing_fmul #(.Depth(Depth)) u_mul1 (.clk_i(clk_mul1_i), .a_i(mul1_a_q), .b_i(mul1_b_q), .y_o(mul1_y));
  ing_sfu  #(.Depth(Depth)) u_sfu  (.clk_i(clk_sfu_i), .fn_i(sfu_fn_q), .x_i(sfu_x_q), .y_o(sfu_y));
  ing_fmul #(.Depth(Depth)) u_mul2 (.clk_i(clk_mul2_i), .a_i(mul2_a_q), .b_i(mul2_b_q), .y_o(mul2_y));
  ing_fadd #(.Depth(Depth)) u_add2 (.clk_i(clk_add2_i), .a_i(add2_a_q), .b_i(add2_b_q), .y_o(add2_y));

  // MAX: the larger of a and c, by key; a subnormal is a zero.
  logic [31:0] max_a, max_c;
  logic        max_nan, max_second;
  logic signed [31:0] max_a_key, max_c_key;
  assign max_a      = {a_i[31], (a_i[30:23] == 8'd0) ? 31'd0 : a_i[30:0]};
  assign max_c      = {c_i[31], (c_i[30:23] == 8'd0) ? 31'd0 : c_i[30:0]};
  assign max_a_key  = {max_a[31], max_a[30:0] ^ {31{max_a[31]}}};
  assign max_c_key  = {max_c[31], max_c[30:0] ^ {31{max_c[31]}}};
  assign max_nan    = (a_i[30:0] > 31'h7f800000) | (c_i[30:0] > 31'h7f800000);
  assign max_second = max_c_key > max_a_key;

  always_ff @(posedge clk_i) begin : result
    case (fn_i)
      Max:                y_o <= max_nan ? 32'h7fc00000 : max_second ? max_c : max_a;
      Copy:               y_o <= a_i;
      Add:                y_o <= add1_y;
      Mul, Scale, Square: y_o <= mul1_y;
      Norm, RecipMul,
      Rms, Exp2Mul:       y_o <= mul2_y;
      Exp2, Rsqrt, Recip: y_o <= sfu_y;
      default:            y_o <= add2_y;
    endcase
  end

endmodule

`default_nettype wire
