// SPDX-License-Identifier: MIT
//
// y = rn(+-mag * 2^(exp - 127)): an integer with a sign to fp32, rounded once. One result a cycle, no
// stall, no reset.
//
// neg_i: sign of the result; a zero mag gives the zero of this sign.
// exp_i: two's complement. The result must be in the normal range, or mag zero: exponents are not
//   checked here (an assertion does).
// inf_i, nan_i: the result is infinity of the sign, or NaN (which has priority); mag and exp are ignored.
// Width: bits of mag_i, 25 to 40. Depth: of the pipeline (ing_fp_pkg).
//
// Stages: 1 find the top byte, 2 shift by bytes, 3 shift by bits, 4 round, 5 select.

`default_nettype none

module ing_normround #(
  parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL,
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
  localparam logic [4:0] Stages = ing_fp_pkg::normround_stages(Depth);
  logic [31:0] y_d;

  if (Width < 25 || Width > 40) begin : gen_width
    $fatal(1, "Width must be 25 to 40");
  end

  logic [39:0] mag1_d, mag1_q, mag2_d, mag2_q, mag3_d, mag3_q;
  logic [2:0] bytes1_d, bytes1_q;
  logic [9:0] exp1_d, exp1_q, exp2_d, exp2_q;
  // verilator lint_off UNUSEDSIGNAL
  logic [9:0] exp3_d, exp3_q;  // the two upper bits serve the assertion
  // verilator lint_on UNUSEDSIGNAL
  logic [2:0] flag1_d, flag1_q, flag2_d, flag2_q, flag3_d, flag3_q;  // sign, infinity, NaN
  logic [3:0] flag4_d, flag4_q;                    // the same below a zero flag
  logic [30:0] pack4_d, pack4_q;

  always_comb begin : find
    logic [39:0] mag;
    mag = 40'd0;
    mag[Width-1:0] = mag_i;
    mag1_d = mag;
    bytes1_d = mag[39:32] != 8'd0 ? 3'd0 : mag[31:24] != 8'd0 ? 3'd1
        : mag[23:16] != 8'd0 ? 3'd2 : mag[15:8] != 8'd0 ? 3'd3 : 3'd4;
    exp1_d = exp_i + 10'd39;
    flag1_d = {neg_i, inf_i, nan_i};
  end
  ing_stage #(.Width(40), .Keep(Stages[0])) u_mag1 (.clk_i, .d_i(mag1_d), .q_o(mag1_q));
  ing_stage #(.Width(3), .Keep(Stages[0])) u_bytes1 (.clk_i, .d_i(bytes1_d), .q_o(bytes1_q));
  ing_stage #(.Width(10), .Keep(Stages[0])) u_exp1 (.clk_i, .d_i(exp1_d), .q_o(exp1_q));
  ing_stage #(.Width(3), .Keep(Stages[0])) u_flag1 (.clk_i, .d_i(flag1_d), .q_o(flag1_q));

  always_comb begin : shift_bytes
    mag2_d = mag1_q << {bytes1_q, 3'd0};
    exp2_d = exp1_q - {4'd0, bytes1_q, 3'd0};
    flag2_d = flag1_q;
  end
  ing_stage #(.Width(40), .Keep(Stages[1])) u_mag2 (.clk_i, .d_i(mag2_d), .q_o(mag2_q));
  ing_stage #(.Width(10), .Keep(Stages[1])) u_exp2 (.clk_i, .d_i(exp2_d), .q_o(exp2_q));
  ing_stage #(.Width(3), .Keep(Stages[1])) u_flag2 (.clk_i, .d_i(flag2_d), .q_o(flag2_q));

  logic [2:0] bits3;
  ing_lz8 u_lz (
    .v_i  (mag2_q[39:32]),
    .lz_o (bits3)
  );

  always_comb begin : shift_bits
    mag3_d = mag2_q << bits3;
    exp3_d = exp2_q - {7'd0, bits3};
    flag3_d = flag2_q;
  end
  ing_stage #(.Width(40), .Keep(Stages[2])) u_mag3 (.clk_i, .d_i(mag3_d), .q_o(mag3_q));
  ing_stage #(.Width(10), .Keep(Stages[2])) u_exp3 (.clk_i, .d_i(exp3_d), .q_o(exp3_q));
  ing_stage #(.Width(3), .Keep(Stages[2])) u_flag3 (.clk_i, .d_i(flag3_d), .q_o(flag3_q));

  always_comb begin : round
    // A carry out of the fraction steps the exponent.
    pack4_d = {exp3_q[7:0], mag3_q[38:16]}
        + {30'd0, mag3_q[15] & (mag3_q[16] | (mag3_q[14:0] != 15'd0))};
    flag4_d = {~mag3_q[39], flag3_q};
  end
  ing_stage #(.Width(31), .Keep(Stages[3])) u_pack4 (.clk_i, .d_i(pack4_d), .q_o(pack4_q));
  ing_stage #(.Width(4), .Keep(Stages[3])) u_flag4 (.clk_i, .d_i(flag4_d), .q_o(flag4_q));

  always_comb begin : select
    if (flag4_q[0]) y_d = 32'h7fc00000;
    else if (flag4_q[1]) y_d = {flag4_q[2], 31'h7f800000};
    else if (flag4_q[3]) y_d = {flag4_q[2], 31'd0};
    else y_d = {flag4_q[2], pack4_q};
  end
  ing_stage #(.Width(32), .Keep(Stages[4])) u_y (.clk_i, .d_i(y_d), .q_o(y_o));

// No valid bit travels here: true only where every operand is, so not in the whole core.
`ifdef ING_ASSERT_FP
  assert property (@(posedge clk_i)
      mag3_q[39] && flag3_q[1:0] == 2'd0 |-> !exp3_q[9] && exp3_q >= 10'd1 && exp3_q <= 10'd254);
`endif
endmodule

`default_nettype wire
