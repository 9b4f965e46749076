// SPDX-License-Identifier: MIT
// Reads of device memory: the arbiter over stream fetch, command fetch and copy engine, slot checks, splitting into bursts.
//
// Requests are runs of units. Cycle 0 accepts one and looks its slot up, cycle 1 judges it, in cycle 2 the judgement is
// visible: rq_fault_o (stream), c_ok_o or c_fault_o (commands). Granted runs queue up and leave as AXI bursts that keep to
// 4 KiB pages and 256 beats; their data returns in the order of acceptance, past this module, told apart by the valids
// (a cycle after the bus gave it).
// Commands go first, stream and copies take turns. Copies name units of memory, not slots: they belong to the kernel.
// Ready depends on the valids of the other requesters. hold_i: nothing new is accepted; idle_o: nothing is under way.
// bus_err_o stays (with the slot) from a failed beat of a job's read until clr_i.
//   PortBits  width of a beat
`default_nettype none

module ing_mem_read #(
    parameter int unsigned PortBits = 512
) (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clr_i,
    input  wire logic        hold_i,
    output var  logic        idle_o,
    input  wire logic [2:0]  ctx_i,
    // stream fetch
    input  wire logic        rq_valid_i,
    output var  logic        rq_ready_o,
    input  wire logic [7:0]  rq_slot_i,
    input  wire logic [31:0] rq_off_i,
    input  wire logic [6:0]  rq_len_i,
    output var  logic        rq_fault_o,
    output var  logic        rd_valid_o,
    // command fetch, one unit
    input  wire logic        c_valid_i,
    output var  logic        c_ready_o,
    input  wire logic [7:0]  c_slot_i,
    input  wire logic [32:0] c_off_i,
    output var  logic        c_ok_o,
    output var  logic        c_fault_o,
    output var  logic        c_rvalid_o,
    // of whichever of the two was refused
    output var  logic [7:0]  fault_code_o,
    output var  logic [31:0] fault_off_o,
    // copy engine
    input  wire logic        p_valid_i,
    output var  logic        p_ready_o,
    input  wire logic [31:0] p_unit_i,
    input  wire logic [6:0]  p_len_i,
    output var  logic        p_rvalid_o,
    output var  logic        p_rerr_o,
    output var  logic        bus_err_o,
    output var  logic [7:0]  bus_slot_o,
    // slot lookup
    output var  logic        sl_en_o,
    output var  logic [7:0]  sl_addr_o,
    input  wire logic [31:0] sl_base_i,
    input  wire logic [31:0] sl_len_i,
    input  wire logic [2:0]  sl_perm_i,
    // device memory
    output var  logic        m_arvalid_o,
    input  wire logic        m_arready_i,
    output var  logic [63:0] m_araddr_o,
    output var  logic [7:0]  m_arlen_o,
    output var  logic [2:0]  m_arsize_o,
    output var  logic [1:0]  m_arburst_o,
    input  wire logic        m_rvalid_i,
    output var  logic        m_rready_o,
    input  wire logic [1:0]  m_rresp_i,
    input  wire logic        m_rlast_i
);

  localparam int unsigned UnitBeats = 512 / PortBits;
  localparam int unsigned LogUnitBeats = $clog2(UnitBeats);
  localparam int unsigned MostUnits = (256 / UnitBeats < 64) ? 256 / UnitBeats : 64;
  localparam int unsigned PageMask = MostUnits - 1;

  localparam logic [1:0] SrcStream = 2'd0;
  localparam logic [1:0] SrcCmd = 2'd1;
  localparam logic [1:0] SrcCopy = 2'd2;

  // ---- cycle 0: accept and look up ----
  logic        a_valid_q, b_valid_q, turn_q;
  logic [1:0]  a_src_q, b_src_q;
  logic [7:0]  a_slot_q, b_slot_q;
  logic [32:0] a_off_q;
  logic [6:0]  a_len_q, b_len_q;
  logic        b_ok_q;
  logic [31:0] b_unit_q, b_foff_q;
  logic [7:0]  b_code_q;
  logic [2:0]  fill_q;
  logic        open, accept;

  assign open       = !hold_i && (fill_q < 3'd4);
  assign c_ready_o  = open;
  assign rq_ready_o = open && !c_valid_i && !(p_valid_i && turn_q);
  assign p_ready_o  = open && !c_valid_i && !(rq_valid_i && !turn_q);
  assign accept     = open && (c_valid_i || rq_valid_i || p_valid_i);
  assign sl_en_o    = accept;
  assign sl_addr_o  = {ctx_i, c_valid_i ? c_slot_i[4:0] : rq_slot_i[4:0]};

  // ---- cycle 1: judge ----
  logic        ok;
  logic [7:0]  code;
  logic [31:0] foff;

  ing_mem_check u_check (
      .exec_i (a_src_q == SrcCmd),
      .write_i(1'b0),
      .known_i(a_slot_q < 8'(ing_pkg::ING_SLOTS)),
      .perm_i (sl_perm_i),
      .len_i  (sl_len_i),
      .off_i  (a_off_q),
      .run_i  (a_len_q),
      .ok_o   (ok),
      .code_o (code),
      .off_o  (foff)
  );

  // Runs that were granted, waiting to become bursts: unit, length, source, slot.
  localparam int unsigned RunBits = 32 + 7 + 2 + 8;
  logic [RunBits-1:0] run_mem [4];
  logic [2:0]         run_wptr_q, run_rptr_q;
  logic               run_pop;

  always_ff @(posedge clk_i) begin
    if (accept) begin
      if (c_valid_i) begin
        a_src_q  <= SrcCmd;
        a_slot_q <= c_slot_i;
        a_off_q  <= c_off_i;
        a_len_q  <= 7'd1;
      end else if (rq_valid_i && rq_ready_o) begin
        a_src_q  <= SrcStream;
        a_slot_q <= rq_slot_i;
        a_off_q  <= {1'b0, rq_off_i};
        a_len_q  <= rq_len_i;
      end else begin
        a_src_q  <= SrcCopy;
        a_slot_q <= 8'd0;
        a_off_q  <= {1'b0, p_unit_i};
        a_len_q  <= p_len_i;
      end
    end
    if (a_valid_q) begin
      b_src_q  <= a_src_q;
      b_slot_q <= a_slot_q;
      b_len_q  <= a_len_q;
      b_ok_q   <= ok || (a_src_q == SrcCopy);
      b_unit_q <= (a_src_q == SrcCopy) ? a_off_q[31:0] : sl_base_i + a_off_q[31:0];
      b_code_q <= code;
      b_foff_q <= foff;
    end
    if (b_valid_q && b_ok_q) run_mem[run_wptr_q[1:0]] <= {b_slot_q, b_src_q, b_len_q, b_unit_q};
    if (!rst_ni) begin
      a_valid_q  <= 1'b0;
      b_valid_q  <= 1'b0;
      turn_q     <= 1'b0;
      fill_q     <= 3'd0;
      run_wptr_q <= 3'd0;
    end else begin
      a_valid_q <= accept;
      b_valid_q <= a_valid_q;
      if (accept && !c_valid_i) turn_q <= rq_valid_i && rq_ready_o;
      fill_q <= fill_q + 3'(accept) - 3'(run_pop) - 3'(b_valid_q && !b_ok_q);
      if (b_valid_q && b_ok_q) run_wptr_q <= run_wptr_q + 3'd1;
    end
  end

  assign rq_fault_o   = b_valid_q && !b_ok_q && (b_src_q == SrcStream);
  assign c_fault_o    = b_valid_q && !b_ok_q && (b_src_q == SrcCmd);
  assign c_ok_o       = b_valid_q && b_ok_q && (b_src_q == SrcCmd);
  assign fault_code_o = b_code_q;
  assign fault_off_o  = b_foff_q;

  // ---- split into bursts ----
  logic        s_valid_q;
  logic [31:0] s_unit_q;
  logic [6:0]  s_len_q, part;
  logic [1:0]  s_src_q;
  logic [7:0]  s_slot_q;
  logic        ar_ready, s_last;
  logic [8:0]  part_beats;

  // Units up to the next border of the longest burst.
  assign part       = (7'(MostUnits) - (s_unit_q[6:0] & 7'(PageMask)) < s_len_q) ?
                      7'(MostUnits) - (s_unit_q[6:0] & 7'(PageMask)) : s_len_q;
  assign part_beats = 9'(part) << LogUnitBeats;
  assign s_last     = part == s_len_q;
  assign run_pop    = (run_wptr_q != run_rptr_q) && (!s_valid_q || (ar_ready && s_last));

  always_ff @(posedge clk_i) begin
    if (run_pop) begin
      {s_slot_q, s_src_q, s_len_q, s_unit_q} <= run_mem[run_rptr_q[1:0]];
    end else if (s_valid_q && ar_ready) begin
      s_unit_q <= s_unit_q + 32'(part);
      s_len_q  <= s_len_q - part;
    end
    if (!rst_ni) begin
      s_valid_q  <= 1'b0;
      run_rptr_q <= 3'd0;
    end else if (run_pop) begin
      s_valid_q  <= 1'b1;
      run_rptr_q <= run_rptr_q + 3'd1;
    end else if (ar_ready && s_last) begin
      s_valid_q <= 1'b0;
    end
  end

  logic       rs_valid, rs_err, bus_idle;
  logic [9:0] rs_tag;

  ing_axi_read #(
      .TagBits    (10),
      .Outstanding(32),
      .LogBytes   ($clog2(PortBits / 8))
  ) u_axi (
      .clk_i,
      .rst_ni,
      .rq_valid_i (s_valid_q),
      .rq_ready_o (ar_ready),
      .rq_addr_i  ({26'd0, s_unit_q, 6'd0}),
      .rq_len_i   (8'(part_beats - 9'd1)),
      .rq_tag_i   ({s_slot_q, s_src_q}),
      .rs_valid_o (rs_valid),
      .rs_err_o   (rs_err),
      .rs_tag_o   (rs_tag),
      .idle_o     (bus_idle),
      .m_arvalid_o,
      .m_arready_i,
      .m_araddr_o,
      .m_arlen_o,
      .m_arsize_o,
      .m_arburst_o,
      .m_rvalid_i,
      .m_rready_o,
      .m_rresp_i,
      .m_rlast_i
  );

  assign idle_o     = bus_idle && (fill_q == 3'd0) && !s_valid_q;
  assign rd_valid_o = rs_valid && (rs_tag[1:0] == SrcStream);
  assign c_rvalid_o = rs_valid && (rs_tag[1:0] == SrcCmd);
  assign p_rvalid_o = rs_valid && (rs_tag[1:0] == SrcCopy);
  assign p_rerr_o   = rs_err;

  always_ff @(posedge clk_i) begin
    if (!bus_err_o) bus_slot_o <= rs_tag[9:2];
    if (!rst_ni || clr_i) bus_err_o <= 1'b0;
    else if (rs_valid && rs_err && (rs_tag[1:0] != SrcCopy)) bus_err_o <= 1'b1;
  end

`ifdef ING_ASSERT
  RunOfAUnitAtLeast: assert property (@(posedge clk_i) disable iff (!rst_ni)
      rq_valid_i |-> rq_len_i != 7'd0 && rq_len_i <= 7'd64);
  NoMoreThanTheQueueHolds: assert property (@(posedge clk_i) disable iff (!rst_ni) fill_q <= 3'd4);
`endif

endmodule

`default_nettype wire
