// SPDX-License-Identifier: MIT
//
// y = add(a, b) of docs/arithmetic.md, section 1. One result a cycle, no stall, no reset.
//
// Stages: 1 order by magnitude, 2 align, 3 add, 4 normalise by one and round, 5 normalise the rest,
// 6 select. Rounding may come before the long normalisation, since a sum that loses more than one
// leading bit is exact.
// Depth: of the pipeline (ing_fp_pkg).

`default_nettype none

module ing_fadd #(
  parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
  input  wire logic        clk_i,
  input  wire logic [31:0] a_i,
  input  wire logic [31:0] b_i,
  output logic      [31:0] y_o
);
  localparam logic [5:0] Stages = ing_fp_pkg::fadd_stages(Depth);
  logic [31:0] y_d;

  localparam logic [1:0] SelValue = 2'd0;
  localparam logic [1:0] SelZero = 2'd1;
  localparam logic [1:0] SelInf = 2'd2;
  localparam logic [1:0] SelNan = 2'd3;

  // Signs that travel along: of the larger operand, and of the result if it is an exact zero.
  logic [1:0] sign1_d, sign1_q, sign2_d, sign2_q, sign3_d, sign3_q, sign4_d, sign4_q;
  logic sub1_d, sub1_q, sub2_d, sub2_q;
  logic [7:0] exp1_d, exp1_q, exp2_d, exp2_q, exp3_d, exp3_q, diff1_d, diff1_q;
  logic [23:0] big1_d, big1_q, big2_d, big2_q, small1_d, small1_q;
  logic [26:0] small2_d, small2_q;
  logic [27:0] sum3_d, sum3_q;
  logic [1:0] spec2_d, spec2_q, spec3_d, spec3_q, spec4_d, spec4_q;  // SelInf, SelNan, or SelValue: none of them
  logic [22:0] frac4_d, frac4_q;  // below the leading one, or, with lz4_q, holding it
  logic carry4_d, carry4_q;
  logic [9:0] exp4_d, exp4_q;
  logic [4:0] lz4_d, lz4_q;
  logic zero4_d, zero4_q;
  logic [1:0] sel5_d, sel5_q;
  logic sign5_d, sign5_q;
  logic [7:0] exp5_d, exp5_q;
  logic [22:0] frac5_d, frac5_q;

  always_comb begin : order
    logic swap, sign;
    logic [30:0] more, less;
    swap = b_i[30:0] > a_i[30:0];
    sign = swap ? b_i[31] : a_i[31];
    more = swap ? b_i[30:0] : a_i[30:0];
    less = swap ? a_i[30:0] : b_i[30:0];
    sign1_d = {sign, a_i[31] & b_i[31]};
    sub1_d = a_i[31] ^ b_i[31];
    exp1_d = more[30:23];
    diff1_d = more[30:23] - less[30:23];
    big1_d = more[30:23] == 8'd0 ? 24'd0 : {1'b1, more[22:0]};
    small1_d = less[30:23] == 8'd0 ? 24'd0 : {1'b1, less[22:0]};
  end
  ing_stage #(.Width(2), .Keep(Stages[0])) u_sign1 (.clk_i, .d_i(sign1_d), .q_o(sign1_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_sub1 (.clk_i, .d_i(sub1_d), .q_o(sub1_q));
  ing_stage #(.Width(8), .Keep(Stages[0])) u_exp1 (.clk_i, .d_i(exp1_d), .q_o(exp1_q));
  ing_stage #(.Width(8), .Keep(Stages[0])) u_diff1 (.clk_i, .d_i(diff1_d), .q_o(diff1_q));
  ing_stage #(.Width(24), .Keep(Stages[0])) u_big1 (.clk_i, .d_i(big1_d), .q_o(big1_q));
  ing_stage #(.Width(24), .Keep(Stages[0])) u_small1 (.clk_i, .d_i(small1_d), .q_o(small1_q));

  always_comb begin : align
    logic [4:0] right;
    logic [26:0] full, lost;
    right = diff1_q[7:5] != 3'd0 ? 5'd31 : diff1_q[4:0];
    full = {small1_q, 3'd0};
    lost = full & ~(27'h7ffffff << right);
    small2_d = full >> right | {26'd0, lost != 27'd0};
    big2_d = big1_q;
    sub2_d = sub1_q;
    sign2_d = sign1_q;
    exp2_d = exp1_q;
    // With the larger one infinite and no difference of the exponents, the other is infinite too.
    spec2_d = exp1_q != 8'd255 ? SelValue
        : (big1_q[22:0] != 23'd0 || (sub1_q && diff1_q == 8'd0)) ? SelNan : SelInf;
  end
  ing_stage #(.Width(27), .Keep(Stages[1])) u_small2 (.clk_i, .d_i(small2_d), .q_o(small2_q));
  ing_stage #(.Width(24), .Keep(Stages[1])) u_big2 (.clk_i, .d_i(big2_d), .q_o(big2_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_sub2 (.clk_i, .d_i(sub2_d), .q_o(sub2_q));
  ing_stage #(.Width(2), .Keep(Stages[1])) u_sign2 (.clk_i, .d_i(sign2_d), .q_o(sign2_q));
  ing_stage #(.Width(8), .Keep(Stages[1])) u_exp2 (.clk_i, .d_i(exp2_d), .q_o(exp2_q));
  ing_stage #(.Width(2), .Keep(Stages[1])) u_spec2 (.clk_i, .d_i(spec2_d), .q_o(spec2_q));

  always_comb begin : sum
    if (sub2_q) sum3_d = {1'b0, big2_q, 3'd0} - {1'b0, small2_q};
    else sum3_d = {1'b0, big2_q, 3'd0} + {1'b0, small2_q};
    sign3_d = sign2_q;
    exp3_d = exp2_q;
    spec3_d = spec2_q;
  end
  ing_stage #(.Width(28), .Keep(Stages[2])) u_sum3 (.clk_i, .d_i(sum3_d), .q_o(sum3_q));
  ing_stage #(.Width(2), .Keep(Stages[2])) u_sign3 (.clk_i, .d_i(sign3_d), .q_o(sign3_q));
  ing_stage #(.Width(8), .Keep(Stages[2])) u_exp3 (.clk_i, .d_i(exp3_d), .q_o(exp3_q));
  ing_stage #(.Width(2), .Keep(Stages[2])) u_spec3 (.clk_i, .d_i(spec3_d), .q_o(spec3_q));

  // Leading zeros of the 24 bits kept when neither of the two bits above them is set.
  logic [7:0] byte4;
  logic [1:0] bytes4;
  logic [2:0] bits4;
  assign bytes4 = sum3_q[25:18] != 8'd0 ? 2'd0 : sum3_q[17:10] != 8'd0 ? 2'd1 : 2'd2;
  assign byte4 = bytes4 == 2'd0 ? sum3_q[25:18] : bytes4 == 2'd1 ? sum3_q[17:10] : sum3_q[9:2];
  ing_lz8 u_lz (
    .v_i  (byte4),
    .lz_o (bits4)
  );

  always_comb begin : round
    logic [26:0] norm;  // below the leading one
    logic [1:0] left;
    left = sum3_q[27] ? 2'd0 : sum3_q[26] ? 2'd1 : 2'd2;
    norm = sum3_q[26:0] << left;
    {carry4_d, frac4_d} = {1'b0, norm[26:4]}
        + {23'd0, norm[3] & (norm[4] | (norm[2:0] != 3'd0))};
    exp4_d = {2'd0, exp3_q} + 10'd1 - {8'd0, left};
    lz4_d = left == 2'd2 ? {bytes4, bits4} : 5'd0;
    zero4_d = sum3_q == 28'd0;
    sign4_d = sign3_q;
    spec4_d = spec3_q;
  end
  ing_stage #(.Width(1), .Keep(Stages[3])) u_carry4 (.clk_i, .d_i(carry4_d), .q_o(carry4_q));
  ing_stage #(.Width(23), .Keep(Stages[3])) u_frac4 (.clk_i, .d_i(frac4_d), .q_o(frac4_q));
  ing_stage #(.Width(10), .Keep(Stages[3])) u_exp4 (.clk_i, .d_i(exp4_d), .q_o(exp4_q));
  ing_stage #(.Width(5), .Keep(Stages[3])) u_lz4 (.clk_i, .d_i(lz4_d), .q_o(lz4_q));
  ing_stage #(.Width(1), .Keep(Stages[3])) u_zero4 (.clk_i, .d_i(zero4_d), .q_o(zero4_q));
  ing_stage #(.Width(2), .Keep(Stages[3])) u_sign4 (.clk_i, .d_i(sign4_d), .q_o(sign4_q));
  ing_stage #(.Width(2), .Keep(Stages[3])) u_spec4 (.clk_i, .d_i(spec4_d), .q_o(spec4_q));

  always_comb begin : normalise
    logic [9:0] exponent;
    exponent = exp4_q + {9'd0, carry4_q} - {5'd0, lz4_q};
    frac5_d = frac4_q << lz4_q;
    exp5_d = exponent[7:0];
    sign5_d = zero4_q ? sign4_q[0] : sign4_q[1];
    sel5_d = spec4_q != SelValue ? spec4_q
        : (zero4_q || exponent[9] || exponent == 10'd0) ? SelZero
        : exponent >= 10'd255 ? SelInf : SelValue;
  end
  ing_stage #(.Width(23), .Keep(Stages[4])) u_frac5 (.clk_i, .d_i(frac5_d), .q_o(frac5_q));
  ing_stage #(.Width(8), .Keep(Stages[4])) u_exp5 (.clk_i, .d_i(exp5_d), .q_o(exp5_q));
  ing_stage #(.Width(1), .Keep(Stages[4])) u_sign5 (.clk_i, .d_i(sign5_d), .q_o(sign5_q));
  ing_stage #(.Width(2), .Keep(Stages[4])) u_sel5 (.clk_i, .d_i(sel5_d), .q_o(sel5_q));

  always_comb begin : select
    case (sel5_q)
      SelValue: y_d = {sign5_q, exp5_q, frac5_q};
      SelZero:  y_d = {sign5_q, 31'd0};
      SelInf:   y_d = {sign5_q, 31'h7f800000};
      default:  y_d = 32'h7fc00000;
    endcase
  end
  ing_stage #(.Width(32), .Keep(Stages[5])) u_y (.clk_i, .d_i(y_d), .q_o(y_o));
endmodule

`default_nettype wire
