// SPDX-License-Identifier: MIT
// Clock gate: clk_o follows clk_i in the cycles whose enable was high before the rising edge.
//
// The gate saves work and power, never function: whatever hangs behind it must hold all its state by itself in every
// cycle in which en_i is low, so that a build without gates (ING_NO_CLKGATE, or synthesis, where one clock network is
// better than many) behaves the same, cycle for cycle. en_i may depend on anything clocked by clk_i, and may come
// late; drive it high during reset and clear.
`default_nettype none

module ing_clkgate (
    input  wire logic clk_i,
    input  wire logic en_i,
    output var  logic clk_o
);

`ifdef SYNTHESIS
`define ING_CLKGATE_BYPASS
`endif
`ifdef ING_NO_CLKGATE
`define ING_CLKGATE_BYPASS
`endif

`ifdef ING_CLKGATE_BYPASS
  assign clk_o = clk_i;
  // Read once, so that no tool calls the enable unused.
  wire logic unused_en = en_i;
`undef ING_CLKGATE_BYPASS
`else
  logic en_q;

  // Transparent while the clock is low: the enable of a rising edge is what it was just before.
  always_latch begin
    if (!clk_i) en_q = en_i;
  end

  assign clk_o = clk_i & en_q;
`endif

endmodule

`default_nettype wire
