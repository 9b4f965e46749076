// SPDX-License-Identifier: MIT
//
// y = add(a, b) of docs/arithmetic.md, section 1. Latency 6, one result a cycle, no stall, no reset.
//
// Stages: 1 order by magnitude, 2 align, 3 add, 4 normalise by one and round, 5 normalise the rest,
// 6 select. Rounding may come before the long normalisation, since a sum that loses more than one
// leading bit is exact.

`default_nettype none

module ing_fadd (
  input  wire logic        clk_i,
  input  wire logic [31:0] a_i,
  input  wire logic [31:0] b_i,
  output logic      [31:0] y_o
);
  localparam logic [1:0] SelValue = 2'd0;
  localparam logic [1:0] SelZero = 2'd1;
  localparam logic [1:0] SelInf = 2'd2;
  localparam logic [1:0] SelNan = 2'd3;

  // Signs that travel along: of the larger operand, and of the result if it is an exact zero.
  logic [1:0] sign1_q, sign2_q, sign3_q, sign4_q;
  logic sub1_q, sub2_q;
  logic [7:0] exp1_q, exp2_q, exp3_q, diff1_q;
  logic [23:0] big1_q, big2_q, small1_q;
  logic [26:0] small2_q;
  logic [27:0] sum3_q;
  logic [1:0] spec2_q, spec3_q, spec4_q;  // SelInf, SelNan, or SelValue: none of them
  logic [22:0] frac4_q;  // below the leading one, or, with lz4_q, holding it
  logic carry4_q;
  logic [9:0] exp4_q;
  logic [4:0] lz4_q;
  logic zero4_q;
  logic [1:0] sel5_q;
  logic sign5_q;
  logic [7:0] exp5_q;
  logic [22:0] frac5_q;

  always_ff @(posedge clk_i) begin : order
    logic swap, sign;
    logic [30:0] more, less;
    swap = b_i[30:0] > a_i[30:0];
    sign = swap ? b_i[31] : a_i[31];
    more = swap ? b_i[30:0] : a_i[30:0];
    less = swap ? a_i[30:0] : b_i[30:0];
    sign1_q <= {sign, a_i[31] & b_i[31]};
    sub1_q <= a_i[31] ^ b_i[31];
    exp1_q <= more[30:23];
    diff1_q <= more[30:23] - less[30:23];
    big1_q <= more[30:23] == 8'd0 ? 24'd0 : {1'b1, more[22:0]};
    small1_q <= less[30:23] == 8'd0 ? 24'd0 : {1'b1, less[22:0]};
  end

  always_ff @(posedge clk_i) begin : align
    logic [4:0] right;
    logic [26:0] full, lost;
    right = diff1_q[7:5] != 3'd0 ? 5'd31 : diff1_q[4:0];
    full = {small1_q, 3'd0};
    lost = full & ~(27'h7ffffff << right);
    small2_q <= full >> right | {26'd0, lost != 27'd0};
    big2_q <= big1_q;
    sub2_q <= sub1_q;
    sign2_q <= sign1_q;
    exp2_q <= exp1_q;
    // With the larger one infinite and no difference of the exponents, the other is infinite too.
    spec2_q <= exp1_q != 8'd255 ? SelValue
        : (big1_q[22:0] != 23'd0 || (sub1_q && diff1_q == 8'd0)) ? SelNan : SelInf;
  end

  always_ff @(posedge clk_i) begin : sum
    if (sub2_q) sum3_q <= {1'b0, big2_q, 3'd0} - {1'b0, small2_q};
    else sum3_q <= {1'b0, big2_q, 3'd0} + {1'b0, small2_q};
    sign3_q <= sign2_q;
    exp3_q <= exp2_q;
    spec3_q <= spec2_q;
  end

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

  always_ff @(posedge clk_i) begin : round
    logic [26:0] norm;  // below the leading one
    logic [1:0] left;
    left = sum3_q[27] ? 2'd0 : sum3_q[26] ? 2'd1 : 2'd2;
    norm = sum3_q[26:0] << left;
    {carry4_q, frac4_q} <= {1'b0, norm[26:4]}
        + {23'd0, norm[3] & (norm[4] | (norm[2:0] != 3'd0))};
    exp4_q <= {2'd0, exp3_q} + 10'd1 - {8'd0, left};
    lz4_q <= left == 2'd2 ? {bytes4, bits4} : 5'd0;
    zero4_q <= sum3_q == 28'd0;
    sign4_q <= sign3_q;
    spec4_q <= spec3_q;
  end

  always_ff @(posedge clk_i) begin : normalise
    logic [9:0] exponent;
    exponent = exp4_q + {9'd0, carry4_q} - {5'd0, lz4_q};
    frac5_q <= frac4_q << lz4_q;
    exp5_q <= exponent[7:0];
    sign5_q <= zero4_q ? sign4_q[0] : sign4_q[1];
    sel5_q <= spec4_q != SelValue ? spec4_q
        : (zero4_q || exponent[9] || exponent == 10'd0) ? SelZero
        : exponent >= 10'd255 ? SelInf : SelValue;
  end

  always_ff @(posedge clk_i) begin : select
    case (sel5_q)
      SelValue: y_o <= {sign5_q, exp5_q, frac5_q};
      SelZero:  y_o <= {sign5_q, 31'd0};
      SelInf:   y_o <= {sign5_q, 31'h7f800000};
      default:  y_o <= 32'h7fc00000;
    endcase
  end
endmodule

`default_nettype wire
