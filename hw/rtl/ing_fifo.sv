// SPDX-License-Identifier: MIT
// Synchronous FIFO with a registered output: Depth words in a memory, and one more in the output register.
//
// Both sides: valid never waits for ready, a word moves in a cycle in which both are high. A word can leave two cycles
// after it came; after that one word a cycle. wready_o is low while the memory holds Depth words. The memory has one
// write and one registered read port and no reset, so it becomes block RAM, or distributed RAM when it is small.
// clr_i empties the FIFO. empty_o: neither the memory nor the output register holds a word.
//
// Width: bits of a word. Depth: words in the memory, a power of two, at least 2.
`default_nettype none

module ing_fifo #(
    parameter int unsigned Width = 8,
    parameter int unsigned Depth = 16
) (
    input  wire logic             clk_i,
    input  wire logic             rst_ni,
    input  wire logic             clr_i,
    input  wire logic             wvalid_i,
    output var  logic             wready_o,
    input  wire logic [Width-1:0] wdata_i,
    output var  logic             rvalid_o,
    input  wire logic             rready_i,
    output var  logic [Width-1:0] rdata_o,
    output var  logic             empty_o
);

  localparam int unsigned AW = $clog2(Depth);

  if (Depth < 2 || (1 << AW) != Depth) begin : g_bad_depth
    $fatal(1, "ing_fifo: Depth must be a power of two, at least 2");
  end

  logic [Width-1:0] mem[Depth];
  logic [AW:0] wp_q, rp_q;

  wire logic [AW:0] fill = wp_q - rp_q;
  wire logic push = wvalid_i & ~fill[AW];
  wire logic take = (wp_q != rp_q) & (~rvalid_o | rready_i);

  assign wready_o = ~fill[AW];
  assign empty_o = (wp_q == rp_q) & ~rvalid_o;

  always_ff @(posedge clk_i) begin
    if (push) mem[wp_q[AW-1:0]] <= wdata_i;
    if (take) rdata_o <= mem[rp_q[AW-1:0]];
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clr_i) begin
      wp_q <= '0;
      rp_q <= '0;
      rvalid_o <= 1'b0;
    end else begin
      if (push) wp_q <= wp_q + (AW + 1)'(1);
      if (take) rp_q <= rp_q + (AW + 1)'(1);
      if (take) rvalid_o <= 1'b1;
      else if (rready_i) rvalid_o <= 1'b0;
    end
  end

`ifdef ING_ASSERT
  // No more words than the memory has.
  assert property (@(posedge clk_i) disable iff (!rst_ni) fill <= (AW + 1)'(Depth));
  // A word offered stays.
  assert property (@(posedge clk_i) disable iff (!rst_ni) rvalid_o && !rready_i && !clr_i |=> rvalid_o);
`endif

endmodule

`default_nettype wire
