// SPDX-License-Identifier: MIT
// The host's side of the core: rings, copy engine and the AXI4 master they share.
//
// Ports: see ing_host_rings (registers, job, completions), ing_host_copy (device memory), ing_host_axi. All of it
// sleeps behind clock gates while it has nothing to do.
//   PortBits  width of the host bus, and of the device memory port
`default_nettype none

module ing_host #(
    parameter int unsigned PortBits = 512
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  hold_i,
    output var  logic                  idle_o,
    output var  logic                  busy_o,
    output var  logic [1:0]            active_o,
    output var  logic [1:0]            irq_o,
    input  wire logic                  rg_we_i,
    input  wire logic [4:0]            rg_addr_i,
    input  wire logic [31:0]           rg_wdata_i,
    output var  logic [31:0]           rg_rdata_o,
    // job
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
    // device memory
    output var  logic                  p_valid_o,
    input  wire logic                  p_ready_i,
    output var  logic [31:0]           p_unit_o,
    output var  logic [6:0]            p_len_o,
    input  wire logic                  p_rvalid_i,
    input  wire logic                  p_rerr_i,
    input  wire logic [PortBits-1:0]   p_rdata_i,
    output var  logic                  cw_valid_o,
    output var  logic [31:0]           cw_unit_o,
    output var  logic [6:0]            cw_len_o,
    input  wire logic                  cw_start_i,
    output var  logic                  cw_dvalid_o,
    output var  logic [PortBits-1:0]   cw_data_o,
    input  wire logic                  cw_take_i,
    input  wire logic                  cw_done_i,
    input  wire logic                  cw_err_i,
    // host memory
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

  logic                  rr_valid, rr_ready, rr_rvalid, rerr, werr;
  logic [57:0]           rr_unit;
  logic                  rw_valid, rw_start, rw_take, rw_done;
  logic [63:0]           rw_addr;
  logic [7:0]            rw_len;
  logic [PortBits-1:0]   rw_data;
  logic [PortBits/8-1:0] rw_strb;
  logic                  hr_valid, hr_ready, hr_rvalid;
  logic [57:0]           hr_unit, hw_unit;
  logic [6:0]            hr_len, hw_len;
  logic                  hw_valid, hw_start, hw_dvalid, hw_take, hw_done;
  logic                  copy_start, copy_busy, copy_done, copy_err, copy_clk;
  logic [PortBits-1:0]   rdata;
  logic                  rings_awake, clk;

  // Rings and bus sleep while a job needs nothing of them.
  ing_clkgate u_clock (
      .clk_i,
      .en_i (!rst_ni || rings_awake || copy_start || copy_busy || copy_done || !idle_o),
      .clk_o(clk)
  );

  ing_host_rings #(
      .PortBits(PortBits)
  ) u_rings (
      .clk_i       (clk),
      .awake_o     (rings_awake),
      .rst_ni,
      .rg_we_i,
      .rg_addr_i,
      .rg_wdata_i,
      .rg_rdata_o,
      .irq_o,
      .busy_o,
      .active_o,
      .desc_o,
      .job_valid_o,
      .job_ready_i,
      .cp_valid_i,
      .cp_ready_o,
      .cp_done_i,
      .cp_irq_i,
      .cp_tag_i,
      .cp_code_i,
      .cp_value_i,
      .cp_value2_i,
      .cp_off_i,
      .cp_cycles_i,
      .copy_start_o(copy_start),
      .copy_done_i (copy_done),
      .copy_err_i  (copy_err),
      .rr_valid_o  (rr_valid),
      .rr_ready_i  (rr_ready),
      .rr_unit_o   (rr_unit),
      .rr_rvalid_i (rr_rvalid),
      .rr_rerr_i   (rerr),
      .rr_rdata_i  (rdata),
      .rw_valid_o  (rw_valid),
      .rw_addr_o   (rw_addr),
      .rw_len_o    (rw_len),
      .rw_start_i  (rw_start),
      .rw_data_o   (rw_data),
      .rw_strb_o   (rw_strb),
      .rw_take_i   (rw_take),
      .rw_done_i   (rw_done)
  );

  ing_clkgate u_copy_clock (
      .clk_i,
      .en_i (!rst_ni || copy_start || copy_busy || copy_done),
      .clk_o(copy_clk)
  );

  ing_host_copy #(
      .PortBits(PortBits)
  ) u_copy (
      .clk_i      (copy_clk),
      .rst_ni,
      .start_i    (copy_start),
      .to_host_i  (desc_o[7:0] == 8'(ing_pkg::ING_DESC_TO_HOST)),
      .host_unit_i({desc_o[32*ing_pkg::ING_DESC_HOST_HI_W+:32], desc_o[32*ing_pkg::ING_DESC_HOST_LO_W+6+:26]}),
      .dev_unit_i (desc_o[32*ing_pkg::ING_DESC_DEV_W+:32]),
      .len_i      (desc_o[32*ing_pkg::ING_DESC_LEN_W+:32]),
      .busy_o     (copy_busy),
      .done_o     (copy_done),
      .err_o      (copy_err),
      .hr_valid_o (hr_valid),
      .hr_ready_i (hr_ready),
      .hr_unit_o  (hr_unit),
      .hr_len_o   (hr_len),
      .hr_rvalid_i(hr_rvalid),
      .hr_rerr_i  (rerr),
      .hr_rdata_i (rdata),
      .hw_valid_o (hw_valid),
      .hw_unit_o  (hw_unit),
      .hw_len_o   (hw_len),
      .hw_start_i (hw_start),
      .hw_dvalid_o(hw_dvalid),
      .hw_take_i  (hw_take),
      .hw_done_i  (hw_done),
      .hw_err_i   (werr),
      .p_valid_o,
      .p_ready_i,
      .p_unit_o,
      .p_len_o,
      .p_rvalid_i,
      .p_rerr_i,
      .p_rdata_i,
      .cw_valid_o,
      .cw_unit_o,
      .cw_len_o,
      .cw_start_i,
      .cw_dvalid_o,
      .cw_take_i,
      .cw_done_i,
      .cw_err_i,
      .data_o     (cw_data_o)
  );

  ing_host_axi #(
      .PortBits(PortBits)
  ) u_axi (
      .clk_i      (clk),
      .rst_ni,
      .hold_i,
      .idle_o,
      .rr_valid_i (rr_valid),
      .rr_ready_o (rr_ready),
      .rr_unit_i  (rr_unit),
      .rr_rvalid_o(rr_rvalid),
      .hr_valid_i (hr_valid),
      .hr_ready_o (hr_ready),
      .hr_unit_i  (hr_unit),
      .hr_len_i   (hr_len),
      .hr_rvalid_o(hr_rvalid),
      .rerr_o     (rerr),
      .rdata_o    (rdata),
      .rw_valid_i (rw_valid),
      .rw_addr_i  (rw_addr),
      .rw_len_i   (rw_len),
      .rw_start_o (rw_start),
      .rw_data_i  (rw_data),
      .rw_strb_i  (rw_strb),
      .rw_take_o  (rw_take),
      .rw_done_o  (rw_done),
      .hw_valid_i (hw_valid),
      .hw_unit_i  (hw_unit),
      .hw_len_i   (hw_len),
      .hw_start_o (hw_start),
      .hw_dvalid_i(hw_dvalid),
      .hw_data_i  (cw_data_o),
      .hw_take_o  (hw_take),
      .hw_done_o  (hw_done),
      .werr_o     (werr),
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
      .m_bresp_i,
      .m_arvalid_o,
      .m_arready_i,
      .m_araddr_o,
      .m_arlen_o,
      .m_arsize_o,
      .m_arburst_o,
      .m_rvalid_i,
      .m_rready_o,
      .m_rdata_i,
      .m_rresp_i,
      .m_rlast_i
  );

endmodule

`default_nettype wire
