// SPDX-License-Identifier: MIT
// The Ingot core: everything between three buses.
//
//   s_*     AXI4-Lite slave: BAR0, see include/ingot/regs.h
//   h_*     AXI4 master to host memory
//   m_*     AXI4 master to device memory
//   irq_o   a pulse a vector: send that MSI-X message
//   busy_o  something is going on or waits to; while it is low and no register is accessed the clock may stop
// Both masters: one ID (not shown), INCR bursts of full beats within 4 KiB, answers always accepted.
// Synchronous reset. Every parameter comes from the device tree of the configuration, as does the module ing_rom.
//   PortBits      width of both memory buses: 64, 128, 256 or 512
//   TileM         activation columns
//   ScratchLines  lines of 16 floats in the scratchpad
//   ActBlocks     activation blocks of 32, per column
//   FifoBeats     digit beats fetched ahead
//   Scalars       entries of the scalar file
//   TopK          places of the top-k list
//   RowLanes      rows of a column that leave the stream engine's integer sums in a cycle
//   Depth         of the pipelines (ing_fp_pkg)
`default_nettype none

module ing_core #(
    parameter int unsigned PortBits     = 512,
    parameter int unsigned TileM        = 4,
    parameter int unsigned ScratchLines = 4096,
    parameter int unsigned ActBlocks    = 512,
    parameter int unsigned FifoBeats    = 512,
    parameter int unsigned Scalars      = 64,
    parameter int unsigned TopK         = 64,
    parameter int unsigned RowLanes     = PortBits < 128 ? 1 : PortBits / 128,
    parameter int unsigned Depth        = ing_fp_pkg::DEPTH_FULL
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    output var  logic [1:0]            irq_o,
    output var  logic                  busy_o,
    input  wire logic                  s_awvalid_i,
    output var  logic                  s_awready_o,
    input  wire logic [15:0]           s_awaddr_i,
    input  wire logic                  s_wvalid_i,
    output var  logic                  s_wready_o,
    input  wire logic [31:0]           s_wdata_i,
    input  wire logic [3:0]            s_wstrb_i,
    output var  logic                  s_bvalid_o,
    input  wire logic                  s_bready_i,
    output var  logic [1:0]            s_bresp_o,
    input  wire logic                  s_arvalid_i,
    output var  logic                  s_arready_o,
    input  wire logic [15:0]           s_araddr_i,
    output var  logic                  s_rvalid_o,
    input  wire logic                  s_rready_i,
    output var  logic [31:0]           s_rdata_o,
    output var  logic [1:0]            s_rresp_o,
    output var  logic                  h_awvalid_o,
    input  wire logic                  h_awready_i,
    output var  logic [63:0]           h_awaddr_o,
    output var  logic [7:0]            h_awlen_o,
    output var  logic [2:0]            h_awsize_o,
    output var  logic [1:0]            h_awburst_o,
    output var  logic                  h_wvalid_o,
    input  wire logic                  h_wready_i,
    output var  logic [PortBits-1:0]   h_wdata_o,
    output var  logic [PortBits/8-1:0] h_wstrb_o,
    output var  logic                  h_wlast_o,
    input  wire logic                  h_bvalid_i,
    output var  logic                  h_bready_o,
    input  wire logic [1:0]            h_bresp_i,
    output var  logic                  h_arvalid_o,
    input  wire logic                  h_arready_i,
    output var  logic [63:0]           h_araddr_o,
    output var  logic [7:0]            h_arlen_o,
    output var  logic [2:0]            h_arsize_o,
    output var  logic [1:0]            h_arburst_o,
    input  wire logic                  h_rvalid_i,
    output var  logic                  h_rready_o,
    input  wire logic [PortBits-1:0]   h_rdata_i,
    input  wire logic [1:0]            h_rresp_i,
    input  wire logic                  h_rlast_i,
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

  if (PortBits != 64 && PortBits != 128 && PortBits != 256 && PortBits != 512) begin : g_check
    $fatal(1, "PortBits must be 64, 128, 256 or 512");
  end

  // ---- registers ----
  logic        rst_n, hold, csr_busy, csr_awake, csr_clk, counter_clk, bus_idle;
  logic        rg_we, sl_ready, sl_we, sl_re, sl_rvalid, abort;
  logic [4:0]  rg_addr, cnt_addr;
  logic [31:0] reg_wdata, rg_rdata, sl_rdata, cnt_rdata;
  logic [9:0]  sl_addr;
  logic [1:0]  ring_irq, active;

  // ---- jobs and completions ----
  logic         job_valid, job_ready, run, start, host_wait, command, ring_busy, host_idle;
  logic [511:0] desc;
  logic         cp_valid, cp_ready, cp_done, cp_irq;
  logic [31:0]  cp_tag, cp_value, cp_value2, cp_off;
  logic [7:0]   cp_code;
  logic [47:0]  cp_cycles;
  logic         clr, wipe, str_wiping, vec_wiping;
  logic [2:0]   ctx;

  // ---- memory ----
  logic                  mem_hold, mem_idle, bus_err;
  logic [7:0]            bus_slot;
  logic                  rq_valid, rq_ready, rq_fault, rd_valid;
  logic [7:0]            rq_slot, fault_code;
  logic [31:0]           rq_off, fault_off;
  logic [6:0]            rq_len;
  logic                  c_valid, c_ready, c_ok, c_fault, c_rvalid;
  logic [7:0]            c_slot;
  logic [32:0]           c_off;
  logic                  p_valid, p_ready, p_rvalid, p_rerr;
  logic [31:0]           p_unit;
  logic [6:0]            p_len;
  logic [PortBits-1:0]   rdata;
  logic                  wq_valid, wq_ready, wq_idle, wq_fault, wq_beat;
  logic [7:0]            wq_slot, wq_fault_code;
  logic [31:0]           wq_off, wq_fault_off;
  logic [2:0]            wq_sub;
  logic [PortBits-1:0]   wq_data;
  logic [PortBits/8-1:0] wq_strb;
  logic                  cw_valid, cw_start, cw_dvalid, cw_take, cw_done, cw_err;
  logic [31:0]           cw_unit;
  logic [6:0]            cw_len;
  logic [PortBits-1:0]   cw_data;

  // ---- commands ----
  logic         fq_valid, fq_ready, sq_valid, sq_ready, vq_valid, vq_ready;
  logic [511:0] fq_cmd, sq_cmd, vq_cmd;
  logic [31:0]  fq_pc, sq_pc, vq_pc;
  logic [16:0]  fq_wait, sq_wait, vq_wait;
  logic [15:0]  fq_prior, sq_prior, vq_prior, str_cnt, vec_cnt;
  logic         str_done, vec_done;
  logic         sf_valid, vf_valid;
  logic [7:0]   sf_code, sf_slot, vf_code, vf_slot;
  logic [31:0]  sf_pc, sf_off, vf_pc, vf_off;
  logic         pk_valid;
  logic [3:0]   pk_rd;
  logic [31:0]  pk_token;
  logic [2:0]   cause;

  // ---- between the engines ----
  logic                va_valid, va_last, ac_valid, ac_last;
  logic [7:0]          va_col, va_exp, ac_col, ac_exp;
  logic [15:0]         va_block, ac_block;
  logic [1:0]          va_chunk, ac_chunk;
  logic [95:0]         va_data, ac_data;
  logic [16:0]         va_sum, ac_sum;
  logic                sw_valid, sw_ready;
  logic [15:0]         sw_line;
  logic [2:0]          sw_sub;
  logic [PortBits-1:0] sw_data;

  assign bus_idle = mem_idle && host_idle;
  assign busy_o   = csr_busy || ring_busy || run || (ring_irq != 2'd0) || (irq_o != 2'd0);

  // Registers and counters sleep while nobody looks and no job runs.
  ing_clkgate u_csr_clock (
      .clk_i,
      .en_i (csr_awake),
      .clk_o(csr_clk)
  );

  ing_clkgate u_counter_clock (
      .clk_i,
      .en_i (csr_awake || run || start || !rst_n),
      .clk_o(counter_clk)
  );

  ing_csr u_csr (
      .clk_i       (csr_clk),
      .awake_o     (csr_awake),
      .rst_ni,
      .core_rst_no (rst_n),
      .hold_o      (hold),
      .idle_i      (bus_idle),
      .busy_o      (csr_busy),
      .s_awvalid_i,
      .s_awready_o,
      .s_awaddr_i,
      .s_wvalid_i,
      .s_wready_o,
      .s_wdata_i,
      .s_wstrb_i,
      .s_bvalid_o,
      .s_bready_i,
      .s_bresp_o,
      .s_arvalid_i,
      .s_arready_o,
      .s_araddr_i,
      .s_rvalid_o,
      .s_rready_i,
      .s_rdata_o,
      .s_rresp_o,
      .rg_we_o     (rg_we),
      .rg_addr_o   (rg_addr),
      .wdata_o     (reg_wdata),
      .rg_rdata_i  (rg_rdata),
      .irq_i       (ring_irq),
      .irq_o,
      .active_i    (active),
      .abort_o     (abort),
      .sl_ready_i  (sl_ready),
      .sl_we_o     (sl_we),
      .sl_addr_o   (sl_addr),
      .sl_re_o     (sl_re),
      .sl_rvalid_i (sl_rvalid),
      .sl_rdata_i  (sl_rdata),
      .cnt_addr_o  (cnt_addr),
      .cnt_rdata_i (cnt_rdata),
      .fault_i     (cp_valid && cp_ready && cp_done && cp_code != 8'd0),
      .fault_code_i(cp_code),
      .fault_pc_i  (cp_value),
      .fault_slot_i(cp_value2[7:0]),
      .fault_off_i (cp_off),
      .fault_tag_i (cp_tag)
  );

  ing_counters u_counters (
      .clk_i       (counter_clk),
      .rst_ni      (rst_n),
      .clear_i     (start),
      .run_i       (run),
      .cause_i     (cause),
      .host_i      (host_wait),
      .read_beat_i (rd_valid),
      .write_beat_i(wq_beat),
      .command_i   (command),
      .addr_i      (cnt_addr),
      .data_o      (cnt_rdata)
  );

  ing_host #(
      .PortBits(PortBits)
  ) u_host (
      .clk_i,
      .rst_ni     (rst_n),
      .hold_i     (hold),
      .idle_o     (host_idle),
      .busy_o     (ring_busy),
      .active_o   (active),
      .irq_o      (ring_irq),
      .rg_we_i    (rg_we),
      .rg_addr_i  (rg_addr),
      .rg_wdata_i (reg_wdata),
      .rg_rdata_o (rg_rdata),
      .desc_o     (desc),
      .job_valid_o(job_valid),
      .job_ready_i(job_ready),
      .cp_valid_i (cp_valid),
      .cp_ready_o (cp_ready),
      .cp_done_i  (cp_done),
      .cp_irq_i   (cp_irq),
      .cp_tag_i   (cp_tag),
      .cp_code_i  (cp_code),
      .cp_value_i (cp_value),
      .cp_value2_i(cp_value2),
      .cp_off_i   (cp_off),
      .cp_cycles_i(cp_cycles),
      .p_valid_o  (p_valid),
      .p_ready_i  (p_ready),
      .p_unit_o   (p_unit),
      .p_len_o    (p_len),
      .p_rvalid_i (p_rvalid),
      .p_rerr_i   (p_rerr),
      .p_rdata_i  (rdata),
      .cw_valid_o (cw_valid),
      .cw_unit_o  (cw_unit),
      .cw_len_o   (cw_len),
      .cw_start_i (cw_start),
      .cw_dvalid_o(cw_dvalid),
      .cw_data_o  (cw_data),
      .cw_take_i  (cw_take),
      .cw_done_i  (cw_done),
      .cw_err_i   (cw_err),
      .m_awvalid_o(h_awvalid_o),
      .m_awready_i(h_awready_i),
      .m_awaddr_o (h_awaddr_o),
      .m_awlen_o  (h_awlen_o),
      .m_awsize_o (h_awsize_o),
      .m_awburst_o(h_awburst_o),
      .m_wvalid_o (h_wvalid_o),
      .m_wready_i (h_wready_i),
      .m_wdata_o  (h_wdata_o),
      .m_wstrb_o  (h_wstrb_o),
      .m_wlast_o  (h_wlast_o),
      .m_bvalid_i (h_bvalid_i),
      .m_bready_o (h_bready_o),
      .m_bresp_i  (h_bresp_i),
      .m_arvalid_o(h_arvalid_o),
      .m_arready_i(h_arready_i),
      .m_araddr_o (h_araddr_o),
      .m_arlen_o  (h_arlen_o),
      .m_arsize_o (h_arsize_o),
      .m_arburst_o(h_arburst_o),
      .m_rvalid_i (h_rvalid_i),
      .m_rready_o (h_rready_o),
      .m_rdata_i  (h_rdata_i),
      .m_rresp_i  (h_rresp_i),
      .m_rlast_i  (h_rlast_i)
  );

  ing_cmd #(
      .PortBits(PortBits)
  ) u_cmd (
      .clk_i,
      .rst_ni     (rst_n),
      .job_valid_i(job_valid),
      .job_ready_o(job_ready),
      .job_desc_i (desc),
      .abort_i    (abort),
      .run_o      (run),
      .start_o    (start),
      .host_o     (host_wait),
      .command_o  (command),
      .ctx_o      (ctx),
      .cp_valid_o (cp_valid),
      .cp_ready_i (cp_ready),
      .cp_done_o  (cp_done),
      .cp_irq_o   (cp_irq),
      .cp_tag_o   (cp_tag),
      .cp_code_o  (cp_code),
      .cp_value_o (cp_value),
      .cp_value2_o(cp_value2),
      .cp_off_o   (cp_off),
      .cp_cycles_o(cp_cycles),
      .c_valid_o  (c_valid),
      .c_ready_i  (c_ready),
      .c_slot_o   (c_slot),
      .c_off_o    (c_off),
      .c_ok_i     (c_ok),
      .c_fault_i  (c_fault),
      .c_code_i   (fault_code),
      .c_foff_i   (fault_off),
      .c_rvalid_i (c_rvalid),
      .c_rdata_i  (rdata),
      .mem_hold_o (mem_hold),
      .mem_idle_i (mem_idle),
      .bus_err_i  (bus_err),
      .bus_slot_i (bus_slot),
      .clr_o      (clr),
      .wipe_o     (wipe),
      .wipe_busy_i(str_wiping || vec_wiping),
      .fq_valid_o (fq_valid),
      .fq_ready_i (fq_ready),
      .fq_cmd_o   (fq_cmd),
      .fq_pc_o    (fq_pc),
      .fq_wait_o  (fq_wait),
      .fq_prior_o (fq_prior),
      .sq_valid_o (sq_valid),
      .sq_ready_i (sq_ready),
      .sq_cmd_o   (sq_cmd),
      .sq_pc_o    (sq_pc),
      .sq_wait_o  (sq_wait),
      .sq_prior_o (sq_prior),
      .vq_valid_o (vq_valid),
      .vq_ready_i (vq_ready),
      .vq_cmd_o   (vq_cmd),
      .vq_pc_o    (vq_pc),
      .vq_wait_o  (vq_wait),
      .vq_prior_o (vq_prior),
      .str_done_i (str_done),
      .vec_done_i (vec_done),
      .str_cnt_o  (str_cnt),
      .vec_cnt_o  (vec_cnt),
      .sf_valid_i (sf_valid),
      .sf_code_i  (sf_code),
      .sf_pc_i    (sf_pc),
      .sf_slot_i  (sf_slot),
      .sf_off_i   (sf_off),
      .vf_valid_i (vf_valid),
      .vf_code_i  (vf_code),
      .vf_pc_i    (vf_pc),
      .vf_slot_i  (vf_slot),
      .vf_off_i   (vf_off),
      .pk_valid_i (pk_valid),
      .pk_rd_i    (pk_rd),
      .pk_token_i (pk_token)
  );

  ing_mem #(
      .PortBits  (PortBits),
      .WriteAhead(Depth != ing_fp_pkg::DEPTH_FULL)
  ) u_mem (
      .clk_i,
      .por_ni         (rst_ni),
      .rst_ni         (rst_n),
      .clr_i          (clr),
      .hold_i         (hold || mem_hold),
      .idle_o         (mem_idle),
      .ctx_i          (ctx),
      .sl_ready_o     (sl_ready),
      .sl_we_i        (sl_we),
      .sl_addr_i      (sl_addr),
      .sl_wdata_i     (reg_wdata),
      .sl_re_i        (sl_re),
      .sl_rvalid_o    (sl_rvalid),
      .sl_rdata_o     (sl_rdata),
      .rq_valid_i     (rq_valid),
      .rq_ready_o     (rq_ready),
      .rq_slot_i      (rq_slot),
      .rq_off_i       (rq_off),
      .rq_len_i       (rq_len),
      .rq_fault_o     (rq_fault),
      .rd_valid_o     (rd_valid),
      .c_valid_i      (c_valid),
      .c_ready_o      (c_ready),
      .c_slot_i       (c_slot),
      .c_off_i        (c_off),
      .c_ok_o         (c_ok),
      .c_fault_o      (c_fault),
      .c_rvalid_o     (c_rvalid),
      .fault_code_o   (fault_code),
      .fault_off_o    (fault_off),
      .p_valid_i      (p_valid),
      .p_ready_o      (p_ready),
      .p_unit_i       (p_unit),
      .p_len_i        (p_len),
      .p_rvalid_o     (p_rvalid),
      .p_rerr_o       (p_rerr),
      .rdata_o        (rdata),
      .wq_valid_i     (wq_valid),
      .wq_ready_o     (wq_ready),
      .wq_slot_i      (wq_slot),
      .wq_off_i       (wq_off),
      .wq_sub_i       (wq_sub),
      .wq_data_i      (wq_data),
      .wq_strb_i      (wq_strb),
      .wq_idle_o      (wq_idle),
      .wq_fault_o     (wq_fault),
      .wq_fault_code_o(wq_fault_code),
      .wq_fault_off_o (wq_fault_off),
      .wq_beat_o      (wq_beat),
      .cw_valid_i     (cw_valid),
      .cw_unit_i      (cw_unit),
      .cw_len_i       (cw_len),
      .cw_start_o     (cw_start),
      .cw_dvalid_i    (cw_dvalid),
      .cw_data_i      (cw_data),
      .cw_take_o      (cw_take),
      .cw_done_o      (cw_done),
      .cw_err_o       (cw_err),
      .bus_err_o      (bus_err),
      .bus_slot_o     (bus_slot),
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

  ing_wipe #(
      .TileM    (TileM),
      .ActBlocks(ActBlocks)
  ) u_wipe (
      .clk_i,
      .rst_ni    (rst_n),
      .wipe_i    (wipe),
      .busy_o    (str_wiping),
      .v_valid_i  (va_valid),
      .v_col_i    (va_col),
      .v_block_i  (va_block),
      .v_chunk_i  (va_chunk),
      .v_data_i   (va_data),
      .v_last_i   (va_last),
      .v_exp_i    (va_exp),
      .v_sum_i    (va_sum),
      .ac_valid_o (ac_valid),
      .ac_col_o   (ac_col),
      .ac_block_o (ac_block),
      .ac_chunk_o (ac_chunk),
      .ac_data_o  (ac_data),
      .ac_last_o  (ac_last),
      .ac_exp_o   (ac_exp),
      .ac_sum_o   (ac_sum)
  );

  ing_stream_unit #(
      .PortBits    (PortBits),
      .TileM       (TileM),
      .ScratchLines(ScratchLines),
      .ActBlocks   (ActBlocks),
      .FifoBeats   (FifoBeats),
      .RowLanes    (RowLanes),
      .Depth       (Depth)
  ) u_stream (
      .clk_i,
      .rst_ni         (rst_n),
      .clr_i          (clr),
      .fq_valid_i     (fq_valid),
      .fq_ready_o     (fq_ready),
      .fq_cmd_i       (fq_cmd),
      .fq_pc_i        (fq_pc),
      .fq_wait_i      (fq_wait),
      .fq_prior_i     (fq_prior),
      .sq_valid_i     (sq_valid),
      .sq_ready_o     (sq_ready),
      .sq_cmd_i       (sq_cmd),
      .sq_pc_i        (sq_pc),
      .sq_wait_i      (sq_wait),
      .sq_prior_i     (sq_prior),
      .vec_cnt_i      (Depth == ing_fp_pkg::DEPTH_FULL ? vec_cnt : vec_cnt + 16'(vec_done)),
      .str_done_o     (str_done),
      .fault_valid_o  (sf_valid),
      .fault_code_o   (sf_code),
      .fault_pc_o     (sf_pc),
      .fault_slot_o   (sf_slot),
      .fault_off_o    (sf_off),
      .rq_valid_o     (rq_valid),
      .rq_ready_i     (rq_ready),
      .rq_slot_o      (rq_slot),
      .rq_off_o       (rq_off),
      .rq_len_o       (rq_len),
      .rd_valid_i     (rd_valid),
      .rd_data_i      (rdata),
      .rq_fault_i     (rq_fault),
      .rq_fault_code_i(fault_code),
      .rq_fault_off_i (fault_off),
      .ac_valid_i     (ac_valid),
      .ac_col_i       (ac_col),
      .ac_block_i     (ac_block),
      .ac_chunk_i     (ac_chunk),
      .ac_data_i      (ac_data),
      .ac_last_i      (ac_last),
      .ac_exp_i       (ac_exp),
      .ac_sum_i       (ac_sum),
      .sw_valid_o     (sw_valid),
      .sw_ready_i     (sw_ready),
      .sw_line_o      (sw_line),
      .sw_sub_o       (sw_sub),
      .sw_data_o      (sw_data),
      .st_cause_o     (cause)
  );

  ing_vector_unit #(
      .PortBits    (PortBits),
      .TileM       (TileM),
      .ScratchLines(ScratchLines),
      .ActBlocks   (ActBlocks),
      .Scalars     (Scalars),
      .TopK        (TopK),
      .Depth       (Depth)
  ) u_vector (
      .clk_i,
      .rst_ni         (rst_n),
      .clr_i          (clr),
      .wipe_i         (wipe),
      .wipe_busy_o    (vec_wiping),
      .vq_valid_i     (vq_valid),
      .vq_ready_o     (vq_ready),
      .vq_cmd_i       (vq_cmd),
      .vq_pc_i        (vq_pc),
      .vq_wait_i      (vq_wait),
      .vq_prior_i     (vq_prior),
      .str_cnt_i      (Depth == ing_fp_pkg::DEPTH_FULL ? str_cnt : str_cnt + 16'(str_done)),
      .vec_done_o     (vec_done),
      .fault_valid_o  (vf_valid),
      .fault_code_o   (vf_code),
      .fault_pc_o     (vf_pc),
      .fault_slot_o   (vf_slot),
      .fault_off_o    (vf_off),
      .wq_valid_o     (wq_valid),
      .wq_ready_i     (wq_ready),
      .wq_slot_o      (wq_slot),
      .wq_off_o       (wq_off),
      .wq_sub_o       (wq_sub),
      .wq_data_o      (wq_data),
      .wq_strb_o      (wq_strb),
      .wq_idle_i      (wq_idle),
      .wq_fault_i     (wq_fault),
      .wq_fault_code_i(wq_fault_code),
      .wq_fault_off_i (wq_fault_off),
      .ac_valid_o     (va_valid),
      .ac_col_o       (va_col),
      .ac_block_o     (va_block),
      .ac_chunk_o     (va_chunk),
      .ac_data_o      (va_data),
      .ac_last_o      (va_last),
      .ac_exp_o       (va_exp),
      .ac_sum_o       (va_sum),
      .sw_valid_i     (sw_valid),
      .sw_ready_o     (sw_ready),
      .sw_line_i      (sw_line),
      .sw_sub_i       (sw_sub),
      .sw_data_i      (sw_data),
      .pk_valid_o     (pk_valid),
      .pk_rd_o        (pk_rd),
      .pk_token_o     (pk_token)
  );

endmodule

`default_nettype wire
