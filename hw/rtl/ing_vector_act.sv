// SPDX-License-Identifier: MIT
// Sends quantised blocks to the activation memory: gathers chunks of 8 mantissas, adds up a block's mantissas, and
// walks block and column numbers (rows outer x inner, blocks_i blocks each; load_i takes the parameters).
//
// q_*: from ing_quant, 12-bit form. ac_*: as docs/microarchitecture.md says, always accepted. busy_o: something is
// still on its way.
//
// Step: elements that come in a cycle. Depth: of the pipelines (ing_fp_pkg): with short ones busy_o falls with the last
// chunk, which is written in that cycle.
`default_nettype none

module ing_vector_act #(
    parameter int unsigned Step = 4,
    parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
    input  wire logic               clk_i,
    input  wire logic               rst_ni,
    input  wire logic               clr_i,
    input  wire logic               load_i,
    input  wire logic [7:0]         outer_i,
    input  wire logic [7:0]         inner_i,
    input  wire logic [14:0]        blocks_i,
    input  wire logic [15:0]        dst_i,
    input  wire logic [15:0]        dst_out_i,
    input  wire logic [15:0]        dst_in_i,
    input  wire logic [7:0]         col_i,
    input  wire logic [3:0]         col_out_i,
    input  wire logic [3:0]         col_in_i,
    input  wire logic               q_v_i,
    input  wire logic               q_first_i,
    input  wire logic               q_last_i,
    input  wire logic [7:0]         exp_i,
    input  wire logic [Step*16-1:0] q_i,
    output var  logic               ac_valid_o,
    output var  logic [7:0]         ac_col_o,
    output var  logic [15:0]        ac_block_o,
    output var  logic [1:0]         ac_chunk_o,
    output var  logic [95:0]        ac_data_o,
    output var  logic               ac_last_o,
    output var  logic [7:0]         ac_exp_o,
    output var  logic [16:0]        ac_sum_o,
    output var  logic               busy_o
);

  localparam int unsigned StepLog = $clog2(32 / Step);
  localparam int unsigned PartLog = $clog2(8 / Step);  // steps of a chunk

  if (Step != 2 && Step != 4 && Step != 8) begin : g_bad_step
    $fatal(1, "ing_vector_act: Step must be 2, 4 or 8");
  end

  logic               v1_q, first1_q, last1_q, whole1_q;
  logic [StepLog-1:0] step_q;
  logic [1:0]         chunk1_q;
  logic [7:0]         exp1_q;
  logic [95:0]        data1_q;
  logic [15:0]        part1_q;  // signed: 8 mantissas at most
  wire logic [StepLog-1:0] step = q_first_i ? '0 : step_q;
  // The last step of a chunk. (A mask, and no ~ before a cast: Yosys reads that as a cast to ~StepLog bits.)
  localparam logic [StepLog-1:0] PartMask = StepLog'((1 << PartLog) - 1);
  wire logic whole = (step & PartMask) == PartMask;

  always_ff @(posedge clk_i) begin : gather
    logic [15:0] part;
    v1_q <= q_v_i & rst_ni & ~clr_i;
    if (q_v_i) begin
      part = '0;
      data1_q <= data1_q >> (Step * 12);
      for (int e = 0; e < Step; e++) begin
        part = part + q_i[e*16+:16];
        data1_q[(8-Step+e)*12+:12] <= q_i[e*16+:12];
      end
      part1_q  <= part;
      step_q   <= step + StepLog'(1);
      chunk1_q <= step[StepLog-1-:2];
      exp1_q   <= exp_i;
      first1_q <= q_first_i;
      last1_q  <= q_last_i;
      whole1_q <= whole;
    end
  end

  logic [15:0] block, unused_block_row, unused_col_addr, col;
  logic [6:0]  unused_pos0, unused_pos1;
  logic        unused_first0, unused_first1, unused_last0, unused_last1, unused_end0, unused_end1;
  logic        unused_outer0, unused_outer1;
  wire logic   block_end = v1_q & last1_q;

  ing_vector_walk #(
      .AddrBits(16),
      .LineLog (0)
  ) u_block (
      .clk_i(clk_i), .load_i(load_i), .step_i(block_end), .outer_i(outer_i), .inner_i({8'd0, inner_i}),
      .words_i({5'd0, blocks_i}), .base_i(dst_i), .sout_i(dst_out_i), .sin_i(dst_in_i), .mask_i(7'd0),
      .row_o(unused_block_row), .addr_o(block), .pos_o(unused_pos0), .first_o(unused_first0),
      .last_o(unused_last0), .outer_end_o(unused_outer0), .end_o(unused_end0)
  );

  ing_vector_walk #(
      .AddrBits(16),
      .LineLog (0)
  ) u_col (
      .clk_i(clk_i), .load_i(load_i), .step_i(block_end), .outer_i(outer_i), .inner_i({8'd0, inner_i}),
      .words_i({5'd0, blocks_i}), .base_i({8'd0, col_i}), .sout_i({12'd0, col_out_i}), .sin_i({12'd0, col_in_i}),
      .mask_i(7'd0), .row_o(col), .addr_o(unused_col_addr), .pos_o(unused_pos1), .first_o(unused_first1),
      .last_o(unused_last1), .outer_end_o(unused_outer1), .end_o(unused_end1)
  );

  wire logic [7:0] unused_col_high = col[15:8];

  always_ff @(posedge clk_i) begin : send
    ac_valid_o <= v1_q & whole1_q & rst_ni & ~clr_i;
    ac_last_o  <= v1_q & last1_q;
    if (v1_q) begin
      ac_sum_o   <= (first1_q ? 17'd0 : ac_sum_o) + {part1_q[15], part1_q};
      ac_data_o  <= data1_q;
      ac_chunk_o <= chunk1_q;
      ac_exp_o   <= exp1_q;
      ac_block_o <= block;
      ac_col_o   <= col[7:0];
    end
  end

  assign busy_o = q_v_i | v1_q | (ac_valid_o & Depth == ing_fp_pkg::DEPTH_FULL);

endmodule

`default_nettype wire
