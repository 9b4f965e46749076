// SPDX-License-Identifier: MIT
//
// y = u * 2^(eb - 127) by docs/arithmetic.md, section 3: too small becomes zero, too large infinity, and
// eb = 255 gives NaN. Latency 2, one result a cycle, no stall, no reset.

`default_nettype none

module ing_scale_pow2 (
  input  wire logic        clk_i,
  input  wire logic [31:0] u_i,
  input  wire logic [7:0]  eb_i,
  output logic      [31:0] y_o
);
  logic [31:0] value_q;
  logic nan_q, inf_q, zero_q;

  always_ff @(posedge clk_i) begin : add
    logic [8:0] sum;
    sum = {1'b0, u_i[30:23]} + {1'b0, eb_i};
    value_q <= {u_i[31], sum[7:0] - 8'd127, u_i[22:0]};
    nan_q <= eb_i == 8'd255 || (u_i[30:23] == 8'd255 && u_i[22:0] != 23'd0);
    inf_q <= u_i[30:23] == 8'd255 || sum >= 9'd382;
    zero_q <= u_i[30:23] == 8'd0 || sum <= 9'd127;
  end

  always_ff @(posedge clk_i) begin : select
    if (nan_q) y_o <= 32'h7fc00000;
    else if (inf_q) y_o <= {value_q[31], 31'h7f800000};
    else if (zero_q) y_o <= {value_q[31], 31'd0};
    else y_o <= value_q;
  end
endmodule

`default_nettype wire
