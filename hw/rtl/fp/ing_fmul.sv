// SPDX-License-Identifier: MIT
//
// y = mul(a, b) of docs/arithmetic.md, section 1. One result a cycle, no stall, no reset.
//
// Stages: 1 partial products of 12 x 12 bits, 2 their sum, 3 round, 4 select. What depends on the
// exponent is prepared for both outcomes of stage 3: one binade up (inc) or not.
// Depth: of the pipeline (ing_fp_pkg).

`default_nettype none

module ing_fmul #(
  parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
  input  wire logic        clk_i,
  input  wire logic [31:0] a_i,
  input  wire logic [31:0] b_i,
  output logic      [31:0] y_o
);
  localparam logic [3:0] Stages = ing_fp_pkg::fmul_stages(Depth);
  logic [31:0] y_d;

  logic sign1_d, sign1_q, sign2_d, sign2_q, sign3_d, sign3_q;
  logic [23:0] hh1_d, hh1_q, hl1_d, hl1_q, lh1_d, lh1_q, ll1_d, ll1_q;
  logic [8:0] exp1_d, exp1_q;  // sum of the fields
  // Each operand: exponent field 0, exponent field 255, fraction not 0.
  logic [2:0] a1_d, a1_q, b1_d, b1_q;
  logic [47:0] prod2_d, prod2_q;
  logic [7:0] exp2_d, exp2_q;
  logic nan2_d, nan2_q, inf2_d, inf2_q, inf2up_d, inf2up_q, zero2_d, zero2_q, zero2up_d, zero2up_q;
  logic inc3_d, inc3_q, nan3_d, nan3_q, inf3_d, inf3_q, inf3up_d, inf3up_q, zero3_d, zero3_q, zero3up_d, zero3up_q;
  logic [7:0] exp3_d, exp3_q;
  logic [22:0] frac3_d, frac3_q;

  always_comb begin : products
    hh1_d = {12'd0, 1'b1, a_i[22:12]} * {12'd0, 1'b1, b_i[22:12]};
    hl1_d = {12'd0, 1'b1, a_i[22:12]} * {12'd0, b_i[11:0]};
    lh1_d = {12'd0, a_i[11:0]} * {12'd0, 1'b1, b_i[22:12]};
    ll1_d = {12'd0, a_i[11:0]} * {12'd0, b_i[11:0]};
    sign1_d = a_i[31] ^ b_i[31];
    exp1_d = {1'b0, a_i[30:23]} + {1'b0, b_i[30:23]};
    a1_d = {a_i[30:23] == 8'd0, a_i[30:23] == 8'd255, a_i[22:0] != 23'd0};
    b1_d = {b_i[30:23] == 8'd0, b_i[30:23] == 8'd255, b_i[22:0] != 23'd0};
  end
  ing_stage #(.Width(24), .Keep(Stages[0])) u_hh1 (.clk_i, .d_i(hh1_d), .q_o(hh1_q));
  ing_stage #(.Width(24), .Keep(Stages[0])) u_hl1 (.clk_i, .d_i(hl1_d), .q_o(hl1_q));
  ing_stage #(.Width(24), .Keep(Stages[0])) u_lh1 (.clk_i, .d_i(lh1_d), .q_o(lh1_q));
  ing_stage #(.Width(24), .Keep(Stages[0])) u_ll1 (.clk_i, .d_i(ll1_d), .q_o(ll1_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_sign1 (.clk_i, .d_i(sign1_d), .q_o(sign1_q));
  ing_stage #(.Width(9), .Keep(Stages[0])) u_exp1 (.clk_i, .d_i(exp1_d), .q_o(exp1_q));
  ing_stage #(.Width(3), .Keep(Stages[0])) u_a1 (.clk_i, .d_i(a1_d), .q_o(a1_q));
  ing_stage #(.Width(3), .Keep(Stages[0])) u_b1 (.clk_i, .d_i(b1_d), .q_o(b1_q));

  always_comb begin : sum
    logic zero, inf;
    prod2_d = {hh1_q, ll1_q} + {11'd0, {1'b0, hl1_q} + {1'b0, lh1_q}, 12'd0};
    exp2_d = exp1_q[7:0] - 8'd127;
    sign2_d = sign1_q;
    zero = a1_q[2] | b1_q[2];
    inf = a1_q[1] | b1_q[1];
    nan2_d = (inf & zero) | (a1_q[1] & a1_q[0]) | (b1_q[1] & b1_q[0]);
    inf2_d = inf | (exp1_q >= 9'd382);
    inf2up_d = inf | (exp1_q >= 9'd381);
    zero2_d = zero | (exp1_q <= 9'd127);
    zero2up_d = zero | (exp1_q <= 9'd126);
  end
  ing_stage #(.Width(48), .Keep(Stages[1])) u_prod2 (.clk_i, .d_i(prod2_d), .q_o(prod2_q));
  ing_stage #(.Width(8), .Keep(Stages[1])) u_exp2 (.clk_i, .d_i(exp2_d), .q_o(exp2_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_sign2 (.clk_i, .d_i(sign2_d), .q_o(sign2_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_nan2 (.clk_i, .d_i(nan2_d), .q_o(nan2_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_inf2 (.clk_i, .d_i(inf2_d), .q_o(inf2_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_inf2up (.clk_i, .d_i(inf2up_d), .q_o(inf2up_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_zero2 (.clk_i, .d_i(zero2_d), .q_o(zero2_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_zero2up (.clk_i, .d_i(zero2up_d), .q_o(zero2up_q));

  always_comb begin : round
    logic [22:0] frac;
    logic up;
    logic [23:0] rounded;
    frac = prod2_q[47] ? prod2_q[46:24] : prod2_q[45:23];
    up = prod2_q[47]
        ? prod2_q[23] & (prod2_q[24] | (prod2_q[22:0] != 23'd0))
        : prod2_q[22] & (prod2_q[23] | (prod2_q[21:0] != 22'd0));
    rounded = {1'b0, frac} + {23'd0, up};
    frac3_d = rounded[22:0];
    inc3_d = prod2_q[47] | rounded[23];
    exp3_d = exp2_q;
    sign3_d = sign2_q;
    nan3_d = nan2_q;
    inf3_d = inf2_q;
    inf3up_d = inf2up_q;
    zero3_d = zero2_q;
    zero3up_d = zero2up_q;
  end
  ing_stage #(.Width(23), .Keep(Stages[2])) u_frac3 (.clk_i, .d_i(frac3_d), .q_o(frac3_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_inc3 (.clk_i, .d_i(inc3_d), .q_o(inc3_q));
  ing_stage #(.Width(8), .Keep(Stages[2])) u_exp3 (.clk_i, .d_i(exp3_d), .q_o(exp3_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_sign3 (.clk_i, .d_i(sign3_d), .q_o(sign3_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_nan3 (.clk_i, .d_i(nan3_d), .q_o(nan3_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_inf3 (.clk_i, .d_i(inf3_d), .q_o(inf3_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_inf3up (.clk_i, .d_i(inf3up_d), .q_o(inf3up_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_zero3 (.clk_i, .d_i(zero3_d), .q_o(zero3_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_zero3up (.clk_i, .d_i(zero3up_d), .q_o(zero3up_q));

  always_comb begin : select
    if (nan3_q) y_d = 32'h7fc00000;
    else if (inc3_q ? inf3up_q : inf3_q) y_d = {sign3_q, 31'h7f800000};
    else if (inc3_q ? zero3up_q : zero3_q) y_d = {sign3_q, 31'd0};
    else y_d = {sign3_q, exp3_q + {7'd0, inc3_q}, frac3_q};
  end
  ing_stage #(.Width(32), .Keep(Stages[3])) u_y (.clk_i, .d_i(y_d), .q_o(y_o));
endmodule

`default_nettype wire
