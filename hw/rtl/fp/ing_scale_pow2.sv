// SPDX-License-Identifier: MIT
//
// y = u * 2^(eb - 127) by docs/arithmetic.md, section 3: too small becomes zero, too large infinity, and
// eb = 255 gives NaN. One result a cycle, no stall, no reset.
// Depth: of the pipeline (ing_fp_pkg).

`default_nettype none

module ing_scale_pow2 #(
  parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
  input  wire logic        clk_i,
  input  wire logic [31:0] u_i,
  input  wire logic [7:0]  eb_i,
  output logic      [31:0] y_o
);
  localparam logic [1:0] Stages = ing_fp_pkg::small_stages(Depth);
  logic [31:0] y_d;

  logic [31:0] value_d, value_q;
  logic nan_d, nan_q, inf_d, inf_q, zero_d, zero_q;

  always_comb begin : add
    logic [8:0] sum;
    sum = {1'b0, u_i[30:23]} + {1'b0, eb_i};
    value_d = {u_i[31], sum[7:0] - 8'd127, u_i[22:0]};
    nan_d = eb_i == 8'd255 || (u_i[30:23] == 8'd255 && u_i[22:0] != 23'd0);
    inf_d = u_i[30:23] == 8'd255 || sum >= 9'd382;
    zero_d = u_i[30:23] == 8'd0 || sum <= 9'd127;
  end
  ing_stage #(.Width(32), .Keep(Stages[0])) u_value (.clk_i, .d_i(value_d), .q_o(value_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_nan (.clk_i, .d_i(nan_d), .q_o(nan_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_inf (.clk_i, .d_i(inf_d), .q_o(inf_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_zero (.clk_i, .d_i(zero_d), .q_o(zero_q));

  always_comb begin : select
    if (nan_q) y_d = 32'h7fc00000;
    else if (inf_q) y_d = {value_q[31], 31'h7f800000};
    else if (zero_q) y_d = {value_q[31], 31'd0};
    else y_d = value_q;
  end
  ing_stage #(.Width(32), .Keep(Stages[1])) u_y (.clk_i, .d_i(y_d), .q_o(y_o));
endmodule

`default_nettype wire
