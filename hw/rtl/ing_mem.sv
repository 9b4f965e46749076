// SPDX-License-Identifier: MIT
// Device memory as the rest of the core sees it: slot tables, checked reads and writes, one AXI4 master.
//
// Ports: see ing_mem_read and ing_mem_write, and the tables of docs/microarchitecture.md. Read data is that of the bus
// a cycle before. The slot table exists twice, once a direction; the register port (sl_*) writes both and reads that of
// the write side while it is not in use: sl_re_i is held until sl_rvalid_o. por_ni, the reset at power-up, takes all
// permissions away (256 cycles, sl_ready_o low); rst_ni leaves the table alone.
//   PortBits    width of the memory port
//   WriteAhead  a vector write a cycle (ing_mem_write)
`default_nettype none

module ing_mem #(
    parameter int unsigned PortBits   = 512,
    parameter bit          WriteAhead = 1'b0
) (
    input  wire logic                  clk_i,
    input  wire logic                  por_ni,
    input  wire logic                  rst_ni,
    input  wire logic                  clr_i,
    input  wire logic                  hold_i,
    output var  logic                  idle_o,
    input  wire logic [2:0]            ctx_i,
    // register port of the slot table
    output var  logic                  sl_ready_o,
    input  wire logic                  sl_we_i,
    input  wire logic [9:0]            sl_addr_i,
    input  wire logic [31:0]           sl_wdata_i,
    input  wire logic                  sl_re_i,
    output var  logic                  sl_rvalid_o,
    output var  logic [31:0]           sl_rdata_o,
    // stream fetch
    input  wire logic                  rq_valid_i,
    output var  logic                  rq_ready_o,
    input  wire logic [7:0]            rq_slot_i,
    input  wire logic [31:0]           rq_off_i,
    input  wire logic [6:0]            rq_len_i,
    output var  logic                  rq_fault_o,
    output var  logic                  rd_valid_o,
    // command fetch
    input  wire logic                  c_valid_i,
    output var  logic                  c_ready_o,
    input  wire logic [7:0]            c_slot_i,
    input  wire logic [32:0]           c_off_i,
    output var  logic                  c_ok_o,
    output var  logic                  c_fault_o,
    output var  logic                  c_rvalid_o,
    output var  logic [7:0]            fault_code_o,
    output var  logic [31:0]           fault_off_o,
    // reads of the copy engine
    input  wire logic                  p_valid_i,
    output var  logic                  p_ready_o,
    input  wire logic [31:0]           p_unit_i,
    input  wire logic [6:0]            p_len_i,
    output var  logic                  p_rvalid_o,
    output var  logic                  p_rerr_o,
    output var  logic [PortBits-1:0]   rdata_o,
    // vector writes
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
    output var  logic                  wq_beat_o,
    // writes of the copy engine
    input  wire logic                  cw_valid_i,
    input  wire logic [31:0]           cw_unit_i,
    input  wire logic [6:0]            cw_len_i,
    output var  logic                  cw_start_o,
    input  wire logic                  cw_dvalid_i,
    input  wire logic [PortBits-1:0]   cw_data_i,
    output var  logic                  cw_take_o,
    output var  logic                  cw_done_o,
    output var  logic                  cw_err_o,
    // bus errors of the job
    output var  logic                  bus_err_o,
    output var  logic [7:0]            bus_slot_o,
    // device memory
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

  // ---- slot tables ----
  logic        t_we, r_en, w_en, w_en_bus, peek, peek_q;
  logic [7:0]  t_waddr, r_addr, w_addr, w_addr_bus;
  logic [1:0]  t_wword, peek_word_q;
  logic [31:0] t_wdata, r_base, r_len, w_base, w_len;
  logic [2:0]  r_perm, w_perm;
  logic [8:0]  init_q;

  assign sl_ready_o = init_q[8];
  assign t_we       = !init_q[8] || sl_we_i;
  assign t_waddr    = init_q[8] ? sl_addr_i[9:2] : init_q[7:0];
  assign t_wword    = init_q[8] ? sl_addr_i[1:0] : 2'(ing_pkg::ING_SLOT_PERM / 4);
  assign t_wdata    = init_q[8] ? sl_wdata_i : 32'd0;

  // The register port looks up only while no beat of a write waits for its own lookup.
  assign peek       = sl_re_i && !peek_q && !sl_rvalid_o && !wq_valid_i && wq_idle_o;
  assign w_en       = w_en_bus || peek;
  assign w_addr     = w_en_bus ? w_addr_bus : sl_addr_i[9:2];

  always_ff @(posedge clk_i) begin
    if (!por_ni) init_q <= 9'd0;
    else if (!init_q[8]) init_q <= init_q + 9'd1;
    peek_q      <= peek && por_ni;
    peek_word_q <= sl_addr_i[1:0];
    sl_rvalid_o <= peek_q && por_ni;
    if (peek_q) begin
      case (peek_word_q)
        2'd0: sl_rdata_o <= w_base;
        2'd1: sl_rdata_o <= w_len;
        2'd2: sl_rdata_o <= {29'd0, w_perm};
        default: sl_rdata_o <= 32'd0;
      endcase
    end
  end

  ing_mem_slots u_rslots (
      .clk_i,
      .we_i   (t_we),
      .waddr_i(t_waddr),
      .wword_i(t_wword),
      .wdata_i(t_wdata),
      .en_i   (r_en),
      .addr_i (r_addr),
      .base_o (r_base),
      .len_o  (r_len),
      .perm_o (r_perm)
  );

  ing_mem_slots u_wslots (
      .clk_i,
      .we_i   (t_we),
      .waddr_i(t_waddr),
      .wword_i(t_wword),
      .wdata_i(t_wdata),
      .en_i   (w_en),
      .addr_i (w_addr),
      .base_o (w_base),
      .len_o  (w_len),
      .perm_o (w_perm)
  );

  // ---- reads and writes ----
  logic       r_idle, w_idle, r_err, w_err, w_clk;
  logic [7:0] r_slot, w_slot;

  assign idle_o     = r_idle && w_idle;
  assign bus_err_o  = r_err || w_err;
  assign bus_slot_o = r_err ? r_slot : w_slot;

  always_ff @(posedge clk_i) begin
    if (m_rvalid_i) rdata_o <= m_rdata_i;
  end

  ing_mem_read #(
      .PortBits(PortBits)
  ) u_read (
      .clk_i,
      .rst_ni,
      .clr_i,
      .hold_i    (hold_i || !init_q[8]),
      .idle_o    (r_idle),
      .ctx_i,
      .rq_valid_i,
      .rq_ready_o,
      .rq_slot_i,
      .rq_off_i,
      .rq_len_i,
      .rq_fault_o,
      .rd_valid_o,
      .c_valid_i,
      .c_ready_o,
      .c_slot_i,
      .c_off_i,
      .c_ok_o,
      .c_fault_o,
      .c_rvalid_o,
      .fault_code_o,
      .fault_off_o,
      .p_valid_i,
      .p_ready_o,
      .p_unit_i,
      .p_len_i,
      .p_rvalid_o,
      .p_rerr_o,
      .bus_err_o (r_err),
      .bus_slot_o(r_slot),
      .sl_en_o   (r_en),
      .sl_addr_o (r_addr),
      .sl_base_i (r_base),
      .sl_len_i  (r_len),
      .sl_perm_i (r_perm),
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

  // The write side sleeps while there is nothing to write.
  ing_clkgate u_write_clock (
      .clk_i,
      .en_i (!rst_ni || clr_i || wq_valid_i || cw_valid_i || cw_dvalid_i || !w_idle || !wq_idle_o),
      .clk_o(w_clk)
  );

  ing_mem_write #(
      .PortBits(PortBits),
      .Ahead   (WriteAhead)
  ) u_write (
      .clk_i     (w_clk),
      .rst_ni,
      .clr_i,
      .hold_i    (hold_i || !init_q[8]),
      .idle_o    (w_idle),
      .ctx_i,
      .wq_valid_i,
      .wq_ready_o,
      .wq_slot_i,
      .wq_off_i,
      .wq_sub_i,
      .wq_data_i,
      .wq_strb_i,
      .wq_idle_o,
      .wq_fault_o,
      .wq_fault_code_o,
      .wq_fault_off_o,
      .beat_o    (wq_beat_o),
      .cw_valid_i,
      .cw_unit_i,
      .cw_len_i,
      .cw_start_o,
      .cw_dvalid_i,
      .cw_data_i,
      .cw_take_o,
      .cw_done_o,
      .cw_err_o,
      .bus_err_o (w_err),
      .bus_slot_o(w_slot),
      .sl_en_o   (w_en_bus),
      .sl_addr_o (w_addr_bus),
      .sl_base_i (w_base),
      .sl_len_i  (w_len),
      .sl_perm_i (w_perm),
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
