// SPDX-License-Identifier: MIT
// Read side of an AXI4 master: one ID, so answers come in order.
//
// A request (rq_*) becomes one INCR burst; its tag comes back with every beat of the answer (rs_*), while the data itself
// goes past this module. The caller keeps the rules of AXI (4 KiB border, length) and asks only for what it can take:
// answers are never stalled. rs_* follow the bus a cycle later (the caller registers the data). There is no clear: what
// was asked for comes back.
//   TagBits      width of a tag
//   Outstanding  most bursts under way, a power of two
//   LogBytes     log2 of the bytes of a beat
`default_nettype none

module ing_axi_read #(
    parameter int unsigned TagBits     = 2,
    parameter int unsigned Outstanding = 32,
    parameter int unsigned LogBytes    = 6
) (
    input  wire logic               clk_i,
    input  wire logic               rst_ni,
    input  wire logic               rq_valid_i,
    output var  logic               rq_ready_o,
    input  wire logic [63:0]        rq_addr_i,
    input  wire logic [7:0]         rq_len_i,
    input  wire logic [TagBits-1:0] rq_tag_i,
    output var  logic               rs_valid_o,
    output var  logic               rs_err_o,
    output var  logic [TagBits-1:0] rs_tag_o,
    output var  logic               idle_o,
    output var  logic               m_arvalid_o,
    input  wire logic               m_arready_i,
    output var  logic [63:0]        m_araddr_o,
    output var  logic [7:0]         m_arlen_o,
    output var  logic [2:0]         m_arsize_o,
    output var  logic [1:0]         m_arburst_o,
    input  wire logic               m_rvalid_i,
    output var  logic               m_rready_o,
    input  wire logic [1:0]         m_rresp_i,
    input  wire logic               m_rlast_i
);

  localparam int unsigned PtrBits = $clog2(Outstanding);

  if (Outstanding != (1 << PtrBits)) begin : g_check
    $fatal(1, "Outstanding must be a power of two");
  end

  logic [TagBits-1:0] tag_mem [Outstanding];
  logic [PtrBits:0]   wptr_q, rptr_q;
  logic               arvalid_q;
  logic [63:0]        araddr_q;
  logic [7:0]         arlen_q;
  logic               full, rvalid_q, rlast_q, rerr_q;

  assign full       = (wptr_q[PtrBits] != rptr_q[PtrBits]) && (wptr_q[PtrBits-1:0] == rptr_q[PtrBits-1:0]);
  assign rq_ready_o = (!arvalid_q || m_arready_i) && !full;

  always_ff @(posedge clk_i) begin
    if (rq_valid_i && rq_ready_o) begin
      tag_mem[wptr_q[PtrBits-1:0]] <= rq_tag_i;
      araddr_q                     <= rq_addr_i;
      arlen_q                      <= rq_len_i;
    end
    if (m_rvalid_i) begin
      rlast_q <= m_rlast_i;
      rerr_q  <= m_rresp_i != 2'b00;
    end
    if (!rst_ni) begin
      arvalid_q <= 1'b0;
      rvalid_q  <= 1'b0;
      wptr_q    <= '0;
      rptr_q    <= '0;
    end else begin
      rvalid_q <= m_rvalid_i;
      if (rq_valid_i && rq_ready_o) begin
        arvalid_q <= 1'b1;
        wptr_q    <= wptr_q + 1'b1;
      end else if (m_arready_i) begin
        arvalid_q <= 1'b0;
      end
      if (rs_valid_o && rlast_q) rptr_q <= rptr_q + 1'b1;
    end
  end

  // An answer that nobody waits for (after a forced reset) is swallowed.
  assign idle_o      = wptr_q == rptr_q;
  assign rs_valid_o  = rvalid_q && !idle_o;
  assign rs_err_o    = rerr_q;
  assign rs_tag_o    = tag_mem[rptr_q[PtrBits-1:0]];
  assign m_rready_o  = 1'b1;
  assign m_arvalid_o = arvalid_q;
  assign m_araddr_o  = araddr_q;
  assign m_arlen_o   = arlen_q;
  assign m_arsize_o  = 3'(LogBytes);
  assign m_arburst_o = 2'b01;

`ifdef ING_ASSERT
  AddressHeld: assert property (@(posedge clk_i) disable iff (!rst_ni)
      m_arvalid_o && !m_arready_i |=> m_arvalid_o && $stable(m_araddr_o) && $stable(m_arlen_o));
  // 4 KiB rule: the last byte of a burst lies in the page of the first one.
  PageKept: assert property (@(posedge clk_i) disable iff (!rst_ni)
      m_arvalid_o |-> 32'(m_araddr_o[11:0]) + ((32'(m_arlen_o) + 1) << LogBytes) <= 4096);
`endif

endmodule

`default_nettype wire
