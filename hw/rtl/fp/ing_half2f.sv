// SPDX-License-Identifier: MIT
//
// The value of an fp16 as fp32, exact, subnormals included; every NaN becomes 0x7fc00000. One result a
// cycle, no stall, no reset.
// Depth: of the pipeline (ing_fp_pkg).

`default_nettype none

module ing_half2f #(
  parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
  input  wire logic        clk_i,
  input  wire logic [15:0] h_i,
  output logic      [31:0] y_o
);
  localparam logic [1:0] Stages = ing_fp_pkg::small_stages(Depth);
  logic [31:0] y_d;

  logic [15:0] half_d, half_q;
  always_comb begin : operand
    half_d = h_i;
  end
  ing_stage #(.Width(16), .Keep(Stages[0])) u_half (.clk_i, .d_i(half_d), .q_o(half_q));

  // A subnormal has a fraction of 10 bits: leading zeros of its upper 8, or of the lower 2 beyond them.
  logic [2:0] bits;
  logic low;
  logic [3:0] lz;
  assign low = half_q[9:2] == 8'd0;
  ing_lz8 u_lz (
    .v_i  (half_q[9:2]),
    .lz_o (bits)
  );
  assign lz = low ? (half_q[1] ? 4'd8 : 4'd9) : {1'b0, bits};

  always_comb begin : pack
    logic [8:0] norm;  // below the leading one
    norm = half_q[8:0] << lz;
    if (half_q[14:10] == 5'd31) begin
      y_d = half_q[9:0] != 10'd0 ? 32'h7fc00000 : {half_q[15], 31'h7f800000};
    end else if (half_q[14:10] != 5'd0) begin
      y_d = {half_q[15], {3'd0, half_q[14:10]} + 8'd112, half_q[9:0], 13'd0};
    end else if (half_q[9:0] != 10'd0) begin
      y_d = {half_q[15], 8'd112 - {4'd0, lz}, norm, 14'd0};
    end else begin
      y_d = {half_q[15], 31'd0};
    end
  end
  ing_stage #(.Width(32), .Keep(Stages[1])) u_y (.clk_i, .d_i(y_d), .q_o(y_o));
endmodule

`default_nettype wire
