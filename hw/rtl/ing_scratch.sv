// SPDX-License-Identifier: MIT
// Scratchpad: Words words of PortBits bits, two read ports (two copies of the memory) and one write port.
//
// Read: with a_en_i (b_en_i) high in cycle t, a_data_o (b_data_o) holds the word at t+2, and keeps it until two cycles
// after the next enable. Write: with w_en_i high in cycle t, a read of t+2 and later sees the word; a read of t or t+1
// sees the old one or the new one. No reset: contents are unknown until written.
//
// PortBits: bits of a word. Words: depth. Early: the memory has no registers before and
// behind its own, and each of these times is a cycle less.
`default_nettype none

module ing_scratch #(
    parameter int unsigned PortBits = 128,
    parameter int unsigned Words    = 1024,
    parameter bit          Early    = 1'b0,
    localparam int unsigned AW      = $clog2(Words)
) (
    input  wire logic                clk_i,
    input  wire logic                w_en_i,
    input  wire logic [AW-1:0]       w_addr_i,
    input  wire logic [PortBits-1:0] w_data_i,
    input  wire logic                a_en_i,
    input  wire logic [AW-1:0]       a_addr_i,
    output var  logic [PortBits-1:0] a_data_o,
    input  wire logic                b_en_i,
    input  wire logic [AW-1:0]       b_addr_i,
    output var  logic [PortBits-1:0] b_data_o
);

  logic [PortBits-1:0] mem_a[Words]  /* verilator public_flat_rd */;
  logic [PortBits-1:0] mem_b[Words];

  logic                w_en;
  logic [AW-1:0]       w_addr;
  logic [PortBits-1:0] w_data, a_word_q, b_word_q;

  always_ff @(posedge clk_i) begin : write
    if (w_en) begin
      mem_a[w_addr] <= w_data;
      mem_b[w_addr] <= w_data;
    end
  end

  always_ff @(posedge clk_i) begin : read_a
    if (a_en_i) a_word_q <= mem_a[a_addr_i];
  end

  always_ff @(posedge clk_i) begin : read_b
    if (b_en_i) b_word_q <= mem_b[b_addr_i];
  end

  if (Early) begin : g_early
    assign a_data_o = a_word_q;
    assign b_data_o = b_word_q;
    assign {w_en, w_addr, w_data} = {w_en_i, w_addr_i, w_data_i};
  end else begin : g_late
    logic a_en_q, b_en_q, w_en_q;
    logic [AW-1:0] w_addr_q;
    logic [PortBits-1:0] w_data_q;
    assign {w_en, w_addr, w_data} = {w_en_q, w_addr_q, w_data_q};
    always_ff @(posedge clk_i) begin
      w_en_q <= w_en_i;
      if (w_en_i) begin
        w_addr_q <= w_addr_i;
        w_data_q <= w_data_i;
      end
      a_en_q <= a_en_i;
      b_en_q <= b_en_i;
      if (a_en_q) a_data_o <= a_word_q;
      if (b_en_q) b_data_o <= b_word_q;
    end
  end

endmodule

`default_nettype wire
