// SPDX-License-Identifier: MIT
// Scratchpad and vector engine: executes VEC, TOPK and PICK commands, in order, one at a time.
//
// Port groups as in docs/microarchitecture.md: vq_* vector queue (str_cnt_i: stream commands done), vec_done_o, fault_*,
// ac_* activations, sw_* scratchpad writes of the stream engine, wq_* memory writes, pk_* a token for a register.
// sw_ready_o is always high: the stream engine comes first at the scratchpad's write port, the vector engine's results
// wait in its FIFO meanwhile. A word written in cycle t is seen by vector commands that begin at t+1 or later.
// wipe_i: zero the scratchpad and the scalars, empty the top-k list, while no command is queued; wipe_busy_o until done.
// clr_i empties queue and engine; memories and the top-k list keep what they have.
//
// Everything but the answer to the queue, a wait and a fault rests behind clock gates when there is nothing to do.
//
// PortBits: 64, 128, 256 or 512. TileM: activation columns. ScratchLines: lines of 16 floats, a multiple of 16, at most
// 65536. ActBlocks: activation blocks per column. Scalars: entries of the scalar file, a power of two from 2 on.
// TopK: places of the list, 2 to 1024. Depth: of the pipelines (ing_fp_pkg).
`default_nettype none

module ing_vector_unit #(
    parameter int unsigned PortBits     = 128,
    parameter int unsigned TileM        = 1,
    parameter int unsigned ScratchLines = 1024,
    parameter int unsigned ActBlocks    = 256,
    parameter int unsigned Scalars      = 64,
    parameter int unsigned TopK         = 32,
    parameter int unsigned Depth        = ing_fp_pkg::DEPTH_FULL
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  clr_i,
    input  wire logic                  wipe_i,
    output var  logic                  wipe_busy_o,
    input  wire logic                  vq_valid_i,
    output var  logic                  vq_ready_o,
    input  wire logic [511:0]          vq_cmd_i,
    input  wire logic [31:0]           vq_pc_i,
    input  wire logic [16:0]           vq_wait_i,
    input  wire logic [15:0]           vq_prior_i,
    input  wire logic [15:0]           str_cnt_i,
    output var  logic                  vec_done_o,
    output var  logic                  fault_valid_o,
    output var  logic [7:0]            fault_code_o,
    output var  logic [31:0]           fault_pc_o,
    output var  logic [7:0]            fault_slot_o,
    output var  logic [31:0]           fault_off_o,
    output var  logic                  ac_valid_o,
    output var  logic [7:0]            ac_col_o,
    output var  logic [15:0]           ac_block_o,
    output var  logic [1:0]            ac_chunk_o,
    output var  logic [95:0]           ac_data_o,
    output var  logic                  ac_last_o,
    output var  logic [7:0]            ac_exp_o,
    output var  logic [16:0]           ac_sum_o,
    input  wire logic                  sw_valid_i,
    output var  logic                  sw_ready_o,
    input  wire logic [15:0]           sw_line_i,
    input  wire logic [2:0]            sw_sub_i,
    input  wire logic [PortBits-1:0]   sw_data_i,
    output var  logic                  wq_valid_o,
    input  wire logic                  wq_ready_i,
    output var  logic [7:0]            wq_slot_o,
    output var  logic [31:0]           wq_off_o,
    output var  logic [2:0]            wq_sub_o,
    output var  logic [PortBits-1:0]   wq_data_o,
    output var  logic [PortBits/8-1:0] wq_strb_o,
    input  wire logic                  wq_idle_i,
    input  wire logic                  wq_fault_i,
    input  wire logic [7:0]            wq_fault_code_i,
    input  wire logic [31:0]           wq_fault_off_i,
    output var  logic                  pk_valid_o,
    output var  logic [3:0]            pk_rd_o,
    output var  logic [31:0]           pk_token_o
);

  localparam int unsigned Words   = ScratchLines * 512 / PortBits;
  localparam int unsigned AW      = $clog2(Words);
  localparam int unsigned SW      = $clog2(Scalars);
  localparam int unsigned LineLog = $clog2(512 / PortBits);

  if (PortBits != 64 && PortBits != 128 && PortBits != 256 && PortBits != 512) begin : g_bad_port
    $fatal(1, "ing_vector_unit: PortBits must be 64, 128, 256 or 512");
  end
  if (ScratchLines % 16 != 0 || ScratchLines == 0 || ScratchLines > 65536) begin : g_bad_lines
    $fatal(1, "ing_vector_unit: ScratchLines must be a multiple of 16, at most 65536");
  end
  if (Scalars < 2 || (1 << SW) != Scalars || Scalars > Words) begin : g_bad_scalars
    $fatal(1, "ing_vector_unit: Scalars must be a power of two from 2 to the words of the scratchpad");
  end
  if (TopK < 2 || TopK > 1024) begin : g_bad_topk
    $fatal(1, "ing_vector_unit: TopK must be 2 to 1024");
  end
  if (TileM == 0 || TileM > 255 || ActBlocks == 0 || ActBlocks > 65536) begin : g_bad_act
    $fatal(1, "ing_vector_unit: TileM must be 1 to 255, ActBlocks 1 to 65536");
  end

  if (Depth > ing_fp_pkg::DEPTH_FULL) begin : g_bad_depth
    $fatal(1, "ing_vector_unit: Depth must be one of ing_fp_pkg");
  end

  wire logic wake = ~rst_ni | clr_i;

  // ---- wipe ----
  logic          wipe_q;
  logic [AW-1:0] wipe_addr_q;
  assign wipe_busy_o = wipe_q;

  always_ff @(posedge clk_i) begin : wipe
    if (wipe_q) wipe_addr_q <= wipe_addr_q + AW'(1);
    if (wipe_q && wipe_addr_q == AW'(Words - 1)) wipe_q <= 1'b0;
    if (wipe_i) begin
      wipe_q      <= 1'b1;
      wipe_addr_q <= '0;
    end
    if (!rst_ni) wipe_q <= 1'b0;
  end

  // ---- decode ----
  logic         clk_dec, dec_run;
  logic         x_valid, x_ready, x_serial, idle;
  logic [511:0] x_cmd;
  logic [31:0]  x_pc;
  logic [15:0]  x_prior;
  logic         bad_valid;
  logic [7:0]   bad_code;

  ing_clkgate u_gate_dec (.clk_i(clk_i), .en_i(dec_run | wake), .clk_o(clk_dec));

  ing_vector_dec #(
      .TileM(TileM), .ScratchLines(ScratchLines), .ActBlocks(ActBlocks), .Scalars(Scalars), .TopK(TopK),
      .Depth(Depth)
  ) u_dec (
      .clk_i(clk_dec), .rst_ni(rst_ni), .clr_i(clr_i), .vq_valid_i(vq_valid_i), .vq_ready_o(vq_ready_o),
      .vq_cmd_i(vq_cmd_i), .vq_pc_i(vq_pc_i), .vq_wait_i(vq_wait_i), .vq_prior_i(vq_prior_i), .str_cnt_i(str_cnt_i),
      .x_valid_o(x_valid), .x_ready_i(x_ready), .x_cmd_o(x_cmd), .x_pc_o(x_pc), .x_prior_o(x_prior),
      .x_serial_o(x_serial), .idle_i(idle), .fault_valid_o(bad_valid), .fault_code_o(bad_code), .run_o(dec_run)
  );

  // ---- engine ----
  logic                clk_engine;
  logic                a_en, b_en, r_valid;
  logic [AW-1:0]       a_addr, b_addr, r_addr;
  logic [PortBits-1:0] a_data, b_data, r_data;
  logic                refused_valid;
  logic [7:0]          refused_code, refused_slot;
  logic [31:0]         refused_pc, refused_off;
  wire logic           engine_run = ~idle | x_valid | wake | wipe_q;

  ing_clkgate u_gate_engine (.clk_i(clk_i), .en_i(engine_run), .clk_o(clk_engine));

  ing_vector #(
      .PortBits(PortBits), .ScratchLines(ScratchLines), .Scalars(Scalars), .TopK(TopK), .Depth(Depth)
  ) u_engine (
      .clk_i(clk_engine), .rst_ni(rst_ni), .clr_i(clr_i), .zero_i(wipe_q), .zero_idx_i(wipe_addr_q[SW-1:0]),
      .x_valid_i(x_valid), .x_ready_o(x_ready), .x_cmd_i(x_cmd), .x_pc_i(x_pc), .x_prior_i(x_prior),
      .x_serial_i(x_serial), .str_cnt_i(str_cnt_i), .idle_o(idle), .done_o(vec_done_o),
      .fault_valid_o(refused_valid), .fault_code_o(refused_code), .fault_pc_o(refused_pc),
      .fault_slot_o(refused_slot), .fault_off_o(refused_off), .a_en_o(a_en), .a_addr_o(a_addr), .a_data_i(a_data),
      .b_en_o(b_en), .b_addr_o(b_addr), .b_data_i(b_data), .w_valid_o(r_valid), .w_ready_i(~sw_valid_i),
      .w_addr_o(r_addr), .w_data_o(r_data), .ac_valid_o(ac_valid_o), .ac_col_o(ac_col_o), .ac_block_o(ac_block_o),
      .ac_chunk_o(ac_chunk_o), .ac_data_o(ac_data_o), .ac_last_o(ac_last_o), .ac_exp_o(ac_exp_o),
      .ac_sum_o(ac_sum_o), .wq_valid_o(wq_valid_o), .wq_ready_i(wq_ready_i), .wq_slot_o(wq_slot_o),
      .wq_off_o(wq_off_o), .wq_sub_o(wq_sub_o), .wq_data_o(wq_data_o), .wq_strb_o(wq_strb_o), .wq_idle_i(wq_idle_i),
      .wq_fault_i(wq_fault_i), .wq_fault_code_i(wq_fault_code_i), .wq_fault_off_i(wq_fault_off_i),
      .pk_valid_o(pk_valid_o), .pk_rd_o(pk_rd_o), .pk_token_o(pk_token_o)
  );

  assign fault_valid_o = refused_valid | bad_valid;
  assign fault_code_o  = refused_valid ? refused_code : bad_code;
  assign fault_pc_o    = refused_valid ? refused_pc : x_pc;
  assign fault_slot_o  = refused_valid ? refused_slot : 8'd0;
  assign fault_off_o   = refused_valid ? refused_off : 32'd0;

  // ---- scratchpad ----
  logic clk_scratch, tail_q;
  assign sw_ready_o = 1'b1;
  wire logic           w_en   = sw_valid_i | r_valid | wipe_q;
  wire logic [AW-1:0]  w_addr = wipe_q ? wipe_addr_q
      : sw_valid_i ? AW'({16'd0, sw_line_i} << LineLog) + AW'(sw_sub_i) : r_addr;
  wire logic [PortBits-1:0] w_data = wipe_q ? '0 : sw_valid_i ? sw_data_i : r_data;

  // A write reaches the memory in the cycle after it was taken.
  always_ff @(posedge clk_i) tail_q <= w_en;
  ing_clkgate u_gate_scratch (.clk_i(clk_i), .en_i(~idle | w_en | tail_q), .clk_o(clk_scratch));

  ing_scratch #(
      .PortBits(PortBits), .Words(Words), .Early(Depth != ing_fp_pkg::DEPTH_FULL)
  ) u_scratch (
      .clk_i(clk_scratch), .w_en_i(w_en), .w_addr_i(w_addr), .w_data_i(w_data), .a_en_i(a_en), .a_addr_i(a_addr),
      .a_data_o(a_data), .b_en_i(b_en), .b_addr_i(b_addr), .b_data_o(b_data)
  );

endmodule

`default_nettype wire
