// SPDX-License-Identifier: MIT
//
// y = rn(+-mag * 2^(exp - 127)): an integer with a sign to fp32, rounded once. Latency 5, one result
// a cycle, no stall, no reset.
//
// neg_i: sign of the result; a zero mag gives the zero of this sign.
// exp_i: two's complement. The result must be in the normal range, or mag zero: exponents are not
//   checked here (an assertion does).
// inf_i, nan_i: the result is infinity of the sign, or NaN (which has priority); mag and exp are ignored.
// Width: bits of mag_i, 25 to 40.
//
// Stages: 1 find the top byte, 2 shift by bytes, 3 shift by bits, 4 round, 5 select.

`default_nettype none

module ing_normround #(
  parameter int unsigned Width = 35
) (
  input  wire logic             clk_i,
  input  wire logic             neg_i,
  input  wire logic [Width-1:0] mag_i,
  input  wire logic [9:0]       exp_i,
  input  wire logic             inf_i,
  input  wire logic             nan_i,
  output logic      [31:0]      y_o
);
  if (Width < 25 || Width > 40) begin : gen_width
    $fatal(1, "Width must be 25 to 40");
  end

  logic [39:0] mag1_q, mag2_q, mag3_q;
  logic [2:0] bytes1_q;
  logic [9:0] exp1_q, exp2_q;
  // verilator lint_off UNUSEDSIGNAL
  logic [9:0] exp3_q;  // the two upper bits serve the assertion
  // verilator lint_on UNUSEDSIGNAL
  logic [2:0] flag1_q, flag2_q, flag3_q;  // sign, infinity, NaN
  logic [3:0] flag4_q;                    // the same below a zero flag
  logic [30:0] pack4_q;

  always_ff @(posedge clk_i) begin : find
    logic [39:0] mag;
    mag = 40'd0;
    mag[Width-1:0] = mag_i;
    mag1_q <= mag;
    bytes1_q <= mag[39:32] != 8'd0 ? 3'd0 : mag[31:24] != 8'd0 ? 3'd1
        : mag[23:16] != 8'd0 ? 3'd2 : mag[15:8] != 8'd0 ? 3'd3 : 3'd4;
    exp1_q <= exp_i + 10'd39;
    flag1_q <= {neg_i, inf_i, nan_i};
  end

  always_ff @(posedge clk_i) begin : shift_bytes
    mag2_q <= mag1_q << {bytes1_q, 3'd0};
    exp2_q <= exp1_q - {4'd0, bytes1_q, 3'd0};
    flag2_q <= flag1_q;
  end

  logic [2:0] bits3;
  ing_lz8 u_lz (
    .v_i  (mag2_q[39:32]),
    .lz_o (bits3)
  );

  always_ff @(posedge clk_i) begin : shift_bits
    mag3_q <= mag2_q << bits3;
    exp3_q <= exp2_q - {7'd0, bits3};
    flag3_q <= flag2_q;
  end

  always_ff @(posedge clk_i) begin : round
    // A carry out of the fraction steps the exponent.
    pack4_q <= {exp3_q[7:0], mag3_q[38:16]}
        + {30'd0, mag3_q[15] & (mag3_q[16] | (mag3_q[14:0] != 15'd0))};
    flag4_q <= {~mag3_q[39], flag3_q};
  end

  always_ff @(posedge clk_i) begin : select
    if (flag4_q[0]) y_o <= 32'h7fc00000;
    else if (flag4_q[1]) y_o <= {flag4_q[2], 31'h7f800000};
    else if (flag4_q[3]) y_o <= {flag4_q[2], 31'd0};
    else y_o <= {flag4_q[2], pack4_q};
  end

// No valid bit travels here: true only where every operand is, so not in the whole core.
`ifdef ING_ASSERT_FP
  assert property (@(posedge clk_i)
      mag3_q[39] && flag3_q[1:0] == 2'd0 |-> !exp3_q[9] && exp3_q >= 10'd1 && exp3_q <= 10'd254);
`endif
endmodule

`default_nettype wire
