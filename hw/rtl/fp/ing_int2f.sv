// SPDX-License-Identifier: MIT
//
// The value of a signed integer of 17 bits as fp32, exact; zero is +0. One result a cycle, no stall, no
// reset. Narrower integers: extend the sign.
// Depth: of the pipeline (ing_fp_pkg).

`default_nettype none

module ing_int2f #(
  parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
  input  wire logic               clk_i,
  input  wire logic signed [16:0] v_i,
  output logic             [31:0] y_o
);
  localparam logic [1:0] Stages = ing_fp_pkg::small_stages(Depth);
  logic [31:0] y_d;

  logic neg_d, neg_q;
  logic [16:0] mag_d, mag_q;

  always_comb begin : magnitude
    neg_d = v_i[16];
    mag_d = v_i[16] ? ~v_i + 17'd1 : v_i;
  end
  ing_stage #(.Width(1), .Keep(Stages[0])) u_neg (.clk_i, .d_i(neg_d), .q_o(neg_q));
  ing_stage #(.Width(17), .Keep(Stages[0])) u_mag (.clk_i, .d_i(mag_d), .q_o(mag_q));

  logic bytes;
  logic [2:0] bits;
  assign bytes = mag_q[16:9] == 8'd0;
  ing_lz8 u_lz (
    .v_i  (bytes ? mag_q[8:1] : mag_q[16:9]),
    .lz_o (bits)
  );

  always_comb begin : normalise
    logic [15:0] norm;  // below the leading one
    norm = mag_q[15:0] << {bytes, bits};
    if (mag_q[16:1] == 16'd0) y_d = mag_q[0] ? {neg_q, 31'h3f800000} : 32'd0;
    else y_d = {neg_q, 8'd143 - {4'd0, bytes, bits}, norm, 7'd0};
  end
  ing_stage #(.Width(32), .Keep(Stages[1])) u_y (.clk_i, .d_i(y_d), .q_o(y_o));
endmodule

`default_nettype wire
