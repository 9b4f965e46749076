// SPDX-License-Identifier: MIT
// Registers of BAR0 behind an AXI4-Lite slave: identity, interrupts, reset, fault record, and the windows of the other
// blocks (queues, counters, slot table, configuration ROM).
//
// One access at a time each way; writes need all four byte strobes, others are ignored. Unknown registers read 0.
// Reset: hold_o stops both memory masters; when idle_i says that nothing is under way (or after 2^16 cycles, should a bus
// be dead) core_rst_no is low for 8 cycles. It is low after power-up too.
// irq_o: a pulse a vector.
`default_nettype none

module ing_csr (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    output var  logic        core_rst_no,
    output var  logic        hold_o,
    input  wire logic        idle_i,
    output var  logic        busy_o,
    output var  logic        awake_o,  // needs its clock in this cycle
    // AXI4-Lite
    input  wire logic        s_awvalid_i,
    output var  logic        s_awready_o,
    input  wire logic [15:0] s_awaddr_i,
    input  wire logic        s_wvalid_i,
    output var  logic        s_wready_o,
    input  wire logic [31:0] s_wdata_i,
    input  wire logic [3:0]  s_wstrb_i,
    output var  logic        s_bvalid_o,
    input  wire logic        s_bready_i,
    output var  logic [1:0]  s_bresp_o,
    input  wire logic        s_arvalid_i,
    output var  logic        s_arready_o,
    input  wire logic [15:0] s_araddr_i,
    output var  logic        s_rvalid_o,
    input  wire logic        s_rready_i,
    output var  logic [31:0] s_rdata_o,
    output var  logic [1:0]  s_rresp_o,
    // queues
    output var  logic        rg_we_o,
    output var  logic [4:0]  rg_addr_o,
    output var  logic [31:0] wdata_o,
    input  wire logic [31:0] rg_rdata_i,
    input  wire logic [1:0]  irq_i,
    output var  logic [1:0]  irq_o,
    input  wire logic [1:0]  active_i,
    output var  logic        abort_o,
    // slot table
    input  wire logic        sl_ready_i,
    output var  logic        sl_we_o,
    output var  logic [9:0]  sl_addr_o,
    output var  logic        sl_re_o,
    input  wire logic        sl_rvalid_i,
    input  wire logic [31:0] sl_rdata_i,
    // counters
    output var  logic [4:0]  cnt_addr_o,
    input  wire logic [31:0] cnt_rdata_i,
    // end of a job with a fault
    input  wire logic        fault_i,
    input  wire logic [7:0]  fault_code_i,
    input  wire logic [31:0] fault_pc_i,
    input  wire logic [7:0]  fault_slot_i,
    input  wire logic [31:0] fault_off_i,
    input  wire logic [31:0] fault_tag_i
);

  localparam int unsigned ResetWait = 16;  // log2 of the cycles a dead bus gets

  typedef enum logic [1:0] {
    ResetNone,
    ResetQuiet,  // until the buses are quiet
    ResetActive
  } reset_e;
  reset_e             reset_q;
  logic               core_rst_nq;
  logic [ResetWait:0] wait_q;

  logic [15:2] waddr_q, raddr_q;
  logic        write_q, in_queues, in_slots;
  logic [1:0]  status_q, enable_q;
  logic [7:0]  code_q, slot_q;
  logic [31:0] pc_q, off_q, tag_q;

  // Accesses are aligned words.
  wire logic unused_low = ^{s_awaddr_i[1:0], s_araddr_i[1:0]};

  // ---- writes ----
  logic accept_w;

  assign accept_w    = s_awvalid_i && s_wvalid_i && !write_q && !s_bvalid_o && sl_ready_i;
  assign s_awready_o = accept_w;
  assign s_wready_o  = accept_w;
  assign s_bresp_o   = 2'b00;
  assign in_queues   = waddr_q[15:7] == 9'(ing_pkg::ING_REG_QUEUE >> 7);
  assign in_slots    = waddr_q[15:12] == 4'(ing_pkg::ING_REG_SLOTS >> 12);
  assign rg_we_o     = write_q && in_queues;
  assign sl_we_o     = write_q && in_slots;

  always_ff @(posedge clk_i) begin
    if (accept_w) begin
      waddr_q <= s_awaddr_i[15:2];
      wdata_o <= s_wdata_i;
    end
    if (!rst_ni) begin
      write_q    <= 1'b0;
      s_bvalid_o <= 1'b0;
    end else begin
      write_q <= accept_w && (s_wstrb_i == 4'hf);
      if (accept_w) s_bvalid_o <= 1'b1;
      else if (s_bready_i) s_bvalid_o <= 1'b0;
    end
  end

  // ---- reads: the address, a cycle for memories, then the word ----
  typedef enum logic [1:0] {
    ReadIdle,
    ReadLook,
    ReadWord,
    ReadGive
  } read_e;
  read_e       read_q;
  logic [31:0] rom_data, rom_bytes, word;
  logic        read_slots, wait_slots;

  ing_rom u_rom (
      .clk_i,
      .addr_i (raddr_q[13:2]),
      .data_o (rom_data),
      .bytes_o(rom_bytes)
  );

  assign s_arready_o = read_q == ReadIdle && sl_ready_i && !write_q;
  assign s_rvalid_o  = read_q == ReadGive;
  assign s_rresp_o   = 2'b00;
  assign read_slots  = raddr_q[15:12] == 4'(ing_pkg::ING_REG_SLOTS >> 12);
  assign wait_slots  = read_slots && !sl_rvalid_i;
  assign sl_re_o     = read_q == ReadWord && read_slots;
  assign sl_addr_o   = sl_we_o ? waddr_q[11:2] : raddr_q[11:2];
  assign rg_addr_o   = rg_we_o ? waddr_q[6:2] : raddr_q[6:2];
  assign cnt_addr_o  = raddr_q[6:2];

  always_comb begin
    word = 32'd0;
    if (raddr_q[15:14] == 2'(ing_pkg::ING_REG_ROM >> 14)) word = rom_data;
    else if (read_slots) word = sl_rdata_i;
    else if (raddr_q[15:7] == 9'(ing_pkg::ING_REG_QUEUE >> 7)) word = rg_rdata_i;
    else if (raddr_q[15:7] == 9'(ing_pkg::ING_REG_COUNTERS >> 7)) word = cnt_rdata_i;
    else begin
      case ({raddr_q[15:2], 2'b00})
        16'(ing_pkg::ING_REG_MAGIC): word = ing_pkg::ING_MAGIC;
        16'(ing_pkg::ING_REG_VERSION): word = ing_pkg::ING_VERSION;
        16'(ing_pkg::ING_REG_ROM_BYTES): word = rom_bytes;
        16'(ing_pkg::ING_REG_STATUS): word = {30'd0, active_i};
        16'(ing_pkg::ING_REG_IRQ_STATUS): word = {30'd0, status_q};
        16'(ing_pkg::ING_REG_IRQ_ENABLE): word = {30'd0, enable_q};
        16'(ing_pkg::ING_REG_RESET): word = {31'd0, reset_q != ResetNone};
        16'(ing_pkg::ING_REG_FAULT_CODE): word = {24'd0, code_q};
        16'(ing_pkg::ING_REG_FAULT_PC): word = pc_q;
        16'(ing_pkg::ING_REG_FAULT_SLOT): word = {24'd0, slot_q};
        16'(ing_pkg::ING_REG_FAULT_OFFSET): word = off_q;
        16'(ing_pkg::ING_REG_FAULT_TAG): word = tag_q;
        default: word = 32'd0;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (s_arvalid_i && s_arready_o) raddr_q <= s_araddr_i[15:2];
    if (read_q == ReadWord) s_rdata_o <= word;
    if (!rst_ni) read_q <= ReadIdle;
    else begin
      case (read_q)
        ReadIdle: if (s_arvalid_i && s_arready_o) read_q <= ReadLook;
        // A write may use the shared addresses: wait it out.
        ReadLook: if (!write_q && !accept_w) read_q <= ReadWord;
        ReadWord: if (!write_q && !wait_slots) read_q <= ReadGive;
        default: if (s_rready_i) read_q <= ReadIdle;
      endcase
    end
  end

  // ---- interrupts, abort, fault record ----
  logic [1:0] cleared, enabled;
  logic       at_status, at_enable;

  assign at_status = write_q && waddr_q[15:2] == 14'(ing_pkg::ING_REG_IRQ_STATUS >> 2);
  assign at_enable = write_q && waddr_q[15:2] == 14'(ing_pkg::ING_REG_IRQ_ENABLE >> 2);
  assign cleared   = at_status ? wdata_o[1:0] : 2'b00;
  assign enabled   = at_enable ? wdata_o[1:0] & ~enable_q : 2'b00;

  always_ff @(posedge clk_i) begin
    if (!core_rst_no) begin
      status_q <= 2'b00;
      enable_q <= 2'b00;
      irq_o    <= 2'b00;
      abort_o  <= 1'b0;
      code_q   <= 8'd0;
      pc_q     <= 32'd0;
      slot_q   <= 8'd0;
      off_q    <= 32'd0;
      tag_q    <= 32'd0;
    end else begin
      status_q <= (status_q & ~cleared) | irq_i;
      if (at_enable) enable_q <= wdata_o[1:0];
      irq_o   <= (irq_i & enable_q) | (status_q & enabled);
      abort_o <= write_q && waddr_q[15:2] == 14'(ing_pkg::ING_REG_ABORT >> 2) && wdata_o[0];
      if (fault_i) begin
        code_q <= fault_code_i;
        pc_q   <= fault_pc_i;
        slot_q <= fault_slot_i;
        off_q  <= fault_off_i;
        tag_q  <= fault_tag_i;
      end
    end
  end

  // ---- reset ----
  assign core_rst_no = core_rst_nq && rst_ni;
  assign awake_o = !rst_ni || busy_o || s_awvalid_i || s_arvalid_i || s_bvalid_o || read_q != ReadIdle ||
                   irq_i != 2'd0 || irq_o != 2'd0 || abort_o || fault_i;
  assign hold_o = reset_q != ResetNone;
  assign busy_o = reset_q != ResetNone || !core_rst_nq || !sl_ready_i || write_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      reset_q     <= ResetActive;
      wait_q      <= '0;
      core_rst_nq <= 1'b0;
    end else begin
      wait_q <= wait_q + 1'b1;
      case (reset_q)
        ResetQuiet: begin
          // The hold needs a moment to be felt.
          if ((wait_q >= (ResetWait + 1)'(4) && idle_i) || wait_q[ResetWait]) begin
            reset_q     <= ResetActive;
            core_rst_nq <= 1'b0;
            wait_q      <= '0;
          end
        end
        ResetActive: begin
          if (wait_q == (ResetWait + 1)'(7)) begin
            reset_q     <= ResetNone;
            core_rst_nq <= 1'b1;
          end
        end
        default: begin
          wait_q <= '0;
          if (write_q && waddr_q[15:2] == 14'(ing_pkg::ING_REG_RESET >> 2) && wdata_o[0]) reset_q <= ResetQuiet;
        end
      endcase
    end
  end

endmodule

`default_nettype wire
