// SPDX-License-Identifier: MIT
// The core of the configuration ecp5 behind three pins, to be placed and routed where no board is: its inputs come from
// a shift register, its outputs go to registers whose parity leaves. A register on both sides of every port keeps the
// shell out of the core's timing. Never used to compute anything.
`default_nettype none

module ing_shell #(
    localparam int unsigned PortBits = 128
) (
    input  wire logic clk_i,
    input  wire logic rst_ni,
    input  wire logic in_i,
    output var  logic out_o
);

  localparam int unsigned Ins  = 93 + 2 * PortBits;
  localparam int unsigned Outs = 364 + 2 * PortBits + 2 * (PortBits/8);
  localparam int unsigned Parts = (Outs + 15) / 16;

  logic [Ins-1:0]   in_q;
  logic [Outs-1:0]  out_q;
  wire logic [Outs-1:0] out;
  logic [Parts-1:0] part_q;
  logic             rst_nq;

  wire logic s_awvalid_i;
  wire logic [15:0] s_awaddr_i;
  wire logic s_wvalid_i;
  wire logic [31:0] s_wdata_i;
  wire logic [3:0] s_wstrb_i;
  wire logic s_bready_i;
  wire logic s_arvalid_i;
  wire logic [15:0] s_araddr_i;
  wire logic s_rready_i;
  wire logic h_awready_i;
  wire logic h_wready_i;
  wire logic h_bvalid_i;
  wire logic [1:0] h_bresp_i;
  wire logic h_arready_i;
  wire logic h_rvalid_i;
  wire logic [PortBits-1:0] h_rdata_i;
  wire logic [1:0] h_rresp_i;
  wire logic h_rlast_i;
  wire logic m_awready_i;
  wire logic m_wready_i;
  wire logic m_bvalid_i;
  wire logic [1:0] m_bresp_i;
  wire logic m_arready_i;
  wire logic m_rvalid_i;
  wire logic [PortBits-1:0] m_rdata_i;
  wire logic [1:0] m_rresp_i;
  wire logic m_rlast_i;
  wire logic [1:0] irq_o;
  wire logic busy_o;
  wire logic s_awready_o;
  wire logic s_wready_o;
  wire logic s_bvalid_o;
  wire logic [1:0] s_bresp_o;
  wire logic s_arready_o;
  wire logic s_rvalid_o;
  wire logic [31:0] s_rdata_o;
  wire logic [1:0] s_rresp_o;
  wire logic h_awvalid_o;
  wire logic [63:0] h_awaddr_o;
  wire logic [7:0] h_awlen_o;
  wire logic [2:0] h_awsize_o;
  wire logic [1:0] h_awburst_o;
  wire logic h_wvalid_o;
  wire logic [PortBits-1:0] h_wdata_o;
  wire logic [PortBits/8-1:0] h_wstrb_o;
  wire logic h_wlast_o;
  wire logic h_bready_o;
  wire logic h_arvalid_o;
  wire logic [63:0] h_araddr_o;
  wire logic [7:0] h_arlen_o;
  wire logic [2:0] h_arsize_o;
  wire logic [1:0] h_arburst_o;
  wire logic h_rready_o;
  wire logic m_awvalid_o;
  wire logic [63:0] m_awaddr_o;
  wire logic [7:0] m_awlen_o;
  wire logic [2:0] m_awsize_o;
  wire logic [1:0] m_awburst_o;
  wire logic m_wvalid_o;
  wire logic [PortBits-1:0] m_wdata_o;
  wire logic [PortBits/8-1:0] m_wstrb_o;
  wire logic m_wlast_o;
  wire logic m_bready_o;
  wire logic m_arvalid_o;
  wire logic [63:0] m_araddr_o;
  wire logic [7:0] m_arlen_o;
  wire logic [2:0] m_arsize_o;
  wire logic [1:0] m_arburst_o;
  wire logic m_rready_o;

  assign {
      s_awvalid_i, s_awaddr_i, s_wvalid_i, s_wdata_i, s_wstrb_i, s_bready_i, s_arvalid_i, s_araddr_i,
      s_rready_i, h_awready_i, h_wready_i, h_bvalid_i, h_bresp_i, h_arready_i, h_rvalid_i, h_rdata_i,
      h_rresp_i, h_rlast_i, m_awready_i, m_wready_i, m_bvalid_i, m_bresp_i, m_arready_i, m_rvalid_i,
      m_rdata_i, m_rresp_i, m_rlast_i
  } = in_q;
  assign out = {
      irq_o, busy_o, s_awready_o, s_wready_o, s_bvalid_o, s_bresp_o, s_arready_o, s_rvalid_o, s_rdata_o,
      s_rresp_o, h_awvalid_o, h_awaddr_o, h_awlen_o, h_awsize_o, h_awburst_o, h_wvalid_o, h_wdata_o,
      h_wstrb_o, h_wlast_o, h_bready_o, h_arvalid_o, h_araddr_o, h_arlen_o, h_arsize_o, h_arburst_o,
      h_rready_o, m_awvalid_o, m_awaddr_o, m_awlen_o, m_awsize_o, m_awburst_o, m_wvalid_o, m_wdata_o,
      m_wstrb_o, m_wlast_o, m_bready_o, m_arvalid_o, m_araddr_o, m_arlen_o, m_arsize_o, m_arburst_o,
      m_rready_o
  };

  always_ff @(posedge clk_i) begin
    rst_nq <= rst_ni;
    in_q   <= {in_q[Ins-2:0], in_i};
    out_q  <= out;
    for (int p = 0; p < Parts; p++) part_q[p] <= ^(16'(out_q >> (16 * p)));
    out_o  <= ^part_q;
  end

  ing_core u_core (
      .clk_i,
      .rst_ni(rst_nq),
      .s_awvalid_i,
      .s_awaddr_i,
      .s_wvalid_i,
      .s_wdata_i,
      .s_wstrb_i,
      .s_bready_i,
      .s_arvalid_i,
      .s_araddr_i,
      .s_rready_i,
      .h_awready_i,
      .h_wready_i,
      .h_bvalid_i,
      .h_bresp_i,
      .h_arready_i,
      .h_rvalid_i,
      .h_rdata_i,
      .h_rresp_i,
      .h_rlast_i,
      .m_awready_i,
      .m_wready_i,
      .m_bvalid_i,
      .m_bresp_i,
      .m_arready_i,
      .m_rvalid_i,
      .m_rdata_i,
      .m_rresp_i,
      .m_rlast_i,
      .irq_o,
      .busy_o,
      .s_awready_o,
      .s_wready_o,
      .s_bvalid_o,
      .s_bresp_o,
      .s_arready_o,
      .s_rvalid_o,
      .s_rdata_o,
      .s_rresp_o,
      .h_awvalid_o,
      .h_awaddr_o,
      .h_awlen_o,
      .h_awsize_o,
      .h_awburst_o,
      .h_wvalid_o,
      .h_wdata_o,
      .h_wstrb_o,
      .h_wlast_o,
      .h_bready_o,
      .h_arvalid_o,
      .h_araddr_o,
      .h_arlen_o,
      .h_arsize_o,
      .h_arburst_o,
      .h_rready_o,
      .m_awvalid_o,
      .m_awaddr_o,
      .m_awlen_o,
      .m_awsize_o,
      .m_awburst_o,
      .m_wvalid_o,
      .m_wdata_o,
      .m_wstrb_o,
      .m_wlast_o,
      .m_bready_o,
      .m_arvalid_o,
      .m_araddr_o,
      .m_arlen_o,
      .m_arsize_o,
      .m_arburst_o,
      .m_rready_o
  );

endmodule

`default_nettype wire
