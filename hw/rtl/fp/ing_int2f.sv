// SPDX-License-Identifier: MIT
//
// The value of a signed integer of 17 bits as fp32, exact; zero is +0. Latency 2, one result a cycle, no
// stall, no reset. Narrower integers: extend the sign.

`default_nettype none

module ing_int2f (
  input  wire logic               clk_i,
  input  wire logic signed [16:0] v_i,
  output logic             [31:0] y_o
);
  logic neg_q;
  logic [16:0] mag_q;

  always_ff @(posedge clk_i) begin : magnitude
    neg_q <= v_i[16];
    mag_q <= v_i[16] ? ~v_i + 17'd1 : v_i;
  end

  logic bytes;
  logic [2:0] bits;
  assign bytes = mag_q[16:9] == 8'd0;
  ing_lz8 u_lz (
    .v_i  (bytes ? mag_q[8:1] : mag_q[16:9]),
    .lz_o (bits)
  );

  always_ff @(posedge clk_i) begin : normalise
    logic [15:0] norm;  // below the leading one
    norm = mag_q[15:0] << {bytes, bits};
    if (mag_q[16:1] == 16'd0) y_o <= mag_q[0] ? {neg_q, 31'h3f800000} : 32'd0;
    else y_o <= {neg_q, 8'd143 - {4'd0, bytes, bits}, norm, 7'd0};
  end
endmodule

`default_nettype wire
