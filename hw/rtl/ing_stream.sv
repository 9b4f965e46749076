// SPDX-License-Identifier: MIT
// Execution of stream commands: issues digit beats to the columns, one a cycle, and keeps the control of the pipeline that
// all columns share. "cK" is the cycle K after a beat was issued, with full pipelines; with shorter ones what is said of c8
// and later comes sooner (ing_fp_pkg).
//
// Commands (sq_*) run in order, each with its verdict of ing_fetch; bit 16 of sq_wait_i holds one until vec_cnt_i has
// reached bits 15:0. The next MATMUL may be issued while the results of the one before are still on their way; LOAD and GATHER
// start when everything before them is done. A fault (bad verdict, refused memory) is raised when the command is the next
// to finish and vec_cnt_i has reached its sq_prior_i, and is held until clr_i.
//
// A beat waits for: its data; room for the results of its group (last block column); with one group of 4-bit rows at
// PortBits = 512, the accumulators, which may be used again after 8 cycles; with short blocks, that the rows of the
// group before have left.
//
// mask*_o: columns that the beat concerns; col_en_o: columns that have anything in flight. cause_o: ING_CNT_STREAM ..
// ING_CNT_PROGRAM, what this cycle was spent on; while results drain and nothing else can be done it is HAZARD.
// QueueDepth: commands held. TileM: columns. L: rows of a column that leave in a cycle. Depth: of the pipelines.
`default_nettype none

module ing_stream #(
    parameter int unsigned PortBits = 512,
    parameter int unsigned TileM = 4,
    parameter int unsigned QueueDepth = 16,
    parameter int unsigned L = PortBits < 128 ? 1 : PortBits / 128,
    parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL,
    localparam int unsigned D = PortBits / 32,
    localparam int unsigned UB = 16 / D,
    localparam int unsigned SW = UB == 1 ? 1 : $clog2(UB),
    localparam int unsigned AW = $clog2(64 / L)
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                sq_valid_i,
    output var  logic                sq_ready_o,
    input  wire logic [511:0]        sq_cmd_i,
    input  wire logic [31:0]         sq_pc_i,
    input  wire logic [16:0]         sq_wait_i,
    input  wire logic [15:0]         sq_prior_i,
    input  wire logic [15:0]         vec_cnt_i,
    output var  logic                fault_valid_o,
    output var  logic [7:0]          fault_code_o,
    output var  logic [31:0]         fault_pc_o,
    output var  logic [7:0]          fault_slot_o,
    output var  logic [31:0]         fault_off_o,
    // from fetch
    input  wire logic                vd_valid_i,
    input  wire logic [1:0]          vd_code_i,
    output var  logic                vd_pop_o,
    input  wire logic                mf_valid_i,
    input  wire logic [5:0]          mf_seq_i,
    input  wire logic [7:0]          mf_code_i,
    input  wire logic [31:0]         mf_off_i,
    input  wire logic                kv_wait_i,
    // the digit buffer
    input  wire logic                dig_valid_i,
    input  wire logic [PortBits-1:0] dig_data_i,
    output var  logic                dig_pop_o,
    // LOAD and GATHER
    output var  logic                pk_start_o,
    output var  logic                pk_gather_o,
    output var  logic [1:0]          pk_item_o,
    output var  logic [5:0]          pk_byte_o,
    output var  logic [19:0]         pk_units_o,
    output var  logic [15:0]         pk_line_o,
    input  wire logic                pk_want_i,
    input  wire logic                pk_busy_i,
    // columns
    output var  logic [TileM-1:0]    mask0_o,
    output var  logic                act_rd_o,
    output var  logic                ex_rd_o,
    output var  logic [15:0]         act_block_o,
    output var  logic [1:0]          act_chunk_o,
    output var  logic [1:0]          width1_o,
    output var  logic [1:0]          part1_o,
    output var  logic                min1_o,
    output var  logic                new1_o,
    output var  logic [PortBits-1:0] w2_o,
    output var  logic [1:0]          width2_o,
    output var  logic [TileM-1:0]    mask2_o,
    output var  logic                first2_o,
    output var  logic                last2_o,
    output var  logic [SW-1:0]       sub2_o,
    output var  logic                end1_o,
    output var  logic                end5_o,
    output var  logic                end9_o,
    output var  logic [4:0]          tick_o,
    output var  logic [TileM-1:0]    mask8_o,
    output var  logic [3:0]          di8_o,
    output var  logic [TileM-1:0]    mask10_o,
    output var  logic                last10_o,
    output var  logic                zero10_o,
    output var  logic [AW-1:0]       slot10_o,
    output var  logic [AW-1:0]       slot25_o,
    output var  logic                zero25_o,
    output var  logic                we32_o,
    output var  logic [AW-1:0]       slot32_o,
    output var  logic [TileM-1:0]    col_en_o,
    // scales
    output var  logic                take8_o,
    output var  logic                end8_o,
    output var  logic [1:0]          width8_o,
    output var  logic                min8_o,
    output var  logic                nosc8_o,
    // results
    output var  logic                de_valid_o,
    input  wire logic                de_ready_i,
    output var  logic [15:0]         de_line_o,
    output var  logic [15:0]         de_step_o,
    output var  logic [7:0]          de_cols_o,
    output var  logic                de_last_o,
    output var  logic                row_valid_o,
    output var  logic [3:0]          row_di_o,
    input  wire logic                done_i,
    output var  logic [2:0]          cause_o,
    output var  logic                busy_o
);

  localparam logic [3:0] LastDi = 4'(16 / L - 1);
  // Cycles from a beat's issue until nothing of it is in the pipeline.
  localparam int unsigned SumsAt = ing_fp_pkg::sums_at(Depth);      // c8
  localparam int unsigned ResultAt = ing_fp_pkg::result_at(Depth);  // c32
  localparam int unsigned SlotAt = ResultAt - 1 - ing_fp_pkg::fadd_latency(Depth);  // c25
  localparam int unsigned Drain = ResultAt + 2 + 16 / L;

  // ---- the queue of commands
  localparam int unsigned CW = 180;
  logic [CW-1:0] head;
  logic head_valid, head_pop, queue_empty;
  ing_fifo #(
      .Width(CW),
      .Depth(QueueDepth)
  ) u_queue (
      .clk_i,
      .rst_ni,
      .clr_i,
      .wvalid_i(sq_valid_i),
      .wready_o(sq_ready_o),
      .wdata_i({
        sq_pc_i,
        sq_wait_i,
        sq_prior_i,
        sq_cmd_i[ing_pkg::ING_F_OP_W*32 + ing_pkg::ING_F_OP_L +: ing_pkg::ING_F_OP_N],
        sq_cmd_i[ing_pkg::ING_S_SLOT_W*32 + ing_pkg::ING_S_SLOT_L +: ing_pkg::ING_S_SLOT_N],
        sq_cmd_i[ing_pkg::ING_S_WIDTH_W*32 + ing_pkg::ING_S_WIDTH_L +: ing_pkg::ING_S_WIDTH_N],
        sq_cmd_i[ing_pkg::ING_S_MIN_W*32 + ing_pkg::ING_S_MIN_L +: ing_pkg::ING_S_MIN_N],
        sq_cmd_i[ing_pkg::ING_S_NOSCALE_W*32 + ing_pkg::ING_S_NOSCALE_L +: ing_pkg::ING_S_NOSCALE_N],
        sq_cmd_i[ing_pkg::ING_S_TGROUPS_W*32 + ing_pkg::ING_S_TGROUPS_L +: ing_pkg::ING_S_TGROUPS_N],
        sq_cmd_i[ing_pkg::ING_S_COLS_W*32 + ing_pkg::ING_S_COLS_L +: ing_pkg::ING_S_COLS_N],
        sq_cmd_i[ing_pkg::ING_S_CHUNKS_W*32 + ing_pkg::ING_S_CHUNKS_L +: ing_pkg::ING_S_CHUNKS_N],
        sq_cmd_i[ing_pkg::ING_S_ROWS_W*32 + ing_pkg::ING_S_ROWS_L +: ing_pkg::ING_S_ROWS_N],
        sq_cmd_i[ing_pkg::ING_S_BLOCKS_W*32 + ing_pkg::ING_S_BLOCKS_L +: ing_pkg::ING_S_BLOCKS_N],
        sq_cmd_i[ing_pkg::ING_S_ACT_W*32 + ing_pkg::ING_S_ACT_L +: ing_pkg::ING_S_ACT_N],
        sq_cmd_i[ing_pkg::ING_S_DST_W*32 + ing_pkg::ING_S_DST_L +: ing_pkg::ING_S_DST_N],
        sq_cmd_i[ing_pkg::ING_S_DSTCOL_W*32 + ing_pkg::ING_S_DSTCOL_L +: ing_pkg::ING_S_DSTCOL_N]
      }),
      .rvalid_o(head_valid),
      .rready_i(head_pop),
      .rdata_o(head),
      .empty_o(queue_empty)
  );
  wire logic unused_cmd = (^sq_cmd_i) ^ (^wait_left) ^ (^prior_left);

  wire logic [31:0] h_pc;
  wire logic [16:0] h_wait;
  wire logic [15:0] h_prior, h_act, h_dst, h_step;
  wire logic [7:0] h_op, h_slot, h_cols;
  wire logic [1:0] h_width;
  wire logic h_min, h_nosc;
  wire logic [2:0] h_tg;
  wire logic [3:0] h_short;
  wire logic [19:0] h_rows;
  wire logic [11:0] h_blocks;
  assign {h_pc, h_wait, h_prior, h_op, h_slot, h_width, h_min, h_nosc, h_tg, h_cols, h_short, h_rows, h_blocks, h_act, h_dst,
      h_step} = head;
  wire logic h_mm = h_op == 8'(ing_pkg::ING_OP_MATMUL);
  wire logic h_data = h_cols == 8'(ing_pkg::ING_PART_DATA);
  wire logic [15:0] wait_left = vec_cnt_i - h_wait[15:0];
  wire logic h_held = h_wait[16] & wait_left[15];

  // ---- the command at work
  logic mm_q, pk_q;                          // a MATMUL; a LOAD or GATHER
  logic [31:0] pc_q;
  logic [15:0] prior_q, act_q, step_q;
  logic [7:0] slot_q, cols_q;
  logic [TileM-1:0] mask_q;
  logic [1:0] width_q;
  logic min_q, nosc_q;
  logic [2:0] tg_q;
  logic [11:0] blocks_q;
  logic [3:0] last_chunk_q;
  logic short_q;                             // the groups have fewer chunks than their format
  logic tiny_q;                              // so few beats that the dot products need a pause to begin the next group
  logic [1:0] pause_q;
  // where it is
  logic [16:0] groups_q;                     // groups left, from this tile on
  logic [15:0] line_q;
  logic [15:0] block_q;                      // activation block
  logic [11:0] left_q;                       // block columns left of the tile
  logic bfirst_q;
  logic [1:0] g_q;
  logic [3:0] chunk_q;
  logic [SW-1:0] sub_q;
  logic [5:0] seq_q;
  logic [4:0] open_q;                        // commands started and not done
  logic [3:0] hazard_q;
  logic [3:0] leaving_q;                     // cycles for which the last group's rows still leave
  logic [5:0] drain_q;

  wire logic last_tile = groups_q <= {14'd0, tg_q};
  wire logic [2:0] here = last_tile ? groups_q[2:0] : tg_q;
  wire logic sub_end = UB == 1 ? 1'b1 : sub_q == SW'(UB - 1);
  wire logic chunk_end = chunk_q == last_chunk_q;
  wire logic group_end = sub_end & chunk_end;
  wire logic block_end = group_end & ({1'b0, g_q} + 3'd1 == here);
  wire logic last_block = left_q == 12'd1;
  wire logic tile_end = block_end & last_block;
  wire logic mm_end = tile_end & last_tile;
  wire logic hazard = (PortBits == 512 && hazard_q != 4'd0 && here == 3'd1 && (width_q == 2'd0 || short_q) && chunk_end)
      || (short_q && leaving_q != 4'd0 && chunk_end) || pause_q != 2'd0;
  wire logic no_room = group_end & last_block & ~de_ready_i;
  wire logic go = mm_q & dig_valid_i & ~hazard & ~no_room;
  wire logic mm_free = ~mm_q | (go & mm_end);

  wire logic h_good = head_valid & vd_valid_i & vd_code_i == 2'd0 & ~h_held;
  wire logic start = h_good & ~fault_valid_o & ~pk_q & (h_mm ? mm_free : ~mm_q & open_q == 5'd0) & open_q != 5'd31;
  assign head_pop = start;
  assign vd_pop_o = start;
  assign dig_pop_o = go | (pk_want_i & dig_valid_i);

  // ---- faults
  wire logic [15:0] prior_left = vec_cnt_i - (mm_q | pk_q ? prior_q : h_prior);
  wire logic bad_memory = (mm_q | pk_q) & mf_valid_i & mf_seq_i == seq_q & open_q == 5'd1;
  wire logic bad_fields = ~mm_q & ~pk_q & head_valid & vd_valid_i & vd_code_i != 2'd0 & open_q == 5'd0;
  always_ff @(posedge clk_i) begin : faults
    if (!rst_ni || clr_i) begin
      fault_valid_o <= 1'b0;
    end else if (!fault_valid_o && !prior_left[15] && (bad_memory || bad_fields)) begin
      fault_valid_o <= 1'b1;
      fault_code_o <= bad_memory ? mf_code_i : {6'd0, vd_code_i};
      fault_pc_o <= bad_memory ? pc_q : h_pc;
      fault_slot_o <= bad_memory ? slot_q : 8'd0;
      fault_off_o <= bad_memory ? mf_off_i : 32'd0;
    end
  end

  // ---- issue
  always_ff @(posedge clk_i) begin : command
    if (start) begin
      pc_q <= h_pc;
      prior_q <= h_prior;
      slot_q <= h_slot;
      act_q <= h_act;
      step_q <= h_step;
      cols_q <= h_cols;
      for (int m = 0; m < TileM; m++) mask_q[m] <= 8'(m) < h_cols;
      width_q <= h_width;
      min_q <= h_min;
      nosc_q <= h_nosc;
      tg_q <= h_tg;
      blocks_q <= h_blocks;
      last_chunk_q <= (h_short != 4'd0 ? h_short : 4'(5'd4 << h_width)) - 4'd1;
      short_q <= h_short != 4'd0;
      tiny_q <= h_short == 4'd1 || (h_short != 4'd0 && 8'(h_short) * 8'(UB) < 8'd4);
      groups_q <= {1'b0, h_rows[19:4]} + {16'd0, h_rows[3:0] != 4'd0};
      line_q <= h_dst;
      block_q <= h_act;
      left_q <= h_blocks;
      bfirst_q <= 1'b1;
      g_q <= '0;
      chunk_q <= '0;
      sub_q <= '0;
    end else if (go) begin
      sub_q <= sub_end ? '0 : sub_q + SW'(1);
      if (sub_end) chunk_q <= chunk_end ? 4'd0 : chunk_q + 4'd1;
      if (group_end) g_q <= block_end ? 2'd0 : g_q + 2'd1;
      if (group_end && last_block) line_q <= line_q + 16'd1;
      if (block_end) begin
        left_q <= last_block ? blocks_q : left_q - 12'd1;
        block_q <= last_block ? act_q : block_q + 16'd1;
        bfirst_q <= last_block;
      end
      if (tile_end) groups_q <= groups_q - {14'd0, tg_q};
    end
  end

  always_ff @(posedge clk_i) begin : state
    if (!rst_ni || clr_i) begin
      mm_q <= 1'b0;
      pk_q <= 1'b0;
      seq_q <= '1;
      open_q <= '0;
      hazard_q <= '0;
      leaving_q <= '0;
      pause_q <= '0;
      drain_q <= '0;
      tick_o <= '0;
    end else begin
      if (start && h_mm) mm_q <= 1'b1;
      else if (go && mm_end) mm_q <= 1'b0;
      if (start && !h_mm) pk_q <= 1'b1;
      else if (!pk_busy_i && !pk_start_o) pk_q <= 1'b0;
      if (start) seq_q <= seq_q + 6'd1;
      open_q <= open_q + 5'(start) - 5'(done_i);
      if (go && group_end) hazard_q <= 4'd7;
      else if (hazard_q != 4'd0) hazard_q <= hazard_q - 4'd1;
      if (go && group_end && tiny_q) pause_q <= 2'd3;
      else if (pause_q != 2'd0) pause_q <= pause_q - 2'd1;
      if (go && group_end) leaving_q <= LastDi;
      else if (leaving_q != 4'd0) leaving_q <= leaving_q - 4'd1;
      if (go) drain_q <= 6'(Drain);
      else if (drain_q != 6'd0) drain_q <= drain_q - 6'd1;
      tick_o <= tick_o + 5'd1;
    end
  end
  assign busy_o = ~queue_empty | mm_q | pk_q | open_q != 5'd0 | drain_q != 6'd0;

  // LOAD and GATHER: the packer starts in the cycle after.
  always_ff @(posedge clk_i) begin : packer
    if (!rst_ni || clr_i) pk_start_o <= 1'b0;
    else pk_start_o <= start & ~h_mm;
    if (start) begin
      pk_gather_o <= h_op == 8'(ing_pkg::ING_OP_GATHER);
      pk_item_o <= h_data ? 2'd2 : h_width[1] ? 2'd0 : 2'd1;
      pk_byte_o <= h_data ? {h_rows[3:0], 2'd0} : h_width[1] ? h_rows[5:0] : {h_rows[4:0], 1'b0};
      pk_units_o <= h_op == 8'(ing_pkg::ING_OP_LOAD) ? h_rows
          : h_data ? {8'd0, h_blocks} << ({1'b0, h_width} + 3'd2) : {8'd0, h_blocks};
      pk_line_o <= h_dst;
    end
  end

  // c0: activations are read whenever the digits need the next 8.
  assign mask0_o = go ? mask_q : '0;
  assign act_rd_o = go & (sub_q == '0)
      & (width_q == 2'd0 | (width_q[0] & ~chunk_q[0]) | (width_q[1] & chunk_q[1:0] == 2'd0));
  assign ex_rd_o = go & (sub_q == '0) & (chunk_q == 4'd0);
  assign act_block_o = block_q;
  assign act_chunk_o = width_q == 2'd0 ? chunk_q[1:0] : width_q[0] ? chunk_q[2:1] : chunk_q[3:2];

  assign de_valid_o = go & group_end & last_block;
  assign de_line_o = line_q;
  assign de_step_o = step_q;
  assign de_cols_o = cols_q;
  assign de_last_o = mm_end;

  // c1 .. c7: control of a beat. Its bits:
  localparam int unsigned KMin = 2;
  localparam int unsigned KNosc = 3;
  localparam int unsigned KGroup = 4;        // 2 bits
  localparam int unsigned KBlast = 6;        // last block column of the tile
  localparam int unsigned KBfirst = 7;
  localparam int unsigned KBend = 8;         // last beat of the block column
  localparam int unsigned KGend = 9;         // last beat of the group
  localparam int unsigned KLast = 10;        // last chunk
  localparam int unsigned KFirst = 11;
  localparam int unsigned KPart = 12;        // 2 bits
  localparam int unsigned KSub = 14;         // 3 bits
  logic [16:0] ctl_q[1:7];
  logic [TileM-1:0] mask_at_q[1:7];
  logic [7:1] v_q;
  logic [PortBits-1:0] w1_q;
  always_ff @(posedge clk_i) begin : beat
    if (go) w1_q <= dig_data_i;
    if (v_q[1]) w2_o <= w1_q;
    ctl_q[1] <= {3'(sub_q), chunk_q[1:0], chunk_q == 4'd0, chunk_end, group_end, block_end, bfirst_q, last_block, g_q, nosc_q,
        min_q, width_q};
    mask_at_q[1] <= mask0_o;
    for (int k = 2; k <= 7; k++) begin
      ctl_q[k] <= ctl_q[k-1];
      mask_at_q[k] <= mask_at_q[k-1];
    end
  end
  assign width1_o = ctl_q[1][1:0];
  assign part1_o = ctl_q[1][KPart +: 2];
  assign min1_o = ctl_q[1][KMin];
  assign new1_o = v_q[1] & ctl_q[1][KFirst] & ctl_q[1][KSub +: SW] == '0;
  assign width2_o = ctl_q[2][1:0];
  assign mask2_o = mask_at_q[2];
  assign first2_o = ctl_q[2][KFirst];
  assign last2_o = ctl_q[2][KLast];
  assign sub2_o = ctl_q[2][KSub +: SW];
  assign end1_o = v_q[1] & ctl_q[1][KGend];
  assign end5_o = v_q[5] & ctl_q[5][KGend];  // between the two others with full pipelines only

  // c8 and on: a group's rows leave, L a cycle.
  wire logic end7 = v_q[SumsAt-1] & ctl_q[SumsAt-1][KGend];
  logic end8_q, end9_q, dv_q;
  logic [3:0] di_q;
  logic [16:0] dctl_q;
  logic [TileM-1:0] dmask_q;
  always_ff @(posedge clk_i) begin : drain
    if (!rst_ni || clr_i) begin
      v_q <= '0;
      end8_q <= 1'b0;
      end9_q <= 1'b0;
      dv_q <= 1'b0;
    end else begin
      v_q <= {v_q[6:1], go};
      end8_q <= end7;
      end9_q <= end8_q;
      if (end7) dv_q <= 1'b1;
      else if (di_q == LastDi) dv_q <= 1'b0;
    end
    if (end7) begin
      di_q <= 4'd0;
      dctl_q <= ctl_q[SumsAt-1];
      dmask_q <= mask_at_q[SumsAt-1];
    end else if (dv_q) begin
      di_q <= di_q + 4'd1;
    end
  end
  assign end9_o = end9_q;
  assign mask8_o = dv_q ? dmask_q : '0;
  assign di8_o = di_q;
  assign take8_o = dv_q;
  assign end8_o = dctl_q[KBend] & (di_q == LastDi);
  assign width8_o = dctl_q[1:0];
  assign min8_o = dctl_q[KMin];
  assign nosc8_o = dctl_q[KNosc];

  // {di, group, first, last block} from c8 to c25 and c32.
  wire logic [7:0] info8 = {di_q, dctl_q[KGroup +: 2], dctl_q[KBfirst], dctl_q[KBlast]};
  logic [7:0] info25, info32;
  if (Depth == ing_fp_pkg::DEPTH_FULL) begin : g_ring
    // Through a ring of 16, then through a shift register.
    logic [7:0] ring[16];
    logic [7:0] info25_q;
    logic [55:0] info_q;
    always_ff @(posedge clk_i) begin
      ring[tick_o[3:0]] <= info8;
      info25_q <= ring[tick_o[3:0]];
      info_q <= {info_q[47:0], info25_q};
    end
    assign info25 = info25_q;
    assign info32 = info_q[55:48];
  end else begin : g_shift
    logic [8*(ResultAt-SumsAt)-1:0] info_q;
    always_ff @(posedge clk_i) info_q <= (8 * (ResultAt - SumsAt))'({info_q, info8});
    assign info25 = info_q[8*(SlotAt-SumsAt-1) +: 8];
    assign info32 = info_q[8*(ResultAt-SumsAt-1) +: 8];
  end

  logic [15:0] early_q;
  logic [TileM-1:0] mask9_q, mask10_q;
  logic [ResultAt-SumsAt:1] dv_at_q;
  always_ff @(posedge clk_i) begin : rows
    early_q <= {early_q[7:0], info8};
    mask9_q <= mask8_o;
    mask10_q <= mask9_q;
    if (!rst_ni || clr_i) dv_at_q <= '0;
    else dv_at_q <= {dv_at_q[ResultAt-SumsAt-1:1], dv_q};
  end
  assign mask10_o = mask10_q;
  assign last10_o = early_q[8];
  assign zero10_o = early_q[9];
  assign slot10_o = {early_q[11:10], early_q[12 +: AW-2]};
  assign slot25_o = {info25[3:2], info25[4 +: AW-2]};
  assign zero25_o = info25[1];
  assign we32_o = dv_at_q[ResultAt-SumsAt];
  assign slot32_o = {info32[3:2], info32[4 +: AW-2]};
  assign row_valid_o = we32_o & info32[0];
  assign row_di_o = info32[7:4];
  wire logic unused_info = info32[1] ^ (^dctl_q) ^ (^early_q) ^ (^info25);

  // Columns are kept running until their last results are out.
  for (genvar m = 0; m < TileM; m++) begin : g_col
    logic [5:0] run_q;
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clr_i) run_q <= '0;
      else if (mask0_o[m]) run_q <= 6'(Drain);
      else if (run_q != 6'd0) run_q <= run_q - 6'd1;
    end
    assign col_en_o[m] = mask0_o[m] | (run_q != 6'd0) | clr_i | ~rst_ni;
  end

  // ---- what the cycle was spent on
  always_comb begin : cause
    if (go || (pk_want_i && dig_valid_i)) cause_o = 3'(ing_pkg::ING_CNT_STREAM);
    else if (mm_q ? !dig_valid_i : pk_q && pk_want_i) begin
      cause_o = kv_wait_i ? 3'(ing_pkg::ING_CNT_KV) : 3'(ing_pkg::ING_CNT_REFILL);
    end else if (mm_q || pk_q || open_q != 5'd0) cause_o = 3'(ing_pkg::ING_CNT_HAZARD);
    else if (head_valid) begin
      cause_o = h_held ? 3'(ing_pkg::ING_CNT_VECTOR) : 3'(ing_pkg::ING_CNT_REFILL);
    end else cause_o = 3'(ing_pkg::ING_CNT_PROGRAM);
  end

endmodule

`default_nettype wire
