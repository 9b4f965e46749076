// SPDX-License-Identifier: MIT
// Writes of device memory: single beats of the vector engine, checked against the slots, and bursts of the copy engine.
//
// wq_*: one beat each; judged one cycle after it was accepted. The first refusal stays in wq_fault_o (code, offset) until
// clr_i, and every later beat is dropped meanwhile. wq_idle_o: every accepted beat is answered or dropped.
// cw_*: bursts of units of memory, not slots (they belong to the kernel): see source b of ing_axi_write. A burst must not
// cross 4 KiB nor have more than 256 beats.
// hold_i: nothing new is accepted; idle_o: nothing is under way. bus_err_o stays (with the slot) until clr_i.
//   PortBits  width of a beat
//   Ahead     a beat is accepted and judged while the data of the one before leaves: one a cycle instead of one in three,
//             with a path from the bus to wq_ready_o
`default_nettype none

module ing_mem_write #(
    parameter int unsigned PortBits = 512,
    parameter bit          Ahead    = 1'b0
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  clr_i,
    input  wire logic                  hold_i,
    output var  logic                  idle_o,
    input  wire logic [2:0]            ctx_i,
    input  wire logic                  wq_valid_i,
    output var  logic                  wq_ready_o,
    input  wire logic [7:0]            wq_slot_i,
    input  wire logic [31:0]           wq_off_i,
    input  wire logic [2:0]            wq_sub_i,
    input  wire logic [PortBits-1:0]   wq_data_i,
    input  wire logic [PortBits/8-1:0] wq_strb_i,
    output var  logic                  wq_idle_o,
    output var  logic                  wq_fault_o,
    output var  logic [7:0]            wq_fault_code_o,
    output var  logic [31:0]           wq_fault_off_o,
    output var  logic                  beat_o,      // a beat of wq_* leaves for memory
    input  wire logic                  cw_valid_i,
    input  wire logic [31:0]           cw_unit_i,
    input  wire logic [6:0]            cw_len_i,
    output var  logic                  cw_start_o,
    input  wire logic                  cw_dvalid_i,
    input  wire logic [PortBits-1:0]   cw_data_i,
    output var  logic                  cw_take_o,
    output var  logic                  cw_done_o,
    output var  logic                  cw_err_o,
    output var  logic                  bus_err_o,
    output var  logic [7:0]            bus_slot_o,
    output var  logic                  sl_en_o,
    output var  logic [7:0]            sl_addr_o,
    input  wire logic [31:0]           sl_base_i,
    input  wire logic [31:0]           sl_len_i,
    input  wire logic [2:0]            sl_perm_i,
    output var  logic                  m_awvalid_o,
    input  wire logic                  m_awready_i,
    output var  logic [63:0]           m_awaddr_o,
    output var  logic [7:0]            m_awlen_o,
    output var  logic [2:0]            m_awsize_o,
    output var  logic [1:0]            m_awburst_o,
    output var  logic                  m_wvalid_o,
    input  wire logic                  m_wready_i,
    output var  logic [PortBits-1:0]   m_wdata_o,
    output var  logic [PortBits/8-1:0] m_wstrb_o,
    output var  logic                  m_wlast_o,
    input  wire logic                  m_bvalid_i,
    output var  logic                  m_bready_o,
    input  wire logic [1:0]            m_bresp_i
);

  localparam int unsigned LogBytes = $clog2(PortBits / 8);
  localparam int unsigned LogUnitBeats = $clog2(512 / PortBits);

  logic                  v_valid_q, v_started_q;
  logic [7:0]            v_slot_q;
  logic [31:0]           v_off_q;
  logic [2:0]            v_sub_q;
  logic [PortBits-1:0]   v_data_q;
  logic [PortBits/8-1:0] v_strb_q;
  logic                  ok, v_leaves, v_take, v_start, v_done, bus_idle, b_err;
  logic [7:0]            code;
  logic [31:0]           foff;
  logic [6:0]            open_q;  // beats on the bus without an answer
  logic [37:0]           v_addr;

  ing_mem_check u_check (
      .exec_i (1'b0),
      .write_i(1'b1),
      .known_i(v_slot_q < 8'(ing_pkg::ING_SLOTS)),
      .perm_i (sl_perm_i),
      .len_i  (sl_len_i),
      .off_i  ({1'b0, v_off_q}),
      .run_i  (7'd1),
      .ok_o   (ok),
      .code_o (code),
      .off_o  (foff)
  );

  assign v_addr     = {sl_base_i + v_off_q, 6'd0} + (38'(v_sub_q) << LogBytes);
  // Its data waits in registers of their own, if the next beat may come already.
  logic                  d_valid;
  logic [PortBits-1:0]   d_data;
  logic [PortBits/8-1:0] d_strb;
  if (Ahead) begin : g_ahead
    logic                  d_valid_q;
    logic [PortBits-1:0]   d_data_q;
    logic [PortBits/8-1:0] d_strb_q;
    always_ff @(posedge clk_i) begin
      if (v_start) begin
        d_data_q <= v_data_q;
        d_strb_q <= v_strb_q;
      end
      if (!rst_ni) d_valid_q <= 1'b0;
      else if (v_start) d_valid_q <= 1'b1;
      else if (v_take) d_valid_q <= 1'b0;
    end
    assign {d_valid, d_data, d_strb} = {d_valid_q, d_data_q, d_strb_q};
    assign v_leaves   = v_valid_q && (v_start || !ok || wq_fault_o);
    assign wq_ready_o = !hold_i && (!v_valid_q || v_leaves);
  end else begin : g_alone
    assign {d_valid, d_data, d_strb} = {v_valid_q, v_data_q, v_strb_q};
    assign v_leaves   = v_valid_q && ((v_started_q && v_take) || (!v_started_q && (!ok || wq_fault_o)));
    // Does not look at the bus, so that no path leads from there to the vector engine.
    assign wq_ready_o = !hold_i && !v_valid_q;
  end
  assign sl_en_o    = wq_valid_i && wq_ready_o;
  assign sl_addr_o  = {ctx_i, wq_slot_i[4:0]};
  assign wq_idle_o  = !v_valid_q && (open_q == 7'd0);
  assign beat_o     = v_take;
  assign idle_o     = bus_idle && !v_valid_q;

  always_ff @(posedge clk_i) begin
    if (wq_valid_i && wq_ready_o) begin
      v_slot_q <= wq_slot_i;
      v_off_q  <= wq_off_i;
      v_sub_q  <= wq_sub_i;
      v_data_q <= wq_data_i;
      v_strb_q <= wq_strb_i;
    end
    if (v_valid_q && !v_started_q && !ok && !wq_fault_o) begin
      wq_fault_code_o <= code;
      wq_fault_off_o  <= foff;
    end
    if (!bus_err_o) bus_slot_o <= v_slot_q;
    if (!rst_ni) begin
      v_valid_q   <= 1'b0;
      v_started_q <= 1'b0;
      wq_fault_o  <= 1'b0;
      bus_err_o   <= 1'b0;
      open_q      <= 7'd0;
    end else begin
      if (wq_valid_i && wq_ready_o) v_valid_q <= 1'b1;
      else if (v_leaves) v_valid_q <= 1'b0;
      if (v_leaves) v_started_q <= 1'b0;
      else if (v_start && !Ahead) v_started_q <= 1'b1;
      open_q <= open_q + 7'(v_start) - 7'(v_done);
      if (clr_i) wq_fault_o <= 1'b0;
      else if (v_valid_q && !v_started_q && !ok) wq_fault_o <= 1'b1;
      if (clr_i) bus_err_o <= 1'b0;
      else if (v_done && b_err) bus_err_o <= 1'b1;
    end
  end

  ing_axi_write #(
      .PortBits   (PortBits),
      .Outstanding(32)
  ) u_axi (
      .clk_i,
      .rst_ni,
      // A beat that waits here was accepted before the hold: it must still go.
      .hold_i     (hold_i && !v_valid_q),
      .idle_o     (bus_idle),
      .a_valid_i  (v_valid_q && !v_started_q && ok && !wq_fault_o),
      .a_addr_i   ({26'd0, v_addr}),
      .a_len_i    (8'd0),
      .a_start_o  (v_start),
      .a_dvalid_i (d_valid),
      .a_data_i   (d_data),
      .a_strb_i   (d_strb),
      .a_take_o   (v_take),
      .a_done_o   (v_done),
      .b_valid_i  (cw_valid_i && !hold_i),
      .b_addr_i   ({26'd0, cw_unit_i, 6'd0}),
      .b_len_i    (8'((9'(cw_len_i) << LogUnitBeats) - 9'd1)),
      .b_start_o  (cw_start_o),
      .b_dvalid_i (cw_dvalid_i),
      .b_data_i   (cw_data_i),
      .b_take_o   (cw_take_o),
      .b_done_o   (cw_done_o),
      .err_o      (b_err),
      .m_awvalid_o,
      .m_awready_i,
      .m_awaddr_o,
      .m_awlen_o,
      .m_awsize_o,
      .m_awburst_o,
      .m_wvalid_o,
      .m_wready_i,
      .m_wdata_o,
      .m_wstrb_o,
      .m_wlast_o,
      .m_bvalid_i,
      .m_bready_o,
      .m_bresp_i
  );

  assign cw_err_o = b_err;

`ifdef ING_ASSERT
  BeatHeld: assert property (@(posedge clk_i) disable iff (!rst_ni)
      wq_valid_i && !wq_ready_o && !clr_i |=> clr_i || (wq_valid_i && $stable(wq_off_i) && $stable(wq_data_i)));
`endif

endmodule

`default_nettype wire
