// SPDX-License-Identifier: MIT
//
// y = mul(a, b) of docs/arithmetic.md, section 1. Latency 4, one result a cycle, no stall, no reset.
//
// Stages: 1 partial products of 12 x 12 bits, 2 their sum, 3 round, 4 select. What depends on the
// exponent is prepared for both outcomes of stage 3: one binade up (inc) or not.

`default_nettype none

module ing_fmul (
  input  wire logic        clk_i,
  input  wire logic [31:0] a_i,
  input  wire logic [31:0] b_i,
  output logic      [31:0] y_o
);
  logic sign1_q, sign2_q, sign3_q;
  logic [23:0] hh1_q, hl1_q, lh1_q, ll1_q;
  logic [8:0] exp1_q;  // sum of the fields
  // Each operand: exponent field 0, exponent field 255, fraction not 0.
  logic [2:0] a1_q, b1_q;
  logic [47:0] prod2_q;
  logic [7:0] exp2_q;
  logic nan2_q, inf2_q, inf2up_q, zero2_q, zero2up_q;
  logic inc3_q, nan3_q, inf3_q, inf3up_q, zero3_q, zero3up_q;
  logic [7:0] exp3_q;
  logic [22:0] frac3_q;

  always_ff @(posedge clk_i) begin : products
    hh1_q <= {12'd0, 1'b1, a_i[22:12]} * {12'd0, 1'b1, b_i[22:12]};
    hl1_q <= {12'd0, 1'b1, a_i[22:12]} * {12'd0, b_i[11:0]};
    lh1_q <= {12'd0, a_i[11:0]} * {12'd0, 1'b1, b_i[22:12]};
    ll1_q <= {12'd0, a_i[11:0]} * {12'd0, b_i[11:0]};
    sign1_q <= a_i[31] ^ b_i[31];
    exp1_q <= {1'b0, a_i[30:23]} + {1'b0, b_i[30:23]};
    a1_q <= {a_i[30:23] == 8'd0, a_i[30:23] == 8'd255, a_i[22:0] != 23'd0};
    b1_q <= {b_i[30:23] == 8'd0, b_i[30:23] == 8'd255, b_i[22:0] != 23'd0};
  end

  always_ff @(posedge clk_i) begin : sum
    logic zero, inf;
    prod2_q <= {hh1_q, ll1_q} + {11'd0, {1'b0, hl1_q} + {1'b0, lh1_q}, 12'd0};
    exp2_q <= exp1_q[7:0] - 8'd127;
    sign2_q <= sign1_q;
    zero = a1_q[2] | b1_q[2];
    inf = a1_q[1] | b1_q[1];
    nan2_q <= (inf & zero) | (a1_q[1] & a1_q[0]) | (b1_q[1] & b1_q[0]);
    inf2_q <= inf | (exp1_q >= 9'd382);
    inf2up_q <= inf | (exp1_q >= 9'd381);
    zero2_q <= zero | (exp1_q <= 9'd127);
    zero2up_q <= zero | (exp1_q <= 9'd126);
  end

  always_ff @(posedge clk_i) begin : round
    logic [22:0] frac;
    logic up;
    logic [23:0] rounded;
    frac = prod2_q[47] ? prod2_q[46:24] : prod2_q[45:23];
    up = prod2_q[47]
        ? prod2_q[23] & (prod2_q[24] | (prod2_q[22:0] != 23'd0))
        : prod2_q[22] & (prod2_q[23] | (prod2_q[21:0] != 22'd0));
    rounded = {1'b0, frac} + {23'd0, up};
    frac3_q <= rounded[22:0];
    inc3_q <= prod2_q[47] | rounded[23];
    exp3_q <= exp2_q;
    sign3_q <= sign2_q;
    nan3_q <= nan2_q;
    inf3_q <= inf2_q;
    inf3up_q <= inf2up_q;
    zero3_q <= zero2_q;
    zero3up_q <= zero2up_q;
  end

  always_ff @(posedge clk_i) begin : select
    if (nan3_q) y_o <= 32'h7fc00000;
    else if (inc3_q ? inf3up_q : inf3_q) y_o <= {sign3_q, 31'h7f800000};
    else if (inc3_q ? zero3up_q : zero3_q) y_o <= {sign3_q, 31'd0};
    else y_o <= {sign3_q, exp3_q + {7'd0, inc3_q}, frac3_q};
  end
endmodule

`default_nettype wire
