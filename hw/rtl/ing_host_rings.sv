// SPDX-License-Identifier: MIT
// Rings: takes descriptors from the submission rings, starts jobs and copies, writes completions, sends interrupts.
//
// One walker serves both queues: completions first, then descriptors, queue 0 before queue 1. A queue has one thing going
// on at a time. A full completion ring is asked for its head again every 64 cycles; the other queue goes on meanwhile.
// Register port: rg_we_i writes word rg_addr_i (queue, then offset/4) of the queue block; rg_rdata_o is that word, at once.
// Job: job_valid_o with desc_o until job_ready_i; its completions come through cp_*. Copy: copy_start_o, a pulse with
// desc_o, until copy_done_i. Reads and writes of host memory: see ing_host_axi.
// irq_o: a pulse when a completion that asks for it is visible to the host.
//   PortBits  width of a beat
`default_nettype none

module ing_host_rings #(
    parameter int unsigned PortBits = 512
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  rg_we_i,
    input  wire logic [4:0]            rg_addr_i,
    input  wire logic [31:0]           rg_wdata_i,
    output var  logic [31:0]           rg_rdata_o,
    output var  logic [1:0]            irq_o,
    output var  logic                  busy_o,
    output var  logic                  awake_o,    // needs its clock in this cycle
    output var  logic [1:0]            active_o,   // a job runs, a copy runs
    output var  logic [511:0]          desc_o,
    output var  logic                  job_valid_o,
    input  wire logic                  job_ready_i,
    input  wire logic                  cp_valid_i,
    output var  logic                  cp_ready_o,
    input  wire logic                  cp_done_i,
    input  wire logic                  cp_irq_i,
    input  wire logic [31:0]           cp_tag_i,
    input  wire logic [7:0]            cp_code_i,
    input  wire logic [31:0]           cp_value_i,
    input  wire logic [31:0]           cp_value2_i,
    input  wire logic [31:0]           cp_off_i,
    input  wire logic [47:0]           cp_cycles_i,
    output var  logic                  copy_start_o,
    input  wire logic                  copy_done_i,
    input  wire logic                  copy_err_i,
    output var  logic                  rr_valid_o,
    input  wire logic                  rr_ready_i,
    output var  logic [57:0]           rr_unit_o,
    input  wire logic                  rr_rvalid_i,
    input  wire logic                  rr_rerr_i,
    input  wire logic [PortBits-1:0]   rr_rdata_i,
    output var  logic                  rw_valid_o,
    output var  logic [63:0]           rw_addr_o,
    output var  logic [7:0]            rw_len_o,
    input  wire logic                  rw_start_i,
    output var  logic [PortBits-1:0]   rw_data_o,
    output var  logic [PortBits/8-1:0] rw_strb_o,
    input  wire logic                  rw_take_i,
    input  wire logic                  rw_done_i
);

  localparam int unsigned UnitBeats = 512 / PortBits;
  localparam int unsigned CompBits = 8 * ing_pkg::ING_COMP_BYTES;
  // Beats of a completion, and its bits that fit in one beat.
  localparam int unsigned CompBeats = (PortBits < CompBits) ? CompBits / PortBits : 1;
  localparam int unsigned PollCycles = 64;

  // ---- registers of the queues ----
  logic [1:0][57:0] sq_base_q;
  logic [1:0][57:0] cq_base_q;
  logic [1:0][57:0] cq_head_q;
  logic [1:0][3:0]  sq_log2_q;
  logic [1:0][3:0]  cq_log2_q;
  logic [1:0][15:0] sq_tail_q;
  logic [1:0][15:0] sq_head_q;
  logic [1:0][15:0] cq_tail_q;
  logic [1:0][15:0] cq_seen_q;
  logic [1:0]  enable_q;
  logic        rg_q;
  logic [5:0]  rg_off;

  assign rg_q   = rg_addr_i[4];
  assign rg_off = {rg_addr_i[3:0], 2'b00};

  always_comb begin
    case (rg_off)
      6'(ing_pkg::ING_Q_SQ_BASE_LO): rg_rdata_o = {sq_base_q[rg_q][25:0], 6'd0};
      6'(ing_pkg::ING_Q_SQ_BASE_HI): rg_rdata_o = sq_base_q[rg_q][57:26];
      6'(ing_pkg::ING_Q_SQ_LOG2): rg_rdata_o = {28'd0, sq_log2_q[rg_q]};
      6'(ing_pkg::ING_Q_SQ_TAIL): rg_rdata_o = {16'd0, sq_tail_q[rg_q]};
      6'(ing_pkg::ING_Q_SQ_HEAD): rg_rdata_o = {16'd0, sq_head_q[rg_q]};
      6'(ing_pkg::ING_Q_CQ_BASE_LO): rg_rdata_o = {cq_base_q[rg_q][25:0], 6'd0};
      6'(ing_pkg::ING_Q_CQ_BASE_HI): rg_rdata_o = cq_base_q[rg_q][57:26];
      6'(ing_pkg::ING_Q_CQ_LOG2): rg_rdata_o = {28'd0, cq_log2_q[rg_q]};
      6'(ing_pkg::ING_Q_CQ_HEAD_LO): rg_rdata_o = {cq_head_q[rg_q][25:0], 6'd0};
      6'(ing_pkg::ING_Q_CQ_HEAD_HI): rg_rdata_o = cq_head_q[rg_q][57:26];
      6'(ing_pkg::ING_Q_CQ_TAIL): rg_rdata_o = {16'd0, cq_tail_q[rg_q]};
      6'(ing_pkg::ING_Q_ENABLE): rg_rdata_o = {31'd0, enable_q[rg_q]};
      default: rg_rdata_o = 32'd0;
    endcase
  end

  // ---- the walker ----
  typedef enum logic [2:0] {
    Idle,
    Ask,       // read a unit of host memory
    Collect,   // its beats
    Dispatch,  // judge a descriptor and start what it says
    Start,     // the job takes the descriptor
    Write,     // a completion
    Answer     // it is visible
  } state_e;

  state_e      state_q;
  logic        q_q;        // queue served
  logic        head_rd_q;  // the unit is a completion head, not a descriptor
  logic        rerr_q;
  logic [2:0]  beat_q;
  logic [1:0]  act_q;      // a job, a copy is going on
  logic [1:0][6:0]  poll_q; // cycles before the head of a full ring is read again

  // A completion to write, one a queue; that of a copy has nothing but tag and code.
  logic [1:0]  cv_q, cirq_q;
  logic [1:0][31:0] ctag_q;
  logic [1:0][7:0]  ccode_q;
  logic        cdone_q;
  logic [31:0] cvalue_q, cvalue2_q, coff_q;
  logic [47:0] ccycles_q;
  logic [31:0] copy_tag_q;
  logic        copy_irq_q;

  logic [1:0]  full, want_write, want_read, want_desc;
  logic [15:0] sq_index, cq_index;
  logic        dirq, drop;

  always_comb begin
    for (int q = 0; q < 2; q++) begin
      full[q]       = 16'(cq_tail_q[q] - cq_seen_q[q]) >= (16'd1 << cq_log2_q[q]);
      want_write[q] = cv_q[q] && enable_q[q] && !full[q];
      want_read[q]  = cv_q[q] && enable_q[q] && full[q] && (poll_q[q] == 7'd0);
      want_desc[q]  = !cv_q[q] && enable_q[q] && !act_q[q] && (sq_tail_q[q] != sq_head_q[q]);
    end
  end

  assign sq_index = sq_head_q[q_q] & ~(16'hffff << sq_log2_q[q_q]);
  assign cq_index = cq_tail_q[q_q] & ~(16'hffff << cq_log2_q[q_q]);
  assign rr_valid_o = state_q == Ask;
  assign rr_unit_o  = head_rd_q ? cq_head_q[q_q] : sq_base_q[q_q] + 58'(sq_index);
  assign busy_o     = (state_q != Idle) || (act_q != 2'd0) || (want_desc != 2'd0) || ((cv_q & enable_q) != 2'd0);
  assign awake_o    = (state_q != Idle) || (want_desc != 2'd0) || (cv_q != 2'd0) || (poll_q != '0) || rg_we_i ||
                      cp_valid_i || copy_done_i || copy_start_o || (irq_o != 2'd0);
  assign active_o   = act_q;
  assign job_valid_o = state_q == Start;
  assign cp_ready_o  = !cv_q[0];
  assign dirq        = (desc_o[31:0] & ing_pkg::ING_DESC_IRQ) != 32'd0;
  assign drop        = !enable_q[q_q];

  // ---- is a descriptor well formed? ----
  logic        bad;
  logic [7:0]  dtype;
  logic [32:0] dev_end;

  assign dtype   = desc_o[7:0];
  assign dev_end = {1'b0, desc_o[32*ing_pkg::ING_DESC_DEV_W+:32]} + {1'b0, desc_o[32*ing_pkg::ING_DESC_LEN_W+:32]};

  always_comb begin
    bad = (desc_o[31:8] & 24'(~(ing_pkg::ING_DESC_IRQ >> 8))) != 24'd0;
    if (!q_q) begin
      if (dtype != 8'(ing_pkg::ING_DESC_RUN)) bad = 1'b1;
      if (desc_o[32*ing_pkg::ING_DESC_CTX_W+:8] >= 8'(ing_pkg::ING_CONTEXTS)) bad = 1'b1;
    end else begin
      if (dtype != 8'(ing_pkg::ING_DESC_TO_DEVICE) && dtype != 8'(ing_pkg::ING_DESC_TO_HOST)) bad = 1'b1;
      if (desc_o[32*ing_pkg::ING_DESC_HOST_LO_W+:6] != 6'd0) bad = 1'b1;
      if (desc_o[32*ing_pkg::ING_DESC_LEN_W+:32] == 32'd0) bad = 1'b1;
      if (dev_end > 33'h100000000) bad = 1'b1;
    end
  end

  // ---- the completion as it is written ----
  logic [CompBits-1:0] comp;
  logic                phase;

  assign phase = !cq_tail_q[q_q][cq_log2_q[q_q]];

  always_comb begin
    comp = '0;
    comp[32*ing_pkg::ING_COMP_TAG_W+:32]  = ctag_q[q_q];
    comp[32*ing_pkg::ING_COMP_TYPE_W+:8]  = (q_q || cdone_q) ? 8'(ing_pkg::ING_COMP_DONE) : 8'(ing_pkg::ING_COMP_EVENT);
    comp[32*ing_pkg::ING_COMP_TYPE_W+8+:8] = ccode_q[q_q];
    if (!q_q) begin
      comp[32*ing_pkg::ING_COMP_VALUE_W+:32]     = cvalue_q;
      comp[32*ing_pkg::ING_COMP_VALUE2_W+:32]    = cvalue2_q;
      comp[32*ing_pkg::ING_COMP_OFFSET_W+:32]    = coff_q;
      comp[32*ing_pkg::ING_COMP_CYCLES_LO_W+:48] = ccycles_q;
    end
    comp[32*ing_pkg::ING_COMP_PHASE_W] = phase;
  end

  if (PortBits > CompBits) begin : g_half
    // Two completions share a beat; the address names the beat.
    assign rw_data_o = {comp, comp};
    assign rw_strb_o = {{CompBits / 8{cq_index[0]}}, {CompBits / 8{!cq_index[0]}}};
    assign rw_addr_o = {cq_base_q[q_q] + 58'(cq_index[15:1]), 6'd0};
  end else begin : g_whole
    always_comb begin
      rw_data_o = '0;
      for (int i = 0; i < CompBeats; i++) begin
        if (beat_q == 3'(i)) rw_data_o = comp[PortBits*i+:PortBits];
      end
    end
    assign rw_strb_o = '1;
    assign rw_addr_o = {cq_base_q[q_q] + 58'(cq_index[15:1]), cq_index[0], 5'd0};
  end

  assign rw_valid_o = (state_q == Write) && !drop;
  assign rw_len_o   = 8'(CompBeats - 1);

  logic [511:0] desc_next;
  if (UnitBeats == 1) begin : g_line
    assign desc_next = rr_rdata_i;
  end else begin : g_parts
    assign desc_next = {rr_rdata_i, desc_o[511:PortBits]};
  end

  always_ff @(posedge clk_i) begin
    copy_start_o <= 1'b0;
    irq_o        <= 2'b00;
    for (int q = 0; q < 2; q++) begin
      if (poll_q[q] != 7'd0) poll_q[q] <= poll_q[q] - 7'd1;
      // What nobody waits for any more.
      if (!enable_q[q] && !(q_q == 1'(q) && (state_q == Write || state_q == Answer))) cv_q[q] <= 1'b0;
    end

    // ---- completions come in ----
    if (cp_valid_i && cp_ready_o) begin
      cv_q[0]    <= 1'b1;
      cirq_q[0]  <= cp_irq_i;
      ctag_q[0]  <= cp_tag_i;
      ccode_q[0] <= cp_done_i ? cp_code_i : 8'd0;
      cdone_q    <= cp_done_i;
      cvalue_q   <= cp_value_i;
      cvalue2_q  <= cp_value2_i;
      coff_q     <= cp_done_i ? cp_off_i : 32'd0;
      ccycles_q  <= cp_cycles_i;
      if (cp_done_i) act_q[0] <= 1'b0;
    end
    if (copy_done_i) begin
      cv_q[1]    <= 1'b1;
      cirq_q[1]  <= copy_irq_q;
      ctag_q[1]  <= copy_tag_q;
      ccode_q[1] <= copy_err_i ? 8'(ing_pkg::ING_FAULT_BUS) : 8'd0;
      act_q[1]   <= 1'b0;
    end

    case (state_q)
      Idle: begin
        beat_q <= 3'd0;
        rerr_q <= 1'b0;
        if (want_write != 2'd0) begin
          q_q     <= !want_write[0];
          state_q <= Write;
        end else if (want_read != 2'd0) begin
          q_q       <= !want_read[0];
          head_rd_q <= 1'b1;
          state_q   <= Ask;
        end else if (want_desc != 2'd0) begin
          q_q       <= !want_desc[0];
          head_rd_q <= 1'b0;
          state_q   <= Ask;
        end
      end

      Ask: if (rr_ready_i) state_q <= Collect;

      Collect: begin
        if (rr_rvalid_i) begin
          desc_o <= desc_next;
          rerr_q <= rerr_q || rr_rerr_i;
          beat_q <= beat_q + 3'd1;
          if (beat_q == 3'(UnitBeats - 1)) state_q <= Dispatch;
        end
      end

      Dispatch: begin
        state_q <= Idle;
        if (head_rd_q) begin
          if (!rerr_q) cq_seen_q[q_q] <= desc_o[15:0];
          poll_q[q_q] <= 7'(PollCycles);
        end else if (enable_q[q_q]) begin
          sq_head_q[q_q] <= sq_head_q[q_q] + 16'd1;
          if (bad || rerr_q) begin
            cv_q[q_q]    <= 1'b1;
            cirq_q[q_q]  <= dirq && !rerr_q;
            ctag_q[q_q]  <= rerr_q ? 32'd0 : desc_o[32*ing_pkg::ING_DESC_TAG_W+:32];
            ccode_q[q_q] <= rerr_q ? 8'(ing_pkg::ING_FAULT_BUS) : 8'(ing_pkg::ING_FAULT_DESC);
            if (!q_q) begin
              cdone_q   <= 1'b1;
              cvalue_q  <= 32'd0;
              cvalue2_q <= 32'd0;
              coff_q    <= 32'd0;
              ccycles_q <= 48'd0;
            end
          end else begin
            act_q[q_q] <= 1'b1;
            if (q_q) begin
              copy_start_o <= 1'b1;
              copy_tag_q   <= desc_o[32*ing_pkg::ING_DESC_TAG_W+:32];
              copy_irq_q   <= dirq;
            end else begin
              state_q <= Start;
            end
          end
        end
      end

      Start: if (job_ready_i) state_q <= Idle;

      Write: begin
        if (drop && beat_q == 3'd0) begin
          cv_q[q_q] <= 1'b0;
          state_q   <= Idle;
        end
        if (rw_start_i) state_q <= Answer;
      end

      Answer: begin
        if (rw_take_i) beat_q <= beat_q + 3'd1;
        if (rw_done_i) begin
          cq_tail_q[q_q] <= cq_tail_q[q_q] + 16'd1;
          irq_o[q_q]     <= cirq_q[q_q] && enable_q[q_q];
          cv_q[q_q]      <= 1'b0;
          state_q        <= Idle;
        end
      end

      default: state_q <= Idle;
    endcase

    // ---- register writes ----
    if (rg_we_i) begin
      case (rg_off)
        6'(ing_pkg::ING_Q_SQ_BASE_LO): sq_base_q[rg_q][25:0] <= rg_wdata_i[31:6];
        6'(ing_pkg::ING_Q_SQ_BASE_HI): sq_base_q[rg_q][57:26] <= rg_wdata_i;
        6'(ing_pkg::ING_Q_SQ_LOG2): sq_log2_q[rg_q] <= rg_wdata_i[3:0];
        6'(ing_pkg::ING_Q_SQ_TAIL): sq_tail_q[rg_q] <= rg_wdata_i[15:0];
        6'(ing_pkg::ING_Q_CQ_BASE_LO): cq_base_q[rg_q][25:0] <= rg_wdata_i[31:6];
        6'(ing_pkg::ING_Q_CQ_BASE_HI): cq_base_q[rg_q][57:26] <= rg_wdata_i;
        6'(ing_pkg::ING_Q_CQ_LOG2): cq_log2_q[rg_q] <= rg_wdata_i[3:0];
        6'(ing_pkg::ING_Q_CQ_HEAD_LO): cq_head_q[rg_q][25:0] <= rg_wdata_i[31:6];
        6'(ing_pkg::ING_Q_CQ_HEAD_HI): cq_head_q[rg_q][57:26] <= rg_wdata_i;
        6'(ing_pkg::ING_Q_ENABLE): begin
          enable_q[rg_q] <= rg_wdata_i[0];
          if (rg_wdata_i[0] && !enable_q[rg_q]) begin
            sq_tail_q[rg_q] <= 16'd0;
            sq_head_q[rg_q] <= 16'd0;
            cq_tail_q[rg_q] <= 16'd0;
            cq_seen_q[rg_q] <= 16'd0;
            poll_q[rg_q]    <= 7'd0;
          end
        end
        default: ;
      endcase
    end

    if (!rst_ni) begin
      state_q      <= Idle;
      q_q          <= 1'b0;
      head_rd_q    <= 1'b0;
      copy_start_o <= 1'b0;
      irq_o        <= 2'b00;
      enable_q     <= 2'b00;
      act_q        <= 2'b00;
      cv_q         <= 2'b00;
      for (int q = 0; q < 2; q++) begin
        sq_base_q[q] <= '0;
        cq_base_q[q] <= '0;
        cq_head_q[q] <= '0;
        sq_log2_q[q] <= '0;
        cq_log2_q[q] <= '0;
        sq_tail_q[q] <= '0;
        sq_head_q[q] <= '0;
        cq_tail_q[q] <= '0;
        cq_seen_q[q] <= '0;
        poll_q[q]    <= '0;
      end
    end
  end

endmodule

`default_nettype wire
