// SPDX-License-Identifier: MIT
// The AXI4 master to host memory: rings and copy engine share it.
//
// Reads: the rings ask for one unit (rr_*), the copy engine for up to 16 (hr_*); the data rdata_o is for either, told apart
// by rr_rvalid_o and hr_rvalid_o. Writes: see ing_axi_write, source a are the rings, source b the copies.
// Addresses of copies are units, and a run must not cross 4 KiB.
// hold_i stops new bursts; idle_o: none is under way.
//   PortBits  width of a beat
`default_nettype none

module ing_host_axi #(
    parameter int unsigned PortBits = 512
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  hold_i,
    output var  logic                  idle_o,
    input  wire logic                  rr_valid_i,
    output var  logic                  rr_ready_o,
    input  wire logic [57:0]           rr_unit_i,
    output var  logic                  rr_rvalid_o,
    input  wire logic                  hr_valid_i,
    output var  logic                  hr_ready_o,
    input  wire logic [57:0]           hr_unit_i,
    input  wire logic [6:0]            hr_len_i,
    output var  logic                  hr_rvalid_o,
    output var  logic                  rerr_o,
    output var  logic [PortBits-1:0]   rdata_o,
    input  wire logic                  rw_valid_i,
    input  wire logic [63:0]           rw_addr_i,
    input  wire logic [7:0]            rw_len_i,
    output var  logic                  rw_start_o,
    input  wire logic [PortBits-1:0]   rw_data_i,
    input  wire logic [PortBits/8-1:0] rw_strb_i,
    output var  logic                  rw_take_o,
    output var  logic                  rw_done_o,
    input  wire logic                  hw_valid_i,
    input  wire logic [57:0]           hw_unit_i,
    input  wire logic [6:0]            hw_len_i,
    output var  logic                  hw_start_o,
    input  wire logic                  hw_dvalid_i,
    input  wire logic [PortBits-1:0]   hw_data_i,
    output var  logic                  hw_take_o,
    output var  logic                  hw_done_o,
    output var  logic                  werr_o,
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
    input  wire logic [1:0]            m_bresp_i,
    output var  logic                  m_arvalid_o,
    input  wire logic                  m_arready_i,
    output var  logic [63:0]           m_araddr_o,
    output var  logic [7:0]            m_arlen_o,
    output var  logic [2:0]            m_arsize_o,
    output var  logic [1:0]            m_arburst_o,
    input  wire logic                  m_rvalid_i,
    output var  logic                  m_rready_o,
    input  wire logic [PortBits-1:0]   m_rdata_i,
    input  wire logic [1:0]            m_rresp_i,
    input  wire logic                  m_rlast_i
);

  localparam int unsigned LogUnitBeats = $clog2(512 / PortBits);

  logic rq_ready, rs_valid, rs_tag, r_idle, w_idle;

  assign rr_ready_o = rq_ready && !hold_i;
  assign hr_ready_o = rq_ready && !hold_i && !rr_valid_i;
  assign idle_o     = r_idle && w_idle;

  ing_axi_read #(
      .TagBits    (1),
      .Outstanding(8),
      .LogBytes   ($clog2(PortBits / 8))
  ) u_read (
      .clk_i,
      .rst_ni,
      .rq_valid_i ((rr_valid_i || hr_valid_i) && !hold_i),
      .rq_ready_o (rq_ready),
      .rq_addr_i  ({rr_valid_i ? rr_unit_i : hr_unit_i, 6'd0}),
      .rq_len_i   (8'((9'(rr_valid_i ? 7'd1 : hr_len_i) << LogUnitBeats) - 9'd1)),
      .rq_tag_i   (rr_valid_i),
      .rs_valid_o (rs_valid),
      .rs_err_o   (rerr_o),
      .rs_tag_o   (rs_tag),
      .idle_o     (r_idle),
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

  always_ff @(posedge clk_i) begin
    if (m_rvalid_i) rdata_o <= m_rdata_i;
  end

  assign rr_rvalid_o = rs_valid && rs_tag;
  assign hr_rvalid_o = rs_valid && !rs_tag;

  ing_axi_write #(
      .PortBits   (PortBits),
      .Outstanding(8)
  ) u_write (
      .clk_i,
      .rst_ni,
      .hold_i,
      .idle_o     (w_idle),
      .a_valid_i  (rw_valid_i),
      .a_addr_i   (rw_addr_i),
      .a_len_i    (rw_len_i),
      .a_start_o  (rw_start_o),
      .a_dvalid_i (1'b1),
      .a_data_i   (rw_data_i),
      .a_strb_i   (rw_strb_i),
      .a_take_o   (rw_take_o),
      .a_done_o   (rw_done_o),
      .b_valid_i  (hw_valid_i),
      .b_addr_i   ({hw_unit_i, 6'd0}),
      .b_len_i    (8'((9'(hw_len_i) << LogUnitBeats) - 9'd1)),
      .b_start_o  (hw_start_o),
      .b_dvalid_i (hw_dvalid_i),
      .b_data_i   (hw_data_i),
      .b_take_o   (hw_take_o),
      .b_done_o   (hw_done_o),
      .err_o      (werr_o),
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

endmodule

`default_nettype wire
