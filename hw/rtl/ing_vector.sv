// SPDX-License-Identifier: MIT
// The vector engine: executes one judged command at a time, a word (PortBits / 32 elements) a cycle.
//
//   walkers a, b -> scratchpad -> load (fp32) -> lanes -> out (mask) -> reduction -> scalar file
//                                                             \-> FIFO -> sink
//
// A word is issued only if the FIFO will have room for it, so everything before the FIFO runs without stalls; valid bits
// travel beside it in one shift register, and what else a stage must know about a word is kept by a walker of its own.
// The latency of the lanes depends on the function: the bits are tapped where it says, and the walker of b starts late
// for functions that need b late. Top-k updates and the probabilities of a choice are COPYs with sinks of their own;
// scalar mode is a MAX of rows of one element that comes from the scalar file.
//
// x_*: from ing_vector_dec. idle_o: no command executes. done_o: one pulse a command, when every effect is visible.
// fault_*: a memory write was refused; held until clr_i. Scratchpad: ports of ing_scratch; w_ready_i says that a write
// offered is taken. The other groups: docs/microarchitecture.md. zero_*: zeroes scalars and empties the top-k
// list, while no command runs.
//
// Parameters: as in docs/microarchitecture.md. Depth: of the pipelines (ing_fp_pkg).
`default_nettype none

module ing_vector #(
    parameter int unsigned PortBits     = 128,
    parameter int unsigned ScratchLines = 1024,
    parameter int unsigned Scalars      = 64,
    parameter int unsigned TopK         = 32,
    parameter int unsigned Depth        = ing_fp_pkg::DEPTH_FULL,
    localparam int unsigned Lanes       = PortBits / 32,
    localparam int unsigned AW          = $clog2(ScratchLines * 16 / Lanes),
    localparam int unsigned SW          = $clog2(Scalars)
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  clr_i,
    input  wire logic                  zero_i,
    input  wire logic [SW-1:0]         zero_idx_i,
    input  wire logic                  x_valid_i,
    output var  logic                  x_ready_o,
    input  wire logic [511:0]          x_cmd_i,
    input  wire logic [31:0]           x_pc_i,
    input  wire logic [15:0]           x_prior_i,
    input  wire logic                  x_serial_i,
    input  wire logic [15:0]           str_cnt_i,
    output var  logic                  idle_o,
    output var  logic                  done_o,
    output var  logic                  fault_valid_o,
    output var  logic [7:0]            fault_code_o,
    output var  logic [31:0]           fault_pc_o,
    output var  logic [7:0]            fault_slot_o,
    output var  logic [31:0]           fault_off_o,
    output var  logic                  a_en_o,
    output var  logic [AW-1:0]         a_addr_o,
    input  wire logic [PortBits-1:0]   a_data_i,
    output var  logic                  b_en_o,
    output var  logic [AW-1:0]         b_addr_o,
    input  wire logic [PortBits-1:0]   b_data_i,
    output var  logic                  w_valid_o,
    input  wire logic                  w_ready_i,
    output var  logic [AW-1:0]         w_addr_o,
    output var  logic [PortBits-1:0]   w_data_o,
    output var  logic                  ac_valid_o,
    output var  logic [7:0]            ac_col_o,
    output var  logic [15:0]           ac_block_o,
    output var  logic [1:0]            ac_chunk_o,
    output var  logic [95:0]           ac_data_o,
    output var  logic                  ac_last_o,
    output var  logic [7:0]            ac_exp_o,
    output var  logic [16:0]           ac_sum_o,
    output var  logic                  wq_valid_o,
    input  wire logic                  wq_ready_i,
    output var  logic [7:0]            wq_slot_o,
    output var  logic [31:0]           wq_off_o,
    output var  logic [2:0]            wq_sub_o,
    output var  logic [PortBits-1:0]   wq_data_o,
    output var  logic [PortBits/8-1:0] wq_strb_o,
    input  wire logic                  wq_idle_i,
    input  wire logic                  wq_fault_i,
    input  wire logic [7:0]            wq_fault_code_i,
    input  wire logic [31:0]           wq_fault_off_i,
    output var  logic                  pk_valid_o,
    output var  logic [3:0]            pk_rd_o,
    output var  logic [31:0]           pk_token_o
);

  localparam int unsigned LaneLog = $clog2(Lanes);
  localparam int unsigned LineLog = 4 - LaneLog;  // log2 of the words of a line
  localparam int unsigned Step    = (Lanes < 8 && Depth == ing_fp_pkg::DEPTH_FULL) ? Lanes : 8;
  localparam int unsigned Room    = 64;           // words of the result FIFO: more than the longest way to it

  // Cycles: a unit behind its operand register; from issue to the lanes.
  localparam int unsigned AddUnit = ing_fp_pkg::fadd_latency(Depth) + 1;
  localparam int unsigned MulUnit = ing_fp_pkg::fmul_latency(Depth) + 1;
  localparam int unsigned SfuUnit = ing_fp_pkg::sfu_latency(Depth) + 1;
  localparam bit          Short   = Depth != ing_fp_pkg::DEPTH_FULL;
  localparam int unsigned Arrive  = (Short ? 1 : 2) + ing_fp_pkg::load_latency(Depth);
  localparam int unsigned Longest = Arrive + 2 * AddUnit + MulUnit + SfuUnit + 1;

  // The last three of ing_pkg's sinks and the two of other commands.
  localparam logic [2:0] SinkNone    = 3'(ing_pkg::ING_SINK_NONE);
  localparam logic [2:0] SinkScratch = 3'(ing_pkg::ING_SINK_SCRATCH);
  localparam logic [2:0] SinkAct     = 3'(ing_pkg::ING_SINK_ACT);
  localparam logic [2:0] SinkKvk     = 3'(ing_pkg::ING_SINK_KVK);
  localparam logic [2:0] SinkKvv     = 3'(ing_pkg::ING_SINK_KVV);
  localparam logic [2:0] SinkMem     = 3'(ing_pkg::ING_SINK_MEM);
  localparam logic [2:0] SinkTopk    = 3'd6;
  localparam logic [2:0] SinkPick    = 3'd7;

  // ======== command ========
  typedef enum logic [2:0] {Idle, Load, Run, Find, Tell, Finish, Post, Stop} state_e;
  state_e state_q;

  logic [31:0] pc_q, base_q, c_q, d_q, offset_q, expoff_q;
  logic [15:0] prior_q, a_q, a_out_q, a_in_q, b_q, b_out_q, b_in_q, dst_q, dst_out_q, dst_in_q;
  logic [SW-1:0] s_in_q, s_out_q;
  logic [15:0] rows_q, inner_q;
  logic [19:0] count_q, words_q, len_q;
  logic [7:0]  outer_q, col_q;
  logic [3:0]  fn_q, rd_q, col_out_q, col_in_q;
  logic [2:0]  atype_q, sink_q;
  logic [1:0]  btype_q;
  logic        sum_q, max_q, masked_q, scalar_q, len_step_q, uses_s_q, serial_q;
  logic        topk_q, pick_q;             // the command is a TOPK or PICK
  logic [1:0]  sub_q;

  wire logic        x_vec    = x_cmd_i[7:0] == 8'(ing_pkg::ING_OP_VEC);
  wire logic        x_topk   = x_cmd_i[7:0] == 8'(ing_pkg::ING_OP_TOPK);
  wire logic        x_scalar = x_vec & x_cmd_i[ing_pkg::ING_V_SCALAR_W*32+ing_pkg::ING_V_SCALAR_L];
  wire logic [2:0]  x_sink   = x_cmd_i[ing_pkg::ING_V_SINK_W*32+ing_pkg::ING_V_SINK_L+:3];
  wire logic [1:0]  x_red    = x_cmd_i[ing_pkg::ING_V_RED_W*32+ing_pkg::ING_V_RED_L+:2];
  wire logic [19:0] x_count  = x_cmd_i[ing_pkg::ING_V_COUNT_W*32+ing_pkg::ING_V_COUNT_L+:20];
  // With short pipelines words of a masked row that would only be zeros in its last block of activations are left out.
  wire logic [19:0] x_len    = x_cmd_i[ing_pkg::ING_V_LEN_W*32+ing_pkg::ING_V_LEN_L+:20];
  wire logic [19:0] x_words  = 20'(({1'b0, x_len} + 21'(Lanes - 1)) >> LaneLog);
  wire logic        x_tail   = Short & x_vec & (x_sink == SinkAct) & (x_red == 2'(ing_pkg::ING_RED_NONE))
      & x_cmd_i[ing_pkg::ING_V_MASK_W*32+ing_pkg::ING_V_MASK_L] & (x_len != '0) & (x_len < x_count)
      & (x_count - x_len < 20'd32)
      & (~x_cmd_i[ing_pkg::ING_V_LENSTEP_W*32+ing_pkg::ING_V_LENSTEP_L]
          | x_cmd_i[ing_pkg::ING_V_OUTER_W*32+ing_pkg::ING_V_OUTER_L+:8] == 8'd1);
  wire logic [16:0] x_lines  = {1'b0, x_count[19:4]} + {16'd0, x_count[3:0] != 4'd0};

  // With short pipelines the last block of a K or V command is written while the next command executes, unless that
  // writes memory too: until then the command's done pulse is owed.
  logic        owed_q;
  logic [31:0] owed_pc_q;
  logic [15:0] owed_prior_q;
  wire logic x_memory = x_vec & (x_sink == SinkKvk || x_sink == SinkKvv || x_sink == SinkMem);

  assign x_ready_o = ((state_q == Idle) | (state_q == Finish) | (state_q == Post)) & ~(owed_q & x_memory);
  assign idle_o    = (state_q == Idle) & ~owed_q;
  wire logic take  = x_valid_i & x_ready_o;

  always_ff @(posedge clk_i) begin : command
    if (take) begin
      pc_q       <= x_pc_i;
      prior_q    <= x_prior_i;
      serial_q   <= x_serial_i;
      topk_q     <= x_topk;
      pick_q     <= ~x_vec & ~x_topk;
      sub_q      <= x_cmd_i[ing_pkg::ING_T_SUB_W*32+ing_pkg::ING_T_SUB_L+:2];
      rd_q       <= x_cmd_i[ing_pkg::ING_T_RD_W*32+ing_pkg::ING_T_RD_L+:4];
      base_q     <= x_cmd_i[ing_pkg::ING_T_BASE_W*32+:32];
      scalar_q   <= x_scalar;
      count_q    <= x_scalar ? 20'd1 : x_count;
      words_q    <= x_scalar ? 20'd1 : x_tail ? x_words : 20'({3'd0, x_lines} << LineLog);
      outer_q    <= (x_vec && !x_scalar) ? x_cmd_i[ing_pkg::ING_V_OUTER_W*32+ing_pkg::ING_V_OUTER_L+:8] : 8'd1;
      inner_q    <= x_scalar ? x_count[15:0]
          : x_vec ? {8'd0, x_cmd_i[ing_pkg::ING_V_INNER_W*32+ing_pkg::ING_V_INNER_L+:8]} : 16'd1;
      fn_q       <= x_vec ? x_cmd_i[ing_pkg::ING_V_FN_W*32+ing_pkg::ING_V_FN_L+:4] : 4'(ing_pkg::ING_FN_COPY);
      atype_q    <= (x_vec && !x_scalar) ? x_cmd_i[ing_pkg::ING_V_ATYPE_W*32+ing_pkg::ING_V_ATYPE_L+:3] : '0;
      btype_q    <= x_cmd_i[ing_pkg::ING_V_BTYPE_W*32+ing_pkg::ING_V_BTYPE_L+:2];
      sink_q     <= x_vec ? x_cmd_i[ing_pkg::ING_V_SINK_W*32+ing_pkg::ING_V_SINK_L+:3] : x_topk ? SinkTopk : SinkPick;
      sum_q      <= x_vec & (x_red == 2'(ing_pkg::ING_RED_SUM));
      max_q      <= x_scalar | (x_vec & (x_red == 2'(ing_pkg::ING_RED_MAX)));
      masked_q   <= x_vec & ~x_scalar & x_cmd_i[ing_pkg::ING_V_MASK_W*32+ing_pkg::ING_V_MASK_L];
      a_q        <= x_vec ? x_cmd_i[ing_pkg::ING_V_A_W*32+ing_pkg::ING_V_A_L+:16]
          : x_cmd_i[ing_pkg::ING_T_LINE_W*32+ing_pkg::ING_T_LINE_L+:16];
      a_out_q    <= x_cmd_i[ing_pkg::ING_V_AOUT_W*32+ing_pkg::ING_V_AOUT_L+:16];
      a_in_q     <= x_cmd_i[ing_pkg::ING_V_AIN_W*32+ing_pkg::ING_V_AIN_L+:16];
      b_q        <= x_cmd_i[ing_pkg::ING_V_B_W*32+ing_pkg::ING_V_B_L+:16];
      b_out_q    <= x_cmd_i[ing_pkg::ING_V_BOUT_W*32+ing_pkg::ING_V_BOUT_L+:16];
      b_in_q     <= x_cmd_i[ing_pkg::ING_V_BIN_W*32+ing_pkg::ING_V_BIN_L+:16];
      dst_q      <= x_cmd_i[ing_pkg::ING_V_DST_W*32+ing_pkg::ING_V_DST_L+:16];
      dst_out_q  <= x_cmd_i[ing_pkg::ING_V_DSTOUT_W*32+ing_pkg::ING_V_DSTOUT_L+:16];
      dst_in_q   <= x_cmd_i[ing_pkg::ING_V_DSTIN_W*32+ing_pkg::ING_V_DSTIN_L+:16];
      col_q      <= x_cmd_i[ing_pkg::ING_V_COL_W*32+ing_pkg::ING_V_COL_L+:8];
      col_out_q  <= x_cmd_i[ing_pkg::ING_V_COLOUT_W*32+ing_pkg::ING_V_COLOUT_L+:4];
      col_in_q   <= x_cmd_i[ing_pkg::ING_V_COLIN_W*32+ing_pkg::ING_V_COLIN_L+:4];
      c_q        <= x_cmd_i[ing_pkg::ING_V_C_W*32+:32];
      d_q        <= x_cmd_i[ing_pkg::ING_V_D_W*32+:32];
      s_in_q     <= x_cmd_i[ing_pkg::ING_V_SIN_W*32+ing_pkg::ING_V_SIN_L+:SW];
      s_out_q    <= x_cmd_i[ing_pkg::ING_V_SOUT_W*32+ing_pkg::ING_V_SOUT_L+:SW];
      len_q      <= x_cmd_i[ing_pkg::ING_V_LEN_W*32+ing_pkg::ING_V_LEN_L+:20];
      len_step_q <= x_cmd_i[ing_pkg::ING_V_LENSTEP_W*32+ing_pkg::ING_V_LENSTEP_L];
      uses_s_q   <= x_scalar | x_cmd_i[ing_pkg::ING_V_USES_W*32+ing_pkg::ING_V_USES_L];
      offset_q   <= x_cmd_i[ing_pkg::ING_V_OFFSET_W*32+:32];
      expoff_q   <= x_cmd_i[ing_pkg::ING_V_EXPOFF_W*32+:32];
    end
  end

  wire logic sink_kv     = (sink_q == SinkKvk) | (sink_q == SinkKvv);
  wire logic sink_memory = sink_kv | (sink_q == SinkMem);
  wire logic sink_blocks = sink_kv | (sink_q == SinkAct);
  wire logic reduces     = sum_q | max_q;
  wire logic streams     = ~(topk_q & (sub_q != 2'(ing_pkg::ING_TOPK_UPDATE)))
      & ~(pick_q & (sub_q == 2'(ing_pkg::ING_PICK_BEST)));
  wire logic load        = state_q == Load;
  // A refused write ends the command: nothing more may leave.
  wire logic refused     = (((state_q == Run) & sink_memory) | (owed_q & (state_q != Stop))) & wq_fault_i;
  wire logic clr_memory  = clr_i | refused;

  // ======== issue ========
  logic        issuing_q;                // words are left
  logic [6:0]  in_fifo_q;                // words issued and not yet popped
  logic [15:0] issued_q;                 // rows
  logic [15:0] reduced;
  logic        a_first, a_last, a_end;
  logic        pop;
  wire logic   row_wait = a_first & (issued_q != reduced) & reduces & (serial_q | (sum_q & issued_q[3:0] == '0));
  wire logic   issue = issuing_q & ~row_wait & ((sink_q == SinkNone) | (in_fifo_q != 7'(Room)));

  always_ff @(posedge clk_i) begin : issue_state
    if (load) begin
      issuing_q <= streams;
      in_fifo_q <= '0;
      issued_q  <= '0;
    end else begin
      if (issue && a_end) issuing_q <= 1'b0;
      if (issue && a_last) issued_q <= issued_q + 16'd1;
      in_fifo_q <= in_fifo_q + {6'd0, issue & (sink_q != SinkNone)} - {6'd0, pop};
    end
    if (!rst_ni || clr_memory) issuing_q <= 1'b0;
  end

  // What the command needs: units, and when.
  logic [6:0] a_mask, b_mask;
  logic       uses_b, use_add1, use_mul1, use_sfu, use_mul2, use_add2;
  logic [1:0] b_late;
  localparam int unsigned TapBits = $clog2(Longest + 1);
  logic [TapBits-1:0] latency_q;  // of the lanes

  ing_vector_need u_need (
      .fn_i(fn_q), .atype_i(atype_q), .btype_i(btype_q), .a_mask_o(a_mask), .b_mask_o(b_mask), .uses_b_o(uses_b),
      .add1_o(use_add1), .mul1_o(use_mul1), .sfu_o(use_sfu), .mul2_o(use_mul2), .add2_o(use_add2), .b_late_o(b_late)
  );

  // ROPE's products are made side by side.
  wire logic rope = fn_q == 4'(ing_pkg::ING_FN_ROPE);

  always_ff @(posedge clk_i) begin : latency
    latency_q <= TapBits'(1 + (use_add1 ? AddUnit : 0) + (use_mul1 ? MulUnit : 0)
        + (use_sfu ? SfuUnit : 0) + (use_mul2 && !rope ? MulUnit : 0) + (use_add2 ? AddUnit : 0));
  end

  // ---- valid bits: index k is k cycles after issue ----
  logic [Longest:1] valid_q;
  wire logic [Longest:0] valid = {valid_q, issue};
  logic             y_valid_q;
  wire logic [TapBits-1:0] y_tap = latency_q + TapBits'(Arrive - 1);

  always_ff @(posedge clk_i) begin : valids
    valid_q   <= valid[Longest-1:0];
    y_valid_q <= valid[y_tap];
    if (!rst_ni || clr_memory || load) begin
      valid_q   <= '0;
      y_valid_q <= 1'b0;
    end
  end

  logic [15:0] unused_row_a, unused_row_b, unused_row_d;
  logic        unused_outer_a, unused_outer_b, unused_outer_d, unused_first_b, unused_last_b, unused_end_b;
  logic        unused_first_d;
  // verilator lint_off UNUSEDSIGNAL
  logic [6:0]  a_pos;  // packed data of a has 8 slices at most
  // verilator lint_on UNUSEDSIGNAL
  logic [6:0]  b_pos, unused_pos_d;

  wire logic b_step = uses_b & ((b_late == 2'd0) ? issue : (b_late == 2'd1) ? valid[MulUnit]
      : (b_late == 2'd2) ? valid[SfuUnit] : valid[AddUnit+MulUnit+SfuUnit]);

  ing_vector_walk #(.AddrBits(AW), .LineLog(LineLog)) u_walk_a (
      .clk_i(clk_i), .load_i(load), .step_i(issue), .outer_i(outer_q), .inner_i(inner_q), .words_i(words_q),
      .base_i(a_q), .sout_i(a_out_q), .sin_i(a_in_q), .mask_i(a_mask), .row_o(unused_row_a), .addr_o(a_addr_o),
      .pos_o(a_pos), .first_o(a_first), .last_o(a_last), .outer_end_o(unused_outer_a), .end_o(a_end)
  );

  ing_vector_walk #(.AddrBits(AW), .LineLog(LineLog)) u_walk_b (
      .clk_i(clk_i), .load_i(load), .step_i(b_step), .outer_i(outer_q), .inner_i(inner_q), .words_i(words_q),
      .base_i(b_q), .sout_i(b_out_q), .sin_i(b_in_q), .mask_i(b_mask), .row_o(unused_row_b), .addr_o(b_addr_o),
      .pos_o(b_pos), .first_o(unused_first_b), .last_o(unused_last_b), .outer_end_o(unused_outer_b),
      .end_o(unused_end_b)
  );

  assign a_en_o = issue & ~scalar_q;
  assign b_en_o = b_step;

  // ======== operands ========
  logic [6:0]          b_pos1_q, b_pos2_q;
  logic [2:0]          a_pos1_q, a_pos2_q;
  logic [Arrive:1]     last_q;         // of the row; index k is k cycles after issue
  logic [31:0]         scalars[Scalars]  /* verilator public_flat_rd */;
  logic [SW-1:0]       s_idx_q;
  logic [31:0]         s_q;
  logic [PortBits-1:0] a, b;
  logic                s_we;
  // verilator lint_off UNUSEDSIGNAL
  logic [15:0]         s_row;  // rows were judged: the sum is within the file
  // verilator lint_on UNUSEDSIGNAL
  logic [31:0]         s_data;
  wire logic [SW-1:0]  s_addr = s_out_q + SW'(s_row);

  wire logic [Arrive:0] last = {last_q, a_last};

  always_ff @(posedge clk_i) begin : operands
    a_pos1_q <= a_pos[2:0];
    a_pos2_q <= a_pos1_q;
    b_pos1_q <= b_pos;
    b_pos2_q <= b_pos1_q;
    last_q   <= last[Arrive-1:0];
    if (valid[Arrive-1]) s_q <= uses_s_q ? scalars[s_idx_q] : 32'd0;
    if (load) s_idx_q <= s_in_q;
    else if (valid[Arrive-1] && last[Arrive-1]) s_idx_q <= s_idx_q + SW'(1);
    if (s_we || zero_i) scalars[zero_i ? zero_idx_i : s_addr] <= zero_i ? 32'd0 : s_data;
  end

  ing_vector_load #(.PortBits(PortBits), .Depth(Depth)) u_load (
      .clk_i(clk_i), .a_type_i(atype_q), .a_word_i(a_data_i), .a_pos_i(Short ? a_pos1_q : a_pos2_q),
      .b_type_i(btype_q), .b_word_i(b_data_i), .b_pos_i(Short ? b_pos1_q : b_pos2_q), .a_o(a), .b_o(b)
  );

  // ======== lanes ========
  logic clk_add1, clk_mul1, clk_sfu, clk_mul2, clk_add2;
  wire logic wake = ~rst_ni | clr_i;
  wire logic run = (state_q == Run) | wake;
  ing_clkgate u_gate_add1 (.clk_i(clk_i), .en_i(run & (use_add1 | wake)), .clk_o(clk_add1));
  ing_clkgate u_gate_mul1 (.clk_i(clk_i), .en_i(run & (use_mul1 | wake)), .clk_o(clk_mul1));
  ing_clkgate u_gate_sfu  (.clk_i(clk_i), .en_i(run & (use_sfu | wake)), .clk_o(clk_sfu));
  ing_clkgate u_gate_mul2 (.clk_i(clk_i), .en_i(run & (use_mul2 | wake)), .clk_o(clk_mul2));
  ing_clkgate u_gate_add2 (.clk_i(clk_i), .en_i(run & (use_add2 | wake)), .clk_o(clk_add2));

  logic [PortBits-1:0] lane_a, y;
  assign lane_a = {a[PortBits-1:32], scalar_q ? s_q : a[31:0]};

  for (genvar l = 0; l < Lanes; l++) begin : g_lane
    ing_lane #(.Odd((l % 2) == 1), .Depth(Depth)) u_lane (
        .clk_i(clk_i), .clk_add1_i(clk_add1), .clk_mul1_i(clk_mul1), .clk_sfu_i(clk_sfu), .clk_mul2_i(clk_mul2),
        .clk_add2_i(clk_add2), .fn_i(fn_q), .a_i(lane_a[l*32+:32]), .b_i(b[l*32+:32]),
        .pa_i(lane_a[(l^1)*32+:32]), .pb_i(b[(l^1)*32+:32]), .s_i(s_q), .c_i(c_q), .d_i(d_q), .y_o(y[l*32+:32])
    );
  end

  // ======== out ========
  logic                out_v, out_first, out_last, out_batch, out_end, out_end_q;
  logic [Lanes-1:0]    out_mask;
  logic [PortBits-1:0] out;

  ing_vector_out #(.PortBits(PortBits), .Short(Short)) u_out (
      .clk_i(clk_i), .clr_i(~rst_ni | clr_memory), .load_i(load), .none_i(~streams), .masked_i(masked_q),
      .serial_i(serial_q), .len_step_i(len_step_q), .outer_i(outer_q), .inner_i(inner_q), .words_i(words_q),
      .count_i(count_q), .len_i(len_q), .y_valid_i(y_valid_q), .y_i(y), .v_o(out_v), .first_o(out_first),
      .last_o(out_last), .batch_o(out_batch), .mask_o(out_mask), .data_o(out), .end_o(out_end), .end_q_o(out_end_q)
  );

  // ======== reduction ========
  logic clk_red, clk_red_add;
  ing_clkgate u_gate_red (.clk_i(clk_i), .en_i(load | (reduces & (state_q == Run)) | wake), .clk_o(clk_red));
  ing_clkgate u_gate_red_add (.clk_i(clk_i), .en_i(sum_q & (state_q == Run)), .clk_o(clk_red_add));

  ing_reduce #(.PortBits(PortBits), .Depth(Depth)) u_reduce (
      .clk_i(clk_red), .clk_add_i(clk_red_add), .rst_ni(rst_ni), .clr_i(clr_memory), .load_i(load), .sum_i(sum_q),
      .v_i(out_v & reduces), .first_i(out_first), .last_i(out_last), .batch_i(out_batch), .mask_i(out_mask),
      .y_i(out), .s_we_o(s_we), .s_row_o(s_row), .s_data_o(s_data), .done_o(reduced)
  );

  // ======== FIFO and sinks ========
  logic                f_v, f_last, f_end;
  logic                unused_fifo_room, fifo_empty, fifo_v;
  logic [PortBits-1:0] f_data, fifo_data;
  logic [AW-1:0]       d_addr;
  logic                quant_ready, mem_ready, topk_ready, pick_ready;
  logic                fed_q;          // the last word has left the FIFO

  // With short pipelines a word goes past the FIFO when nothing waits in it.
  wire logic past = Short & fifo_empty & out_v & (sink_q != SinkNone);

  ing_fifo #(.Width(PortBits), .Depth(Room)) u_fifo (
      .clk_i(clk_i), .rst_ni(rst_ni), .clr_i(clr_memory | load),
      .wvalid_i(out_v & (sink_q != SinkNone) & ~(past & pop)), .wready_o(unused_fifo_room), .wdata_i(out),
      .rvalid_o(fifo_v), .rready_i(pop), .rdata_o(fifo_data), .empty_o(fifo_empty)
  );
  assign f_v    = fifo_v | past;
  assign f_data = past ? out : fifo_data;

  logic sink_ready;
  always_comb begin
    case (sink_q)
      SinkScratch:               sink_ready = w_ready_i;
      SinkAct, SinkKvk, SinkKvv: sink_ready = quant_ready;
      SinkMem:                   sink_ready = mem_ready;
      SinkTopk:                  sink_ready = topk_ready;
      SinkPick:                  sink_ready = pick_ready;
      default:                   sink_ready = 1'b0;
    endcase
  end
  assign pop = f_v & sink_ready & (state_q == Run);

  ing_vector_walk #(.AddrBits(AW), .LineLog(LineLog)) u_walk_dst (
      .clk_i(clk_i), .load_i(load), .step_i(pop), .outer_i(outer_q), .inner_i(inner_q), .words_i(words_q),
      .base_i(dst_q), .sout_i(dst_out_q), .sin_i(dst_in_q), .mask_i(7'd0), .row_o(unused_row_d), .addr_o(d_addr),
      .pos_o(unused_pos_d), .first_o(unused_first_d), .last_o(f_last), .outer_end_o(unused_outer_d),
      .end_o(f_end)
  );

  // ---- scratchpad; READ writes words of its own ----
  localparam int unsigned TopWordBits = $clog2((TopK + 15) / 16 * 16 / Lanes + 1);
  logic                   top_v;
  logic [TopWordBits-1:0] top_word;
  logic [PortBits-1:0]    top_data;
  wire logic              to_scratch = f_v & (sink_q == SinkScratch) & (state_q == Run);
  assign w_valid_o = to_scratch | top_v;
  assign w_addr_o  = top_v ? AW'({16'd0, a_q} << LineLog) + AW'(top_word) : d_addr;
  assign w_data_o  = top_v ? top_data : f_data;

  // ---- quantiser, activations, K and V, memory ----
  logic              quant_start, q_v, q_first, q_last, quant_busy, act_busy, append_go, append_alone, append_busy, over;
  logic [31:0]       over_off;
  logic [7:0]        q_exp;
  logic [Step*16-1:0] q_data;
  logic              clk_quant, clk_append;
  ing_clkgate u_gate_quant (
      .clk_i(clk_i), .en_i(load | (sink_blocks & (state_q == Run)) | (state_q == Finish) | wake), .clk_o(clk_quant)
  );
  ing_clkgate u_gate_append (
      .clk_i(clk_i), .en_i(load | (sink_memory & (state_q == Run || state_q == Stop)) | owed_q | wake), .clk_o(clk_append)
  );

  ing_quant #(.PortBits(PortBits), .Step(Step), .Depth(Depth)) u_quant (
      .clk_i(clk_quant), .rst_ni(rst_ni), .clr_i(clr_memory), .wide_i(sink_kv), .v_i(pop & sink_blocks),
      .end_i(f_last), .ready_o(quant_ready), .data_i(f_data), .go_i((sink_q == SinkAct) | append_go), .start_o(quant_start),
      .q_v_o(q_v), .q_first_o(q_first), .q_last_o(q_last), .exp_o(q_exp), .q_o(q_data), .busy_o(quant_busy)
  );

  ing_vector_act #(.Step(Step), .Depth(Depth)) u_act (
      .clk_i(clk_quant), .rst_ni(rst_ni), .clr_i(clr_i), .load_i(load), .outer_i(outer_q), .inner_i(inner_q[7:0]),
      .blocks_i(count_q[19:5]), .dst_i(dst_q), .dst_out_i(dst_out_q), .dst_in_i(dst_in_q), .col_i(col_q),
      .col_out_i(col_out_q), .col_in_i(col_in_q), .q_v_i(q_v & (sink_q == SinkAct)), .q_first_i(q_first),
      .q_last_i(q_last), .exp_i(q_exp), .q_i(q_data), .ac_valid_o(ac_valid_o), .ac_col_o(ac_col_o),
      .ac_block_o(ac_block_o), .ac_chunk_o(ac_chunk_o), .ac_data_o(ac_data_o), .ac_last_o(ac_last_o),
      .ac_exp_o(ac_exp_o), .ac_sum_o(ac_sum_o), .busy_o(act_busy)
  );

  ing_append #(.PortBits(PortBits), .Step(Step)) u_append (
      .clk_i(clk_append), .rst_ni(rst_ni), .clr_i(clr_i), .stop_i(refused), .load_i(load & sink_memory),
      .v_form_i(sink_q == SinkKvv), .mem_i(sink_q == SinkMem), .outer_i(outer_q), .inner_i(inner_q[7:0]),
      .items_i((sink_q == SinkMem) ? words_q : {5'd0, count_q[19:5]}), .stride_i(d_q), .offset_i(offset_q),
      .expoff_i(expoff_q), .len_i(len_q), .go_o(append_go), .start_i(quant_start), .q_v_i(q_v & sink_kv),
      .q_first_i(q_first), .q_last_i(q_last), .exp_i(q_exp), .q_i(q_data), .m_v_i(f_v & (sink_q == SinkMem)),
      .m_ready_o(mem_ready), .m_data_i(f_data), .wq_valid_o(wq_valid_o), .wq_ready_i(wq_ready_i), .wq_off_o(wq_off_o),
      .wq_sub_o(wq_sub_o), .wq_data_o(wq_data_o), .wq_strb_o(wq_strb_o), .over_o(over), .over_off_o(over_off),
      .alone_o(append_alone), .busy_o(append_busy)
  );

  logic [7:0] slot_q;
  always_ff @(posedge clk_i) if (load && sink_memory) slot_q <= c_q[7:0];
  assign wq_slot_o = slot_q;

  // ---- tokens ----
  logic        topk_busy, pick_busy;
  logic [31:0] token;
  logic [15:0] pick_place;
  wire logic   sample = pick_q & (sub_q != 2'(ing_pkg::ING_PICK_BEST));
  wire logic   index = pick_q & (sub_q == 2'(ing_pkg::ING_PICK_INDEX));
  wire logic   find = (state_q == Run) & pick_q & out_end_q & (~sample | (fed_q & ~pick_busy));
  // The word of a sample is drawn while the command before it executes, unless that is a sample too.
  logic        drawn_q, clk_token;
  wire logic   x_sample = x_valid_i & ~x_vec & ~x_topk
      & (x_cmd_i[ing_pkg::ING_T_SUB_W*32+ing_pkg::ING_T_SUB_L+:2] != 2'(ing_pkg::ING_PICK_BEST));
  wire logic   draw = x_sample & ~drawn_q & (take | ~sample);
  always_ff @(posedge clk_token) begin : draw_state
    if (draw) drawn_q <= 1'b1;
    if (!rst_ni || clr_i || take) drawn_q <= 1'b0;
  end
  ing_clkgate u_gate_token (
      .clk_i(clk_i), .en_i(((topk_q | pick_q) & (state_q != Idle)) | x_sample | wake | zero_i), .clk_o(clk_token)
  );

  ing_topk #(.PortBits(PortBits), .TopK(TopK)) u_topk (
      .clk_i(clk_token), .rst_ni(rst_ni & ~zero_i), .clr_i(clr_i),
      .reset_i(load & topk_q & (sub_q == 2'(ing_pkg::ING_TOPK_RESET))),
      .update_i(load & topk_q & (sub_q == 2'(ing_pkg::ING_TOPK_UPDATE))),
      .read_i(load & topk_q & (sub_q == 2'(ing_pkg::ING_TOPK_READ))), .find_i(find & ~index), .count_i(count_q), .base_i(base_q),
      .place_i(sample ? pick_place : 16'd0), .v_i(f_v & (sink_q == SinkTopk)), .ready_o(topk_ready), .data_i(f_data),
      .last_i(f_end), .w_v_o(top_v), .w_ready_i(w_ready_i), .w_word_o(top_word), .w_data_o(top_data), .token_o(token),
      .busy_o(topk_busy)
  );

  ing_pick #(.PortBits(PortBits), .TopK(TopK)) u_pick (
      .clk_i(clk_token), .rst_ni(rst_ni), .clr_i(clr_i), .draw_i(draw),
      .counter_i(x_cmd_i[ing_pkg::ING_T_BASE_W*32+:32]), .seed_lo_i(x_cmd_i[ing_pkg::ING_T_SEEDLO_W*32+:32]),
      .seed_hi_i(x_cmd_i[ing_pkg::ING_T_SEEDHI_W*32+:32]), .start_i(load & sample), .v_i(f_v & (sink_q == SinkPick)),
      .ready_o(pick_ready), .data_i(f_data), .last_i(f_end), .place_o(pick_place), .busy_o(pick_busy)
  );

  // ======== the end ========
  // The memory's answer to a beat is seen in wq_idle_i and wq_fault_i a few cycles after the beat was taken.
  logic [2:0] settle_q;
  wire logic  fed = fed_q | (Short & pop & f_end);
  wire logic  sinks_idle = (sink_q == SinkNone || !streams || fed)
      & (~sink_blocks | (fed_q & ~quant_busy & ~act_busy))
      & (~sink_memory | (~append_busy & settle_q == '0 & wq_idle_i))
      & (~reduces | (reduced == rows_q))
      & (~topk_q | ~topk_busy);

  wire logic  owed_done = owed_q & ~append_busy & (settle_q == '0) & wq_idle_i & ~wq_fault_i;
  wire logic  part = Short & sink_kv & fed_q & ~quant_busy & append_alone & ~reduces;

  always_ff @(posedge clk_i) begin : control
    pk_valid_o <= 1'b0;
    if (load) fed_q <= 1'b0;
    else if (pop && f_end) fed_q <= 1'b1;
    if (wq_valid_o || (load && sink_memory)) settle_q <= 3'd7;
    else if (settle_q != '0) settle_q <= settle_q - 3'd1;
    case (state_q)
      Load:    state_q <= Run;
      Run: begin
        if (pick_q) begin
          if (find) state_q <= index ? Tell : Find;
          pk_valid_o <= find & index;
        end else if (!issuing_q && out_end && sinks_idle && !owed_q) begin
          state_q <= Finish;
        end else if (!issuing_q && out_end_q && part) begin
          state_q      <= Post;
          owed_q       <= 1'b1;
          owed_pc_q    <= pc_q;
          owed_prior_q <= prior_q;
        end
      end
      Find: begin
        if (!topk_busy) begin
          state_q    <= Tell;
          pk_valid_o <= 1'b1;
        end
      end
      Tell:    if (!owed_q) state_q <= Finish;
      Finish:  state_q <= Idle;
      Post:    state_q <= Idle;
      default: ;
    endcase
    if (take) state_q <= Load;
    if (owed_done) owed_q <= 1'b0;
    if (refused) begin
      state_q      <= Stop;
      fault_code_o <= wq_fault_code_i;
      fault_off_o  <= (over && wq_fault_off_i == 32'hffffffff) ? over_off : wq_fault_off_i;
    end
    if (!rst_ni || clr_i) begin
      state_q <= Idle;
      owed_q  <= 1'b0;
    end
  end

  // Rows of a command, for the count of its reductions.
  always_ff @(posedge clk_i) begin : rows
    if (issue && a_end) rows_q <= issued_q + 16'd1;
  end

  assign done_o     = (state_q == Finish) | owed_done;
  assign pk_rd_o    = rd_q;
  assign pk_token_o = index ? {16'd0, pick_place} : token;

  assign fault_valid_o = (state_q == Stop) & ($signed(str_cnt_i - (owed_q ? owed_prior_q : prior_q)) >= 0);
  assign fault_pc_o    = owed_q ? owed_pc_q : pc_q;
  assign fault_slot_o  = slot_q;

`ifdef ING_ASSERT
  // The FIFO has room for what was issued.
  assert property (@(posedge clk_i) disable iff (!rst_ni) out_v && sink_q != SinkNone |-> unused_fifo_room);
  // Commands are done one after another.
  assert property (@(posedge clk_i) disable iff (!rst_ni) owed_q |-> state_q != Finish);
  // No word is left when a command ends.
  assert property (@(posedge clk_i) disable iff (!rst_ni) state_q == Finish |-> in_fifo_q == '0);
`endif

endmodule

`default_nettype wire
