// SPDX-License-Identifier: MIT
// Fetch of stream commands: judges their fields, walks their memory, requests it ahead of execution, and says into which
// buffer each beat that comes back belongs.
//
// Commands (fq_*) are taken in order; each gets a verdict (vd_*: ING_FAULT_NONE, _OPCODE, _FIELD or _RANGE, one a command,
// in order) before its first request; after a bad one nothing more is fetched. fq_wait_i: bit 16 set holds the
// requests until vec_cnt_i has reached bits 15:0; kv_wait_o is high meanwhile, once all that was asked for has come.
//
// A command is walked as runs of units (sections, digits), cut into pieces; a piece is taken when its buffer has room for
// it, reserved from then on until the engine pops it (*_pop_i), and joined to the request before it if it
// follows on, up to a border of 64 units. Of a section only the beats that are used are kept. A last tile of fewer
// groups is read without the digits of the groups that are not there. GATHER reads the units that have the row.
//
// Refusals: mf_valid_o with the number of the command (mf_seq_o, counted from 0, modulo 64), code and offset; what was
// asked for before the refused request is still delivered, nothing after it. clr_i empties the block; beats on their way
// are swallowed when they come, and until then no request is made.
//
// FifoBeats, ScaleBeats: beats of the digit buffer, and of each of the buffers of scales and minima. QueueDepth: commands
// held. Others: as in ing_stream_unit.
`default_nettype none

module ing_fetch #(
    parameter int unsigned PortBits = 512,
    parameter int unsigned TileM = 4,
    parameter int unsigned ActBlocks = 512,
    parameter int unsigned FifoBeats = 512,
    parameter int unsigned ScaleBeats = 128,
    parameter int unsigned ScratchLines = 4096,
    parameter int unsigned QueueDepth = 16
) (
    input  wire logic         clk_i,
    input  wire logic         rst_ni,
    input  wire logic         clr_i,
    input  wire logic         fq_valid_i,
    output var  logic         fq_ready_o,
    input  wire logic [511:0] fq_cmd_i,
    input  wire logic [16:0]  fq_wait_i,
    input  wire logic [15:0]  vec_cnt_i,
    output var  logic         vd_valid_o,
    output var  logic [1:0]   vd_code_o,
    input  wire logic         vd_pop_i,
    output var  logic         mf_valid_o,
    output var  logic [5:0]   mf_seq_o,
    output var  logic [7:0]   mf_code_o,
    output var  logic [31:0]  mf_off_o,
    output var  logic         rq_valid_o,
    input  wire logic         rq_ready_i,
    output var  logic [7:0]   rq_slot_o,
    output var  logic [31:0]  rq_off_o,
    output var  logic [6:0]   rq_len_o,
    input  wire logic         rd_valid_i,
    input  wire logic         rq_fault_i,
    input  wire logic [7:0]   rq_fault_code_i,
    input  wire logic [31:0]  rq_fault_off_i,
    output var  logic         dig_we_o,
    output var  logic         sc_we_o,
    output var  logic         mn_we_o,
    input  wire logic         dig_pop_i,
    input  wire logic         sc_pop_i,
    input  wire logic         mn_pop_i,
    output var  logic         kv_wait_o,
    output var  logic         busy_o
);

  localparam int unsigned UB = 512 / PortBits;
  localparam int unsigned UBL = $clog2(UB);
  // Largest piece, units: a quarter of the digit buffer, and not more than a request.
  localparam int unsigned Quarter = FifoBeats / UB / 4;
  localparam int unsigned Piece = Quarter > 64 ? 64 : Quarter;
  localparam int unsigned PL = $clog2(Piece);
  localparam int unsigned RW = $clog2(FifoBeats + 1) > $clog2(ScaleBeats + 1) ? $clog2(FifoBeats + 1) : $clog2(ScaleBeats + 1);
  localparam int unsigned OW = RW + 2;

  if (Quarter < 1 || (1 << PL) != Piece) begin : g_bad_fifo
    $fatal(1, "ing_fetch: FifoBeats must be a power of two, at least 4 units");
  end
  if (ScaleBeats < 2 * UB) begin : g_bad_scale
    $fatal(1, "ing_fetch: ScaleBeats must hold a section of 2 units");
  end

  // ---- the queue of commands: the fields that fetch needs
  localparam int unsigned CW = 164;
  logic [CW-1:0] cmd_in, cmd;
  logic cmd_valid, cmd_pop, cmd_empty;
  logic unused_fields;
  assign cmd_in = {
    fq_wait_i,
    fq_cmd_i[ing_pkg::ING_F_OP_W*32 + ing_pkg::ING_F_OP_L +: ing_pkg::ING_F_OP_N],
    fq_cmd_i[ing_pkg::ING_S_SLOT_W*32 + ing_pkg::ING_S_SLOT_L +: ing_pkg::ING_S_SLOT_N],
    fq_cmd_i[ing_pkg::ING_S_WIDTH_W*32 + ing_pkg::ING_S_WIDTH_L +: ing_pkg::ING_S_WIDTH_N],
    fq_cmd_i[ing_pkg::ING_S_MIN_W*32 + ing_pkg::ING_S_MIN_L +: ing_pkg::ING_S_MIN_N],
    fq_cmd_i[ing_pkg::ING_S_NOSCALE_W*32 + ing_pkg::ING_S_NOSCALE_L +: ing_pkg::ING_S_NOSCALE_N],
    fq_cmd_i[ing_pkg::ING_S_TGROUPS_W*32 + ing_pkg::ING_S_TGROUPS_L +: ing_pkg::ING_S_TGROUPS_N],
    fq_cmd_i[ing_pkg::ING_S_COLS_W*32 + ing_pkg::ING_S_COLS_L +: ing_pkg::ING_S_COLS_N],
    fq_cmd_i[ing_pkg::ING_S_CHUNKS_W*32 + ing_pkg::ING_S_CHUNKS_L +: ing_pkg::ING_S_CHUNKS_N],
    fq_cmd_i[ing_pkg::ING_S_OFFSET_W*32 + ing_pkg::ING_S_OFFSET_L +: ing_pkg::ING_S_OFFSET_N],
    fq_cmd_i[ing_pkg::ING_S_ROWS_W*32 + ing_pkg::ING_S_ROWS_L +: ing_pkg::ING_S_ROWS_N],
    fq_cmd_i[ing_pkg::ING_S_BLOCKS_W*32 + ing_pkg::ING_S_BLOCKS_L +: ing_pkg::ING_S_BLOCKS_N],
    fq_cmd_i[ing_pkg::ING_S_ACT_W*32 + ing_pkg::ING_S_ACT_L +: ing_pkg::ING_S_ACT_N],
    fq_cmd_i[ing_pkg::ING_S_DST_W*32 + ing_pkg::ING_S_DST_L +: ing_pkg::ING_S_DST_N],
    fq_cmd_i[ing_pkg::ING_S_DSTCOL_W*32 + ing_pkg::ING_S_DSTCOL_L +: ing_pkg::ING_S_DSTCOL_N]
  };
  assign unused_fields = ^fq_cmd_i;
  ing_fifo #(
      .Width(CW),
      .Depth(QueueDepth)
  ) u_queue (
      .clk_i,
      .rst_ni,
      .clr_i,
      .wvalid_i(fq_valid_i),
      .wready_o(fq_ready_o),
      .wdata_i(cmd_in),
      .rvalid_o(cmd_valid),
      .rready_i(cmd_pop),
      .rdata_o(cmd),
      .empty_o(cmd_empty)
  );

  // ---- the command at work
  logic [16:0] wait_q;
  logic [7:0] op_q, slot_q, cols_q;
  logic [1:0] width_q;
  logic min_q, nosc_q;
  logic [2:0] tg_q;
  logic [31:0] off_q;
  logic [19:0] rows_q;
  logic [11:0] blocks_q;
  logic [15:0] act_q, dst_q, step_q;
  logic [3:0] short_q;                       // chunks read of a group, 0: all
  wire logic is_mm = op_q == 8'(ing_pkg::ING_OP_MATMUL);
  wire logic is_ld = op_q == 8'(ing_pkg::ING_OP_LOAD);
  wire logic is_ga = op_q == 8'(ing_pkg::ING_OP_GATHER);
  wire logic w16 = width_q[1];
  wire logic part_data = cols_q == 8'(ing_pkg::ING_PART_DATA);
  wire logic part_min = cols_q == 8'(ing_pkg::ING_PART_MIN);

  localparam logic [3:0] FIdle = 4'd0;
  localparam logic [3:0] FDecode = 4'd1;
  localparam logic [3:0] FSum = 4'd2;
  localparam logic [3:0] FVerdict = 4'd3;
  localparam logic [3:0] FWait = 4'd4;
  localparam logic [3:0] FTile = 4'd5;
  localparam logic [3:0] FRun = 4'd6;
  localparam logic [3:0] FStop = 4'd7;
  logic [3:0] state_q;

  // ---- judgement
  wire logic fmt_bad = width_q == 2'd3 || (tg_q != 3'd1 && tg_q != 3'd2 && tg_q != 3'd4) || (w16 ? min_q : nosc_q);
  wire logic [16:0] groups = {1'b0, rows_q[19:4]} + {16'd0, rows_q[3:0] != 4'd0};
  logic bad_q, unknown_q;
  logic [23:0] end_q;
  logic [16:0] act_end_q;
  logic [7:0] more_q;
  wire logic range_bad = end_q > 24'(ScratchLines) || (is_mm && act_end_q > 17'(ActBlocks));
  wire logic [1:0] verdict = unknown_q ? 2'(ing_pkg::ING_FAULT_OPCODE) : bad_q ? 2'(ing_pkg::ING_FAULT_FIELD)
      : range_bad ? 2'(ing_pkg::ING_FAULT_RANGE) : 2'(ing_pkg::ING_FAULT_NONE);

  logic vd_ready, vd_empty;
  ing_fifo #(
      .Width(2),
      .Depth(QueueDepth)
  ) u_verdicts (
      .clk_i,
      .rst_ni,
      .clr_i,
      .wvalid_i(state_q == FVerdict),
      .wready_o(vd_ready),
      .wdata_i(verdict),
      .rvalid_o(vd_valid_o),
      .rready_i(vd_pop_i),
      .rdata_o(vd_code_o),
      .empty_o(vd_empty)
  );

  // ---- shape of the walk
  logic [1:0] sec_q;                         // units of a section
  logic [4:0] chunks_q;
  logic [6:0] block_q;                       // units of a block column
  logic [6:0] gather_q;                      // GATHER: first unit within a block column
  logic [16:0] groups_q;                     // groups left, from this tile on
  logic [11:0] blk_q;                        // block columns left of the tile
  logic [6:0] skip_q;                        // units left out after the digits
  logic [6:0] data_q;                        // units of a run of digits: of a block, of a group if it is short
  logic [6:0] gap_q;                         // units left out after each group but the last
  logic [1:0] group_q;                       // groups after this one, in the block, if they are runs of their own
  logic [4:0] use_q;                         // beats kept of a section
  logic [5:0] seq_q;
  wire logic [2:0] here = groups_q > {14'd0, tg_q} ? tg_q : groups_q[2:0];
  wire logic last_tile = groups_q <= {14'd0, tg_q};
  // Bytes of a section that are used: 16 or 32 a group.
  wire logic [7:0] used = w16 ? {1'b0, here, 4'd0} : {here, 5'd0};

  // ---- the walk
  localparam logic [1:0] KindScale = 2'd0;
  localparam logic [1:0] KindMin = 2'd1;
  localparam logic [1:0] KindData = 2'd2;
  wire logic [1:0] kind_first = is_mm && sec_q != 2'd0 ? KindScale : KindData;
  logic [1:0] kind_q;
  logic [32:0] addr_q;
  logic [19:0] left_q;                       // units left of the run
  logic [4:0] keep_q;                        // beats to keep, left of the section
  wire logic [PL:0] border = (PL + 1)'(Piece) - ((PL + 1)'(Piece - 1) & (PL + 1)'(addr_q));
  wire logic run_end = left_q <= 20'(border);
  wire logic [6:0] piece = run_end ? left_q[6:0] : 7'(border);
  wire logic [RW:0] beats = (RW + 1)'(piece) << UBL;
  wire logic [RW:0] keep = kind_q == KindData || (RW + 1)'(keep_q) > beats ? beats : (RW + 1)'(keep_q);
  logic [RW-1:0] room_d_q, room_s_q, room_m_q;
  wire logic [RW-1:0] room = kind_q == KindData ? room_d_q : kind_q == KindMin ? room_m_q : room_s_q;
  wire logic data_end = run_end & (kind_q == KindData);
  wire logic block_end = data_end & (group_q == 2'd0);
  wire logic [6:0] skip = block_end ? skip_q : data_end ? gap_q : 7'd0;
  wire logic tile_end = block_end & (blk_q == 12'd1);
  wire logic all_end = tile_end & (~is_mm | last_tile);
  wire logic [33:0] after = {1'b0, addr_q} + {27'd0, piece} + {27'd0, skip};

  // ---- pieces become requests
  logic tag_ready, tag_valid, tag_pop, tag_empty;
  logic b_valid_q, b_closed_q, b_wrap_q;
  logic [31:0] b_off_q;
  logic [7:0] b_slot_q;
  logic [6:0] b_len_q;
  logic [OW-1:0] b_beats_q, rq_beats_q;
  wire logic piece_ok = state_q == FRun & ~mf_valid_o & tag_ready & ({1'b0, room} >= keep);
  wire logic move = b_valid_q & ~mf_valid_o & (~rq_valid_o | rq_ready_i) & (b_closed_q | ~piece_ok);
  wire logic take = piece_ok & (~b_valid_q | ~b_closed_q | move);
  wire logic fresh = ~b_valid_q | move;
  wire logic close = addr_q[5:0] + piece[5:0] == 6'd0 || all_end || skip != 7'd0 || addr_q[32];
  logic wrap_q;
  logic [31:0] wrap_off_q;

  // ---- requests judged two cycles after they were taken
  logic [OW-1:0] j1_beats_q, j2_beats_q;
  logic [5:0] b_seq_q, rq_seq_q, j1_seq_q, j2_seq_q;
  logic rq_wrap_q, j1_wrap_q, j2_wrap_q;
  logic j1_q, j2_q;
  logic [OW:0] due_q, good_q;                // beats to come; of these, before the refused request
  logic purge_q;
  wire logic accept = rq_valid_o & rq_ready_i;
  wire logic refused = rq_fault_i & j2_q;
  wire logic [OW:0] due_left = due_q - (refused ? {1'b0, j2_beats_q} : '0) - (OW + 1)'(rd_valid_i);

  // ---- the way back
  wire logic [13:0] tag;
  ing_fifo #(
      .Width(14),
      .Depth(64)
  ) u_tags (
      .clk_i,
      .rst_ni,
      .clr_i,
      .wvalid_i(take),
      .wready_o(tag_ready),
      .wdata_i({kind_q, piece, keep_q}),
      .rvalid_o(tag_valid),
      .rready_i(tag_pop),
      .rdata_o(tag),
      .empty_o(tag_empty)
  );
  logic [6+UBL:0] back_q;
  wire logic [1:0] tag_kind = tag[13:12];
  wire logic [6+UBL:0] tag_last = ((7 + UBL)'(tag[11:5]) << UBL) - (7 + UBL)'(1);
  wire logic back = rd_valid_i & ~purge_q & ~(mf_valid_o & good_q == '0);
  wire logic kept = back_q < (7 + UBL)'(tag[4:0]);
  assign tag_pop = back & (back_q == tag_last);
  assign dig_we_o = back & (tag_kind == KindData);
  assign sc_we_o = back & kept & (tag_kind == KindScale);
  assign mn_we_o = back & kept & (tag_kind == KindMin);

  wire logic [15:0] ahead = vec_cnt_i - wait_q[15:0];
  wire logic held = wait_q[16] & ahead[15];
  assign kv_wait_o = (state_q == FWait) & held & (due_q == '0);
  assign cmd_pop = state_q == FIdle & ~purge_q;
  assign busy_o = ~cmd_empty | ~vd_empty | (state_q != FIdle) | b_valid_q | rq_valid_o | j1_q | j2_q | (due_q != '0) | purge_q;

  always_ff @(posedge clk_i) begin : walk_data
    case (state_q)
      FIdle: begin
        {wait_q, op_q, slot_q, width_q, min_q, nosc_q, tg_q, cols_q, short_q, off_q, rows_q, blocks_q, act_q, dst_q,
            step_q} <= cmd;
      end
      FDecode: begin
        unknown_q <= ~is_mm & ~is_ld & ~is_ga;
        bad_q <= (is_mm & (fmt_bad | rows_q == 20'd0 | blocks_q == 12'd0 | cols_q == 8'd0 | cols_q > 8'(TileM)
                | {1'b0, short_q} > (5'd4 << width_q)))
            | (~is_mm & short_q != 4'd0)
            | (is_ld & (rows_q == 20'd0 | cols_q != 8'd0))
            | (is_ga & (fmt_bad | blocks_q == 12'd0 | cols_q > 8'(ing_pkg::ING_PART_MIN) | rows_q >= {13'd0, tg_q, 4'd0}
                | (part_min & ~min_q) | (cols_q == 8'(ing_pkg::ING_PART_SCALE) & nosc_q)));
        act_end_q <= {1'b0, act_q} + {5'd0, blocks_q};
        if (is_mm) end_q <= {8'd0, dst_q} + {7'd0, groups};
        else if (is_ld) end_q <= {8'd0, dst_q} + {4'd0, rows_q};
        else if (part_data) end_q <= {8'd0, dst_q} + (((24'(blocks_q) << ({1'b0, width_q} + 3'd2)) + 24'd15) >> 4);
        else end_q <= {8'd0, dst_q} + (((24'(blocks_q) << ~w16) + 24'd63) >> 6);
        more_q <= is_mm && cols_q <= 8'(TileM) ? cols_q : 8'd1;
        sec_q <= nosc_q ? 2'd0 : tg_q[2] && !w16 ? 2'd2 : 2'd1;
        chunks_q <= 5'd4 << width_q;
        groups_q <= groups;
        blk_q <= is_ld ? 12'd1 : blocks_q;
      end
      FSum: begin
        if (more_q > 8'd1) begin
          end_q <= end_q + {8'd0, step_q};
          more_q <= more_q - 8'd1;
        end
        block_q <= {5'd0, sec_q} + (min_q ? {5'd0, sec_q} : 7'd0) + ({2'd0, chunks_q} << tg_q[2:1]);
        gather_q <= part_data ? {5'd0, sec_q} + (min_q ? {5'd0, sec_q} : 7'd0) + ({3'd0, rows_q[5:4], 2'd0} << width_q)
            : (part_min ? {5'd0, sec_q} : 7'd0) + (w16 ? 7'd0 : {6'd0, rows_q[5]});
      end
      FWait: begin
        addr_q <= {1'b0, off_q} + (is_ga ? {26'd0, gather_q} : 33'd0);
      end
      FTile: begin
        kind_q <= kind_first;
        group_q <= 2'd0;
        gap_q <= {2'd0, chunks_q} - {3'd0, short_q};
        if (is_mm && short_q != 4'd0) begin
          data_q <= {3'd0, short_q};
          skip_q <= ({2'd0, tg_q - here, 2'd0} << width_q) + {2'd0, chunks_q} - {3'd0, short_q};
          group_q <= 2'(here - 3'd1);
        end else if (is_mm) begin
          data_q <= {2'd0, here, 2'd0} << width_q;
          skip_q <= {2'd0, tg_q - here, 2'd0} << width_q;
        end else if (is_ga) begin
          data_q <= part_data ? {2'd0, chunks_q} : 7'd1;
          skip_q <= block_q - (part_data ? {2'd0, chunks_q} : 7'd1);
        end else begin
          skip_q <= 7'd0;
        end
        use_q <= 5'((used + 8'(PortBits / 8 - 1)) / 8'(PortBits / 8));
        keep_q <= 5'((used + 8'(PortBits / 8 - 1)) / 8'(PortBits / 8));
        left_q <= is_ld ? rows_q : is_ga ? (part_data ? {15'd0, chunks_q} : 20'd1)
            : kind_first == KindScale ? {18'd0, sec_q} : short_q != 4'd0 ? {16'd0, short_q}
            : 20'({2'd0, here, 2'd0}) << width_q;
      end
      FRun: begin
        if (take) begin
          addr_q <= after[32:0];
          left_q <= left_q - {13'd0, piece};
          keep_q <= keep_q - 5'(keep);
          if (run_end) begin
            keep_q <= use_q;
            if (kind_q == KindScale && min_q) begin
              kind_q <= KindMin;
              left_q <= {18'd0, sec_q};
            end else if (kind_q != KindData) begin
              kind_q <= KindData;
              left_q <= {13'd0, data_q};
            end else if (!block_end) begin
              left_q <= {13'd0, data_q};
              group_q <= group_q - 2'd1;
            end else begin
              if (short_q != 4'd0) group_q <= 2'(here - 3'd1);
              kind_q <= kind_first;
              left_q <= kind_first == KindScale ? {18'd0, sec_q} : {13'd0, data_q};
              blk_q <= blk_q == 12'd1 ? blocks_q : blk_q - 12'd1;
              if (blk_q == 12'd1) groups_q <= groups_q - {14'd0, tg_q};
            end
          end
        end
      end
      default: ;
    endcase
  end

  always_ff @(posedge clk_i) begin : walk
    if (!rst_ni || clr_i) begin
      state_q <= FIdle;
      seq_q <= '0;
    end else begin
      case (state_q)
        FIdle: if (cmd_valid && cmd_pop) state_q <= FDecode;
        FDecode: state_q <= FSum;
        FSum: if (more_q <= 8'd1) state_q <= FVerdict;
        FVerdict: if (vd_ready) state_q <= verdict == 2'd0 ? FWait : FStop;
        FWait: if (!held) state_q <= FTile;
        FTile: state_q <= FRun;
        FRun: begin
          if (take && all_end) begin
            state_q <= FIdle;
            seq_q <= seq_q + 6'd1;
          end else if (take && tile_end) begin
            state_q <= FTile;
          end
        end
        default: ;
      endcase
      if (mf_valid_o) state_q <= FStop;
    end
  end

  always_ff @(posedge clk_i) begin : request
    if (take) begin
      if (fresh) begin
        b_off_q <= addr_q[32] ? 32'hffffffff : addr_q[31:0];
        b_len_q <= addr_q[32] ? 7'd1 : piece;
        b_beats_q <= addr_q[32] ? OW'(UB) : OW'(beats);
      end else begin
        b_len_q <= b_len_q + piece;
        b_beats_q <= b_beats_q + OW'(beats);
      end
      b_closed_q <= close;
      b_slot_q <= slot_q;
      b_seq_q <= seq_q;
      b_wrap_q <= addr_q[32];
    end
    if (move) begin
      rq_slot_o <= b_slot_q;
      rq_off_o <= b_off_q;
      rq_len_o <= b_len_q;
      rq_beats_q <= b_beats_q;
      rq_seq_q <= b_seq_q;
      rq_wrap_q <= b_wrap_q;
    end
    j1_beats_q <= rq_beats_q;
    j2_beats_q <= j1_beats_q;
    j1_seq_q <= rq_seq_q;
    j2_seq_q <= j1_seq_q;
    j1_wrap_q <= rq_wrap_q;
    j2_wrap_q <= j1_wrap_q;
    if (take && addr_q[32] && !wrap_q) wrap_off_q <= addr_q[31:0];
    if (refused && !mf_valid_o) begin
      mf_seq_o <= j2_seq_q;
      mf_code_o <= rq_fault_code_i;
      mf_off_o <= j2_wrap_q ? wrap_off_q : rq_fault_off_i;
      // What is still to come of the requests before it.
      good_q <= due_left - (j1_q ? {1'b0, j1_beats_q} : '0);
    end else if (back) begin
      good_q <= good_q - (OW + 1)'(1);
    end
  end

  always_ff @(posedge clk_i) begin : flow
    if (!rst_ni) due_q <= '0;
    else due_q <= due_left + (accept ? {1'b0, rq_beats_q} : '0);
    if (!rst_ni) begin
      j1_q <= 1'b0;
      j2_q <= 1'b0;
      purge_q <= 1'b0;
    end else begin
      j1_q <= accept;
      j2_q <= j1_q;
      // A clear waits for the beats on their way.
      if (clr_i) purge_q <= 1'b1;
      else if (due_q == '0 && !j1_q && !j2_q) purge_q <= 1'b0;
    end
    if (!rst_ni || clr_i) begin
      b_valid_q <= 1'b0;
      rq_valid_o <= 1'b0;
      mf_valid_o <= 1'b0;
      wrap_q <= 1'b0;
      back_q <= '0;
      room_d_q <= RW'(FifoBeats);
      room_s_q <= RW'(ScaleBeats);
      room_m_q <= RW'(ScaleBeats);
    end else begin
      if (take) b_valid_q <= 1'b1;
      else if (move || mf_valid_o) b_valid_q <= 1'b0;
      if (move) rq_valid_o <= 1'b1;
      else if (rq_ready_i) rq_valid_o <= 1'b0;
      if (take && addr_q[32]) wrap_q <= 1'b1;
      if (refused && !purge_q) mf_valid_o <= 1'b1;
      if (back) back_q <= tag_pop ? '0 : back_q + (7 + UBL)'(1);
      room_d_q <= room_d_q + RW'(dig_pop_i) - (take && kind_q == KindData ? RW'(keep) : '0);
      room_s_q <= room_s_q + RW'(sc_pop_i) - (take && kind_q == KindScale ? RW'(keep) : '0);
      room_m_q <= room_m_q + RW'(mn_pop_i) - (take && kind_q == KindMin ? RW'(keep) : '0);
    end
  end

  wire logic unused = unused_fields ^ (^off_q[31:0]) ^ after[33] ^ tag_empty ^ (^ahead);

`ifdef ING_ASSERT
  assert property (@(posedge clk_i) disable iff (!rst_ni) rd_valid_i |-> due_q != '0);
  assert property (@(posedge clk_i) disable iff (!rst_ni) back |-> tag_valid);
  assert property (@(posedge clk_i) disable iff (!rst_ni) rq_fault_i |-> j2_q);
`else
  wire logic unused_tag = tag_valid;
`endif

endmodule

`default_nettype wire
