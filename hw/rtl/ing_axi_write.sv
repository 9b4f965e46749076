// SPDX-License-Identifier: MIT
// Write side of an AXI4 master: two sources share it, one ID, so answers come in order.
//
// A source offers a burst (valid, addr, len = beats - 1); x_start_o takes the offer. From the next cycle on its beats are
// taken (x_take_o) as they are there (x_dvalid_i); the next burst may start with the last beat of the one before.
// x_done_o tells of the answer to a burst, x_err_o (with done) that it was an error. Source a goes first. hold_i stops new
// bursts; a burst that has started goes on. A source that has started a burst must deliver its beats.
//   PortBits     width of the data
//   Outstanding  most bursts under way, a power of two
`default_nettype none

module ing_axi_write #(
    parameter int unsigned PortBits    = 512,
    parameter int unsigned Outstanding = 32
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  hold_i,
    output var  logic                  idle_o,
    input  wire logic                  a_valid_i,
    input  wire logic [63:0]           a_addr_i,
    input  wire logic [7:0]            a_len_i,
    output var  logic                  a_start_o,
    input  wire logic                  a_dvalid_i,
    input  wire logic [PortBits-1:0]   a_data_i,
    input  wire logic [PortBits/8-1:0] a_strb_i,
    output var  logic                  a_take_o,
    output var  logic                  a_done_o,
    input  wire logic                  b_valid_i,
    input  wire logic [63:0]           b_addr_i,
    input  wire logic [7:0]            b_len_i,
    output var  logic                  b_start_o,
    input  wire logic                  b_dvalid_i,
    input  wire logic [PortBits-1:0]   b_data_i,
    output var  logic                  b_take_o,
    output var  logic                  b_done_o,
    output var  logic                  err_o,
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

  localparam int unsigned PtrBits  = $clog2(Outstanding);
  localparam int unsigned LogBytes = $clog2(PortBits / 8);

  if (Outstanding != (1 << PtrBits)) begin : g_check
    $fatal(1, "Outstanding must be a power of two");
  end

  logic [Outstanding-1:0] owner_mem;
  logic [PtrBits:0]       wptr_q, rptr_q;
  logic                   awvalid_q, wvalid_q, wlast_q;
  logic [63:0]            awaddr_q;
  logic [7:0]             awlen_q;
  logic [PortBits-1:0]    wdata_q;
  logic [PortBits/8-1:0]  wstrb_q;
  logic                   active_q, owner_q;
  logic [7:0]             left_q;
  logic                   full, take, start, may_start;

  assign full      = (wptr_q[PtrBits] != rptr_q[PtrBits]) && (wptr_q[PtrBits-1:0] == rptr_q[PtrBits-1:0]);
  assign take      = active_q && (owner_q ? b_dvalid_i : a_dvalid_i) && (!wvalid_q || m_wready_i);
  assign may_start = (!active_q || (take && left_q == 8'd0)) && (!awvalid_q || m_awready_i) && !full && !hold_i;
  assign start     = may_start && (a_valid_i || b_valid_i);

  assign a_start_o = may_start && a_valid_i;
  assign b_start_o = may_start && b_valid_i && !a_valid_i;
  assign a_take_o  = take && !owner_q;
  assign b_take_o  = take && owner_q;

  always_ff @(posedge clk_i) begin
    if (start) begin
      owner_mem[wptr_q[PtrBits-1:0]] <= !a_valid_i;
      awaddr_q <= a_valid_i ? a_addr_i : b_addr_i;
      awlen_q  <= a_valid_i ? a_len_i : b_len_i;
      left_q   <= a_valid_i ? a_len_i : b_len_i;
      owner_q  <= !a_valid_i;
    end else if (take) begin
      left_q <= left_q - 1'b1;
    end
    if (take) begin
      wdata_q <= owner_q ? b_data_i : a_data_i;
      wstrb_q <= owner_q ? {PortBits / 8{1'b1}} : a_strb_i;
      wlast_q <= left_q == 8'd0;
    end
    if (!rst_ni) begin
      awvalid_q <= 1'b0;
      wvalid_q  <= 1'b0;
      active_q  <= 1'b0;
      wptr_q    <= '0;
      rptr_q    <= '0;
    end else begin
      if (start) awvalid_q <= 1'b1;
      else if (m_awready_i) awvalid_q <= 1'b0;
      if (take) wvalid_q <= 1'b1;
      else if (m_wready_i) wvalid_q <= 1'b0;
      if (start) begin
        active_q <= 1'b1;
        wptr_q   <= wptr_q + 1'b1;
      end else if (take && left_q == 8'd0) begin
        active_q <= 1'b0;
      end
      if (a_done_o || b_done_o) rptr_q <= rptr_q + 1'b1;
    end
  end

  // An answer that nobody waits for (after a forced reset) is swallowed.
  assign idle_o      = wptr_q == rptr_q;
  assign a_done_o    = m_bvalid_i && !idle_o && !owner_mem[rptr_q[PtrBits-1:0]];
  assign b_done_o    = m_bvalid_i && !idle_o && owner_mem[rptr_q[PtrBits-1:0]];
  assign err_o       = m_bresp_i != 2'b00;
  assign m_bready_o  = 1'b1;
  assign m_awvalid_o = awvalid_q;
  assign m_awaddr_o  = awaddr_q;
  assign m_awlen_o   = awlen_q;
  assign m_awsize_o  = 3'(LogBytes);
  assign m_awburst_o = 2'b01;
  assign m_wvalid_o  = wvalid_q;
  assign m_wdata_o   = wdata_q;
  assign m_wstrb_o   = wstrb_q;
  assign m_wlast_o   = wlast_q;

`ifdef ING_ASSERT
  AddressHeld: assert property (@(posedge clk_i) disable iff (!rst_ni)
      m_awvalid_o && !m_awready_i |=> m_awvalid_o && $stable(m_awaddr_o) && $stable(m_awlen_o));
  DataHeld: assert property (@(posedge clk_i) disable iff (!rst_ni)
      m_wvalid_o && !m_wready_i |=> m_wvalid_o && $stable(m_wdata_o) && $stable(m_wstrb_o) && $stable(m_wlast_o));
  PageKept: assert property (@(posedge clk_i) disable iff (!rst_ni)
      m_awvalid_o |-> 32'(m_awaddr_o[11:0]) + ((32'(m_awlen_o) + 1) << LogBytes) <= 4096);
`endif

endmodule

`default_nettype wire
