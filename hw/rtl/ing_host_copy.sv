// SPDX-License-Identifier: MIT
// Copy engine: moves units between host and device memory, one copy at a time.
//
// start_i (a pulse, only while busy_o is low) with the direction, both first units and the length; done_o is a pulse after
// the last write was answered, err_o with it: some beat met a bus error (the copy runs to its end all the same).
// Both memories have the same two ports: a read request for a run of units (valid, ready) whose data comes back later and is
// never stalled, and a write burst as in ing_axi_write. Runs have at most 16 units and keep within 16-unit borders, so
// they never cross 4 KiB. Between reads and writes lies a buffer of 8 KiB; a write starts only when all its beats are there.
//   PortBits  width of a beat
`default_nettype none

module ing_host_copy #(
    parameter int unsigned PortBits = 512
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                start_i,
    input  wire logic                to_host_i,
    input  wire logic [57:0]         host_unit_i,
    input  wire logic [31:0]         dev_unit_i,
    input  wire logic [31:0]         len_i,
    output var  logic                busy_o,
    output var  logic                done_o,
    output var  logic                err_o,
    // host memory
    output var  logic                hr_valid_o,
    input  wire logic                hr_ready_i,
    output var  logic [57:0]         hr_unit_o,
    output var  logic [6:0]          hr_len_o,
    input  wire logic                hr_rvalid_i,
    input  wire logic                hr_rerr_i,
    input  wire logic [PortBits-1:0] hr_rdata_i,
    output var  logic                hw_valid_o,
    output var  logic [57:0]         hw_unit_o,
    output var  logic [6:0]          hw_len_o,
    input  wire logic                hw_start_i,
    output var  logic                hw_dvalid_o,
    input  wire logic                hw_take_i,
    input  wire logic                hw_done_i,
    input  wire logic                hw_err_i,
    // device memory
    output var  logic                p_valid_o,
    input  wire logic                p_ready_i,
    output var  logic [31:0]         p_unit_o,
    output var  logic [6:0]          p_len_o,
    input  wire logic                p_rvalid_i,
    input  wire logic                p_rerr_i,
    input  wire logic [PortBits-1:0] p_rdata_i,
    output var  logic                cw_valid_o,
    output var  logic [31:0]         cw_unit_o,
    output var  logic [6:0]          cw_len_o,
    input  wire logic                cw_start_i,
    output var  logic                cw_dvalid_o,
    input  wire logic                cw_take_i,
    input  wire logic                cw_done_i,
    input  wire logic                cw_err_i,
    // to either
    output var  logic [PortBits-1:0] data_o
);

  localparam int unsigned LogUnitBeats = $clog2(512 / PortBits);
  localparam int unsigned Beats = 8192 * 8 / PortBits;
  localparam int unsigned CntBits = $clog2(Beats) + 1;

  logic               to_host_q;
  logic [57:0]        src_q, dst_q;            // next unit to read and to write
  logic [31:0]        src_left_q, dst_left_q;  // units
  logic [4:0]         src_run, dst_run;        // units of the next run
  logic [CntBits-1:0] room_q;                  // beats of the buffer not promised to a read
  logic [CntBits-1:0] here_q;                  // beats in the buffer not promised to a write
  logic [4:0]         open_q;                  // writes without an answer
  logic               ask, asked, offer, started, arrived, taken, answered, dvalid, room_ok, here_ok, fail;
  logic [CntBits-1:0] src_beats, dst_beats;

  assign src_run   = (src_left_q < {27'd0, 5'd16 - {1'b0, src_q[3:0]}}) ? src_left_q[4:0] : 5'd16 - {1'b0, src_q[3:0]};
  assign dst_run   = (dst_left_q < {27'd0, 5'd16 - {1'b0, dst_q[3:0]}}) ? dst_left_q[4:0] : 5'd16 - {1'b0, dst_q[3:0]};
  assign src_beats = CntBits'(src_run) << LogUnitBeats;
  assign dst_beats = CntBits'(dst_run) << LogUnitBeats;

  assign room_ok = room_q >= src_beats;
  assign here_ok = here_q >= dst_beats;
  assign ask     = busy_o && (src_left_q != 32'd0) && room_ok;
  assign offer   = busy_o && (dst_left_q != 32'd0) && here_ok && (open_q < 5'd16);

  assign hr_valid_o = ask && !to_host_q;
  assign hr_unit_o  = src_q;
  assign hr_len_o   = {2'd0, src_run};
  assign p_valid_o  = ask && to_host_q;
  assign p_unit_o   = src_q[31:0];
  assign p_len_o    = {2'd0, src_run};
  assign hw_valid_o = offer && to_host_q;
  assign hw_unit_o  = dst_q;
  assign hw_len_o   = {2'd0, dst_run};
  assign cw_valid_o = offer && !to_host_q;
  assign cw_unit_o  = dst_q[31:0];
  assign cw_len_o   = {2'd0, dst_run};

  assign asked       = (hr_valid_o && hr_ready_i) || (p_valid_o && p_ready_i);
  assign started     = hw_start_i || cw_start_i;
  assign arrived     = to_host_q ? p_rvalid_i : hr_rvalid_i;
  assign taken       = hw_take_i || cw_take_i;
  assign answered    = hw_done_i || cw_done_i;
  assign hw_dvalid_o = dvalid;
  assign cw_dvalid_o = dvalid;
  assign fail        = (hr_rvalid_i && hr_rerr_i) || (p_rvalid_i && p_rerr_i) || (hw_done_i && hw_err_i) ||
                       (cw_done_i && cw_err_i);

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      to_host_q <= to_host_i;
      src_q     <= to_host_i ? {26'd0, dev_unit_i} : host_unit_i;
      dst_q     <= to_host_i ? host_unit_i : {26'd0, dev_unit_i};
    end else begin
      if (asked) src_q <= src_q + 58'(src_run);
      if (started) dst_q <= dst_q + 58'(dst_run);
    end
    done_o <= 1'b0;
    if (!rst_ni) begin
      busy_o     <= 1'b0;
      done_o     <= 1'b0;
      src_left_q <= 32'd0;
      dst_left_q <= 32'd0;
    end else if (start_i) begin
      busy_o     <= 1'b1;
      err_o      <= 1'b0;
      src_left_q <= len_i;
      dst_left_q <= len_i;
      room_q     <= CntBits'(Beats);
      here_q     <= '0;
      open_q     <= 5'd0;
    end else if (busy_o) begin
      if (asked) src_left_q <= src_left_q - 32'(src_run);
      if (started) dst_left_q <= dst_left_q - 32'(dst_run);
      room_q <= room_q + CntBits'(taken) - (asked ? src_beats : '0);
      here_q <= here_q + CntBits'(arrived) - (started ? dst_beats : '0);
      open_q <= open_q + 5'(started) - 5'(answered);
      if (fail) err_o <= 1'b1;
      if (dst_left_q == 32'd0 && open_q == 5'd0 && !started) begin
        busy_o <= 1'b0;
        done_o <= 1'b1;
      end
    end
  end

  logic unused_ready, unused_empty;

  ing_fifo #(
      .Width(PortBits),
      .Depth(Beats)
  ) u_buffer (
      .clk_i,
      .rst_ni,
      .clr_i   (start_i),
      .wvalid_i(arrived && busy_o),
      .wready_o(unused_ready),
      .wdata_i (to_host_q ? p_rdata_i : hr_rdata_i),
      .rvalid_o(dvalid),
      .rready_i(taken),
      .rdata_o (data_o),
      .empty_o (unused_empty)
  );

`ifdef ING_ASSERT
  BufferNeverOverflows: assert property (@(posedge clk_i) disable iff (!rst_ni) arrived && busy_o |-> unused_ready);
`endif

endmodule

`default_nettype wire
