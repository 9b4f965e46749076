// SPDX-License-Identifier: MIT
//
// A register of a pipeline, or a wire in its place. No reset.
//
// Width: bits. Keep: whether it is a register.

`default_nettype none

module ing_stage #(
  parameter int unsigned Width = 1,
  parameter bit Keep = 1'b1
) (
  input  wire logic             clk_i,
  input  wire logic [Width-1:0] d_i,
  output logic      [Width-1:0] q_o
);
  if (Keep) begin : gen_register
    always_ff @(posedge clk_i) q_o <= d_i;
  end else begin : gen_wire
    wire logic unused_clk = clk_i;
    assign q_o = d_i;
  end
endmodule

`default_nettype wire
