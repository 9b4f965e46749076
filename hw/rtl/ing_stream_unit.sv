// SPDX-License-Identifier: MIT
// The stream unit: fetch, buffers, engine and activation memory. It runs MATMUL, LOAD and GATHER (include/ingot/isa.h).
//
// Port groups, handshakes and their meaning are those of docs/microarchitecture.md: a stream command comes through both
// queues (fq_*, sq_*); rq_*, rd_*, rq_fault_* are memory reads; ac_* writes activations at any time (never those that a
// running command reads: commands wait for each other); sw_* writes scratchpad words; str_done_o pulses once a command,
// when its last word has been taken; fault_* is held until clr_i; st_cause_o says what this cycle was spent on. clr_i
// empties everything but the memories; reads on their way must still be delivered, and are dropped.
//
// PortBits: W, 64 to 512. TileM: activation columns, 1 to 64. ActBlocks: activation blocks a column, a power of two.
// ScratchLines: lines of the scratchpad, for the range check. FifoBeats: digit beats fetched ahead, a power of two, at least 4
// units. ScaleBeats: beats of scales, and as many of minima, fetched ahead. QueueDepth: commands held, a power of two.
// RowLanes: rows of a column that leave the integer sums in a cycle. Depth: of the pipelines (ing_fp_pkg).
`default_nettype none

module ing_stream_unit #(
    parameter int unsigned PortBits = 512,
    parameter int unsigned TileM = 4,
    parameter int unsigned ActBlocks = 512,
    parameter int unsigned ScratchLines = 4096,
    parameter int unsigned FifoBeats = 512,
    parameter int unsigned ScaleBeats = FifoBeats / 4 < 64 ? 64 : FifoBeats / 4,
    parameter int unsigned QueueDepth = 16,
    parameter int unsigned RowLanes = PortBits < 128 ? 1 : PortBits / 128,
    parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic [15:0]         vec_cnt_i,
    // fetch queue
    input  wire logic                fq_valid_i,
    output var  logic                fq_ready_o,
    input  wire logic [511:0]        fq_cmd_i,
    input  wire logic [31:0]         fq_pc_i,
    input  wire logic [16:0]         fq_wait_i,
    input  wire logic [15:0]         fq_prior_i,
    // exec queue
    input  wire logic                sq_valid_i,
    output var  logic                sq_ready_o,
    input  wire logic [511:0]        sq_cmd_i,
    input  wire logic [31:0]         sq_pc_i,
    input  wire logic [16:0]         sq_wait_i,
    input  wire logic [15:0]         sq_prior_i,
    // done, fault, cause
    output var  logic                str_done_o,
    output var  logic                fault_valid_o,
    output var  logic [7:0]          fault_code_o,
    output var  logic [31:0]         fault_pc_o,
    output var  logic [7:0]          fault_slot_o,
    output var  logic [31:0]         fault_off_o,
    output var  logic [2:0]          st_cause_o,
    // memory reads
    output var  logic                rq_valid_o,
    input  wire logic                rq_ready_i,
    output var  logic [7:0]          rq_slot_o,
    output var  logic [31:0]         rq_off_o,
    output var  logic [6:0]          rq_len_o,
    input  wire logic                rd_valid_i,
    input  wire logic [PortBits-1:0] rd_data_i,
    input  wire logic                rq_fault_i,
    input  wire logic [7:0]          rq_fault_code_i,
    input  wire logic [31:0]         rq_fault_off_i,
    // activations
    input  wire logic                ac_valid_i,
    input  wire logic [7:0]          ac_col_i,
    input  wire logic [15:0]         ac_block_i,
    input  wire logic [1:0]          ac_chunk_i,
    input  wire logic [95:0]         ac_data_i,
    input  wire logic                ac_last_i,
    input  wire logic [7:0]          ac_exp_i,
    input  wire logic [16:0]         ac_sum_i,
    // scratchpad writes
    output var  logic                sw_valid_o,
    input  wire logic                sw_ready_i,
    output var  logic [15:0]         sw_line_o,
    output var  logic [2:0]          sw_sub_o,
    output var  logic [PortBits-1:0] sw_data_o
);

  localparam int unsigned D = PortBits / 32;
  localparam int unsigned L = RowLanes;
  localparam int unsigned UB = 16 / D;
  localparam int unsigned SW = UB == 1 ? 1 : $clog2(UB);
  localparam int unsigned BW = $clog2(ActBlocks);
  localparam int unsigned AW = $clog2(64 / L);
  // Groups whose results may be under way: the pipeline's length over the beats of a group, and some.
  localparam int unsigned Lines = PortBits >= 512 ? 16 : PortBits == 256 ? 8 : 4;

  if (PortBits != 64 && PortBits != 128 && PortBits != 256 && PortBits != 512) begin : g_bad_port
    $fatal(1, "ing_stream_unit: PortBits must be 64, 128, 256 or 512");
  end
  if (TileM < 1 || TileM > 64) begin : g_bad_tile
    $fatal(1, "ing_stream_unit: TileM must be 1 to 64");
  end
  if (Depth > ing_fp_pkg::DEPTH_FULL) begin : g_bad_depth
    $fatal(1, "ing_stream_unit: Depth must be one of ing_fp_pkg");
  end
  // More rows than a quarter of a word come back to their accumulators within 4 cycles: the adder must be done by then.
  if (RowLanes < 1 || D % RowLanes != 0 || (1 << $clog2(RowLanes)) != RowLanes
      || (RowLanes > (D < 4 ? 1 : D / 4) && (RowLanes > 4 || ing_fp_pkg::fadd_latency(Depth) > 2))) begin : g_bad_lanes
    $fatal(1, "ing_stream_unit: RowLanes must be a power of two, at most a quarter of a word's rows, or 4 with short pipelines");
  end
  if (ActBlocks > 65536 || ScratchLines > 65536) begin : g_bad_size
    $fatal(1, "ing_stream_unit: ActBlocks and ScratchLines have 16 bits in a command");
  end

  // ---- clocks: all of it sleeps between jobs, the results' part and each column whenever they have nothing
  logic fetch_busy, exec_busy, collect_busy, clk, clk_out;
  wire logic awake = fq_valid_i | sq_valid_i | rd_valid_i | rq_fault_i | fetch_busy | exec_busy | collect_busy | clr_i | ~rst_ni;
  ing_clkgate u_gate (
      .clk_i,
      .en_i(awake),
      .clk_o(clk)
  );

  // ---- fetch and buffers
  logic vd_valid, vd_pop, mf_valid, kv_wait;
  logic [1:0] vd_code;
  logic [5:0] mf_seq;
  logic [7:0] mf_code;
  logic [31:0] mf_off;
  logic dig_we, sc_we, mn_we, dig_pop, sc_pop, mn_pop, dig_valid, sc_valid, mn_valid;
  logic [PortBits-1:0] dig_data, sc_data, mn_data;
  logic [2:0] unused_ready, unused_empty;

  ing_fetch #(
      .PortBits(PortBits),
      .TileM(TileM),
      .ActBlocks(ActBlocks),
      .FifoBeats(FifoBeats),
      .ScaleBeats(ScaleBeats),
      .ScratchLines(ScratchLines),
      .QueueDepth(QueueDepth)
  ) u_fetch (
      .clk_i(clk),
      .rst_ni,
      .clr_i,
      .fq_valid_i,
      .fq_ready_o,
      .fq_cmd_i,
      .fq_wait_i,
      .vec_cnt_i,
      .vd_valid_o(vd_valid),
      .vd_code_o(vd_code),
      .vd_pop_i(vd_pop),
      .mf_valid_o(mf_valid),
      .mf_seq_o(mf_seq),
      .mf_code_o(mf_code),
      .mf_off_o(mf_off),
      .rq_valid_o,
      .rq_ready_i,
      .rq_slot_o,
      .rq_off_o,
      .rq_len_o,
      .rd_valid_i,
      .rq_fault_i,
      .rq_fault_code_i,
      .rq_fault_off_i,
      .dig_we_o(dig_we),
      .sc_we_o(sc_we),
      .mn_we_o(mn_we),
      .dig_pop_i(dig_pop),
      .sc_pop_i(sc_pop),
      .mn_pop_i(mn_pop),
      .kv_wait_o(kv_wait),
      .busy_o(fetch_busy)
  );
  ing_fifo #(
      .Width(PortBits),
      .Depth(FifoBeats)
  ) u_digits (
      .clk_i(clk),
      .rst_ni,
      .clr_i,
      .wvalid_i(dig_we),
      .wready_o(unused_ready[0]),
      .wdata_i(rd_data_i),
      .rvalid_o(dig_valid),
      .rready_i(dig_pop),
      .rdata_o(dig_data),
      .empty_o(unused_empty[0])
  );
  ing_fifo #(
      .Width(PortBits),
      .Depth(ScaleBeats)
  ) u_scales (
      .clk_i(clk),
      .rst_ni,
      .clr_i,
      .wvalid_i(sc_we),
      .wready_o(unused_ready[1]),
      .wdata_i(rd_data_i),
      .rvalid_o(sc_valid),
      .rready_i(sc_pop),
      .rdata_o(sc_data),
      .empty_o(unused_empty[1])
  );
  ing_fifo #(
      .Width(PortBits),
      .Depth(ScaleBeats)
  ) u_minima (
      .clk_i(clk),
      .rst_ni,
      .clr_i,
      .wvalid_i(mn_we),
      .wready_o(unused_ready[2]),
      .wdata_i(rd_data_i),
      .rvalid_o(mn_valid),
      .rready_i(mn_pop),
      .rdata_o(mn_data),
      .empty_o(unused_empty[2])
  );

  // ---- execution
  logic pk_start, pk_gather, pk_want, pk_busy;
  logic [1:0] pk_item;
  logic [5:0] pk_byte;
  logic [19:0] pk_units;
  logic [15:0] pk_line;
  logic act_rd, ex_rd, min1, new1, first2, last2, end1, end5, end9, zero25, we32, take8, end8, min8, nosc8;
  logic [TileM-1:0] mask0, mask2, mask8, mask10, col_en;
  logic last10, zero10;
  logic [AW-1:0] slot10;
  logic [15:0] act_block;
  logic [1:0] act_chunk, width1, part1, width2, width8;
  logic [PortBits-1:0] w2;
  logic [SW-1:0] sub2;
  logic [4:0] tick;
  logic [3:0] di8, row_di;
  logic [AW-1:0] slot25, slot32;
  logic de_valid, de_ready, de_last, row_valid;
  logic [15:0] de_line, de_step;
  logic [7:0] de_cols;
  logic [22*L-1:0] scale10, min10;
  wire logic [32*L*TileM-1:0] rows;

  ing_stream #(
      .PortBits(PortBits),
      .TileM(TileM),
      .QueueDepth(QueueDepth),
      .L(L),
      .Depth(Depth)
  ) u_exec (
      .clk_i(clk),
      .rst_ni,
      .clr_i,
      .sq_valid_i,
      .sq_ready_o,
      .sq_cmd_i,
      .sq_pc_i,
      .sq_wait_i,
      .sq_prior_i,
      .vec_cnt_i,
      .fault_valid_o,
      .fault_code_o,
      .fault_pc_o,
      .fault_slot_o,
      .fault_off_o,
      .vd_valid_i(vd_valid),
      .vd_code_i(vd_code),
      .vd_pop_o(vd_pop),
      .mf_valid_i(mf_valid),
      .mf_seq_i(mf_seq),
      .mf_code_i(mf_code),
      .mf_off_i(mf_off),
      .kv_wait_i(kv_wait),
      .dig_valid_i(dig_valid),
      .dig_data_i(dig_data),
      .dig_pop_o(dig_pop),
      .pk_start_o(pk_start),
      .pk_gather_o(pk_gather),
      .pk_item_o(pk_item),
      .pk_byte_o(pk_byte),
      .pk_units_o(pk_units),
      .pk_line_o(pk_line),
      .pk_want_i(pk_want),
      .pk_busy_i(pk_busy),
      .mask0_o(mask0),
      .act_rd_o(act_rd),
      .ex_rd_o(ex_rd),
      .act_block_o(act_block),
      .act_chunk_o(act_chunk),
      .width1_o(width1),
      .part1_o(part1),
      .min1_o(min1),
      .new1_o(new1),
      .w2_o(w2),
      .width2_o(width2),
      .mask2_o(mask2),
      .first2_o(first2),
      .last2_o(last2),
      .sub2_o(sub2),
      .end1_o(end1),
      .end5_o(end5),
      .end9_o(end9),
      .tick_o(tick),
      .mask8_o(mask8),
      .di8_o(di8),
      .mask10_o(mask10),
      .last10_o(last10),
      .zero10_o(zero10),
      .slot10_o(slot10),
      .slot25_o(slot25),
      .zero25_o(zero25),
      .we32_o(we32),
      .slot32_o(slot32),
      .col_en_o(col_en),
      .take8_o(take8),
      .end8_o(end8),
      .width8_o(width8),
      .min8_o(min8),
      .nosc8_o(nosc8),
      .de_valid_o(de_valid),
      .de_ready_i(de_ready),
      .de_line_o(de_line),
      .de_step_o(de_step),
      .de_cols_o(de_cols),
      .de_last_o(de_last),
      .row_valid_o(row_valid),
      .row_di_o(row_di),
      .done_i(str_done_o),
      .cause_o(st_cause_o),
      .busy_o(exec_busy)
  );

  ing_stream_scale #(
      .PortBits(PortBits),
      .L(L)
  ) u_scale (
      .clk_i(clk),
      .rst_ni,
      .clr_i,
      .take_i(take8),
      .end_i(end8),
      .bytes_i(width8[1]),
      .min_i(min8),
      .noscale_i(nosc8),
      .sc_valid_i(sc_valid),
      .sc_data_i(sc_data),
      .sc_pop_o(sc_pop),
      .mn_valid_i(mn_valid),
      .mn_data_i(mn_data),
      .mn_pop_o(mn_pop),
      .scale_o(scale10),
      .min_o(min10)
  );

  for (genvar m = 0; m < TileM; m++) begin : g_col
    logic clk_col;
    wire logic ac_valid = ac_valid_i & (ac_col_i == 8'(m));
    ing_clkgate u_gate (
        .clk_i,
        .en_i((col_en[m] & awake) | ac_valid),
        .clk_o(clk_col)
    );
    ing_stream_col #(
        .PortBits(PortBits),
        .ActBlocks(ActBlocks),
        .L(L),
        .Depth(Depth)
    ) u_col (
        .clk_i(clk_col),
        .clr_i(clr_i | ~rst_ni),
        .ac_valid_i(ac_valid),
        .ac_block_i(ac_block_i[BW-1:0]),
        .ac_chunk_i,
        .ac_data_i,
        .ac_last_i,
        .ac_exp_i,
        .ac_sum_i,
        .act_rd_i(act_rd),
        .ex_rd_i(ex_rd),
        .act_block_i(act_block[BW-1:0]),
        .act_chunk_i(act_chunk),
        .width1_i(width1),
        .part1_i(part1),
        .min1_i(min1),
        .new1_i(new1),
        .w_i(w2),
        .width_i(width2),
        .v_i(mask2[m]),
        .first_i(first2),
        .last_i(last2),
        .sub_i(sub2),
        .end1_i(end1),
        .end5_i(end5),
        .end9_i(end9),
        .tick_i(tick),
        .dv_i(mask8[m]),
        .di_i(di8),
        .scale_i(scale10),
        .min_i(min10),
        .v10_i(mask10[m]),
        .last10_i(last10),
        .zero10_i(zero10),
        .slot10_i(slot10),
        .slot_i(slot25),
        .zero_i(zero25),
        .we_i(we32),
        .wslot_i(slot32),
        .y_o(rows[32*L*m +: 32*L])
    );
  end

  // ---- results
  logic ld_valid, ld_ready, ld_last;
  logic [15:0] ld_line;
  logic [2:0] ld_sub;
  logic [PortBits-1:0] ld_data;
  ing_clkgate u_gate_out (
      .clk_i,
      .en_i(awake & (collect_busy | de_valid | pk_start | pk_busy | clr_i | ~rst_ni)),
      .clk_o(clk_out)
  );
  ing_stream_pack #(
      .PortBits(PortBits)
  ) u_pack (
      .clk_i(clk_out),
      .rst_ni,
      .clr_i,
      .start_i(pk_start),
      .gather_i(pk_gather),
      .item_i(pk_item),
      .byte_i(pk_byte),
      .units_i(pk_units),
      .line_i(pk_line),
      .beat_valid_i(dig_valid),
      .beat_ready_o(pk_want),
      .beat_i(dig_data),
      .ld_valid_o(ld_valid),
      .ld_ready_i(ld_ready),
      .ld_line_o(ld_line),
      .ld_sub_o(ld_sub),
      .ld_last_o(ld_last),
      .ld_data_o(ld_data),
      .busy_o(pk_busy)
  );
  ing_collect #(
      .PortBits(PortBits),
      .TileM(TileM),
      .Lines(Lines),
      .L(L)
  ) u_collect (
      .clk_i(clk_out),
      .rst_ni,
      .clr_i,
      .de_valid_i(de_valid),
      .de_ready_o(de_ready),
      .de_line_i(de_line),
      .de_step_i(de_step),
      .de_cols_i(de_cols),
      .de_last_i(de_last),
      .row_valid_i(row_valid),
      .row_di_i(row_di),
      .row_i(rows),
      .ld_valid_i(ld_valid),
      .ld_ready_o(ld_ready),
      .ld_line_i(ld_line),
      .ld_sub_i(ld_sub),
      .ld_last_i(ld_last),
      .ld_data_i(ld_data),
      .sw_valid_o,
      .sw_ready_i,
      .sw_line_o,
      .sw_sub_o,
      .sw_data_o,
      .done_o(str_done_o),
      .busy_o(collect_busy)
  );

  // What is here for the sake of the port groups only.
  wire logic unused = (^fq_pc_i) ^ (^fq_prior_i) ^ (^unused_ready) ^ (^unused_empty) ^ (^mask0) ^ width8[0] ^ (^act_block) ^ (^ac_block_i);

endmodule

`default_nettype wire
