// SPDX-License-Identifier: MIT
// Performance counters of a job: every cycle under exactly one cause, so the causes add up to the cycles.
//
// clear_i zeroes them. While run_i is high cause_i (ING_CNT_STREAM .. ING_CNT_PROGRAM) says what the cycle was; host_i
// turns PROGRAM into HOST. data_o is the word of the counter block at addr_i (counter, then half), one cycle later.
`default_nettype none

module ing_counters (
    input  wire logic        clk_i,
    input  wire logic        rst_ni,
    input  wire logic        clear_i,
    input  wire logic        run_i,
    input  wire logic [2:0]  cause_i,
    input  wire logic        host_i,
    input  wire logic        read_beat_i,
    input  wire logic        write_beat_i,
    input  wire logic        command_i,
    input  wire logic [4:0]  addr_i,
    output var  logic [31:0] data_o
);

  // 48 bits last for weeks; the register block shows 64.
  logic [47:0] cnt_q [ing_pkg::ING_COUNTERS];
  logic [2:0]  cause;
  logic [47:0] shown;

  assign cause = (host_i && cause_i == 3'(ing_pkg::ING_CNT_PROGRAM)) ? 3'(ing_pkg::ING_CNT_HOST) : cause_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      for (int i = 0; i < ing_pkg::ING_COUNTERS; i++) cnt_q[i] <= 48'd0;
    end else if (run_i) begin
      cnt_q[ing_pkg::ING_CNT_CYCLES] <= cnt_q[ing_pkg::ING_CNT_CYCLES] + 48'd1;
      for (int i = ing_pkg::ING_CNT_STREAM; i <= ing_pkg::ING_CNT_HOST; i++) begin
        if (cause == 3'(i)) cnt_q[i] <= cnt_q[i] + 48'd1;
      end
      if (read_beat_i) cnt_q[ing_pkg::ING_CNT_READ_BEATS] <= cnt_q[ing_pkg::ING_CNT_READ_BEATS] + 48'd1;
      if (write_beat_i) cnt_q[ing_pkg::ING_CNT_WRITE_BEATS] <= cnt_q[ing_pkg::ING_CNT_WRITE_BEATS] + 48'd1;
      if (command_i) cnt_q[ing_pkg::ING_CNT_COMMANDS] <= cnt_q[ing_pkg::ING_CNT_COMMANDS] + 48'd1;
    end
  end

  always_comb begin
    shown = 48'd0;
    for (int i = 0; i < ing_pkg::ING_COUNTERS; i++) begin
      if (addr_i[4:1] == 4'(i)) shown = shown | cnt_q[i];
    end
  end

  always_ff @(posedge clk_i) data_o <= addr_i[0] ? {16'd0, shown[47:32]} : shown[31:0];

`ifdef ING_ASSERT
  EveryCycleHasACause: assert property (@(posedge clk_i) disable iff (!rst_ni) run_i |-> cause != 3'd0);
`endif

endmodule

`default_nettype wire
