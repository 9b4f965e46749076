// SPDX-License-Identifier: MIT
// Activation memory of one column: blocks of 32 mantissas of 12 bits, their exponent code and their sum.
//
// Write: a chunk of 8 mantissas a cycle (element 8*chunk + i in bits 12i..); with the last chunk of a block comes its
// exponent and sum. Read: two registered ports, of mantissas and of {exponent, sum}; data the cycle after the enable,
// held until the next one. No reset: what was not written is not to be read.
//
// ActBlocks: blocks held, a power of two.
`default_nettype none

module ing_act #(
    parameter int unsigned ActBlocks = 512,
    localparam int unsigned BW = $clog2(ActBlocks)
) (
    input  wire logic          clk_i,
    input  wire logic          we_i,
    input  wire logic [BW-1:0] wblock_i,
    input  wire logic [1:0]    wchunk_i,
    input  wire logic [95:0]   wdata_i,
    input  wire logic          wlast_i,
    input  wire logic [7:0]    wexp_i,
    input  wire logic [16:0]   wsum_i,
    input  wire logic          rd_i,
    input  wire logic          xrd_i,
    input  wire logic [BW-1:0] rblock_i,
    input  wire logic [1:0]    rchunk_i,
    output var  logic [95:0]   rdata_o,
    output var  logic [7:0]    rexp_o,
    output var  logic [16:0]   rsum_o
);

  if (ActBlocks < 2 || (1 << BW) != ActBlocks) begin : g_bad_blocks
    $fatal(1, "ing_act: ActBlocks must be a power of two");
  end

  logic [95:0] mant[4 * ActBlocks];
  logic [24:0] head[ActBlocks];
  logic [24:0] rhead_q;

  assign {rexp_o, rsum_o} = rhead_q;

  always_ff @(posedge clk_i) begin
    if (we_i) mant[{wblock_i, wchunk_i}] <= wdata_i;
    if (we_i && wlast_i) head[wblock_i] <= {wexp_i, wsum_i};
    if (rd_i) rdata_o <= mant[{rblock_i, rchunk_i}];
    if (xrd_i) rhead_q <= head[rblock_i];
  end

endmodule

`default_nettype wire
