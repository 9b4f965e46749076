// SPDX-License-Identifier: MIT
// Zeroes the activation memory through the port that fills it, and lets the vector engine's writes by otherwise.
//
// wipe_i (a pulse, while nothing else writes activations) starts it; busy_o is high from the next cycle until every block of
// every column was written. v_* come from the vector engine, ac_* go to the stream engine, in the same cycle.
//   TileM      columns
//   ActBlocks  blocks of a column
`default_nettype none

module ing_wipe #(
    parameter int unsigned TileM     = 4,
    parameter int unsigned ActBlocks = 512
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        wipe_i,
    output var  logic        busy_o,
    input  wire logic        v_valid_i,
    input  wire logic [7:0]  v_col_i,
    input  wire logic [15:0] v_block_i,
    input  wire logic [1:0]  v_chunk_i,
    input  wire logic [95:0] v_data_i,
    input  wire logic        v_last_i,
    input  wire logic [7:0]  v_exp_i,
    input  wire logic [16:0] v_sum_i,
    output var  logic        ac_valid_o,
    output var  logic [7:0]  ac_col_o,
    output var  logic [15:0] ac_block_o,
    output var  logic [1:0]  ac_chunk_o,
    output var  logic [95:0] ac_data_o,
    output var  logic        ac_last_o,
    output var  logic [7:0]  ac_exp_o,
    output var  logic [16:0] ac_sum_o
);

  logic        busy_q;
  logic [7:0]  col_q;
  logic [15:0] block_q;
  logic [1:0]  chunk_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
    end else if (wipe_i) begin
      busy_q  <= 1'b1;
      col_q   <= 8'd0;
      block_q <= 16'd0;
      chunk_q <= 2'd0;
    end else if (busy_q) begin
      chunk_q <= chunk_q + 2'd1;
      if (chunk_q == 2'd3) begin
        block_q <= block_q + 16'd1;
        if (32'(block_q) == ActBlocks - 1) begin
          block_q <= 16'd0;
          col_q   <= col_q + 8'd1;
          if (32'(col_q) == TileM - 1) busy_q <= 1'b0;
        end
      end
    end
  end

  assign busy_o     = busy_q;
  assign ac_valid_o = busy_q || v_valid_i;
  assign ac_col_o   = busy_q ? col_q : v_col_i;
  assign ac_block_o = busy_q ? block_q : v_block_i;
  assign ac_chunk_o = busy_q ? chunk_q : v_chunk_i;
  assign ac_data_o  = busy_q ? 96'd0 : v_data_i;
  assign ac_last_o  = busy_q ? chunk_q == 2'd3 : v_last_i;
  assign ac_exp_o   = busy_q ? 8'd0 : v_exp_i;
  assign ac_sum_o   = busy_q ? 17'd0 : v_sum_i;

`ifdef ING_ASSERT
  NothingElseWrites: assert property (@(posedge clk_i) disable iff (!rst_ni) busy_q |-> !v_valid_i);
`endif

endmodule

`default_nettype wire
