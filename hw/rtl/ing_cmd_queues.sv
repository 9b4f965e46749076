// SPDX-License-Identifier: MIT
// The queues between the command processor and the units, with the wait targets of each command.
//
// A stream command enters the fetch and the exec queue together (push_str_i, only while str_ready_o), a vector command the
// vector queue (push_vec_i, vec_ready_o). Beside it travel its pc, its wait target (bit 16: wait at all; a wait field of d
// becomes "all but the last d - 1 of those issued", vec_iss_i and str_iss_i being the counts of earlier commands) and the
// commands of the other kind before it. clr_i empties the queues. They sleep while nothing moves.
//   Depth  commands a queue, a power of two
`default_nettype none

module ing_cmd_queues #(
    parameter int unsigned Depth = 16
) (
    input  wire logic         clk_i,
    input  wire logic         rst_ni,
    input  wire logic         clr_i,
    input  wire logic         push_str_i,
    input  wire logic         push_vec_i,
    output var  logic         str_ready_o,
    output var  logic         vec_ready_o,
    input  wire logic [511:0] cmd_i,
    input  wire logic [31:0]  pc_i,
    input  wire logic [15:0]  vec_iss_i,
    input  wire logic [15:0]  str_iss_i,
    output var  logic         fq_valid_o,
    input  wire logic         fq_ready_i,
    output var  logic [511:0] fq_cmd_o,
    output var  logic [31:0]  fq_pc_o,
    output var  logic [16:0]  fq_wait_o,
    output var  logic [15:0]  fq_prior_o,
    output var  logic         sq_valid_o,
    input  wire logic         sq_ready_i,
    output var  logic [511:0] sq_cmd_o,
    output var  logic [31:0]  sq_pc_o,
    output var  logic [16:0]  sq_wait_o,
    output var  logic [15:0]  sq_prior_o,
    output var  logic         vq_valid_o,
    input  wire logic         vq_ready_i,
    output var  logic [511:0] vq_cmd_o,
    output var  logic [31:0]  vq_pc_o,
    output var  logic [16:0]  vq_wait_o,
    output var  logic [15:0]  vq_prior_o
);

  localparam int unsigned Bits = 512 + 32 + 17 + 16;

  logic        fq_room, sq_room, vq_room, fq_unused_empty, sq_unused_empty, vq_unused_empty;
  logic [3:0]  wait_vec, wait_str, wait_fetch;
  logic [16:0] vec_target, fetch_target, str_target;
  logic        moves, moved_q, clk;

  assign str_ready_o  = fq_room && sq_room;
  assign vec_ready_o  = vq_room;
  assign wait_vec     = cmd_i[ing_pkg::ING_F_WAIT_VEC_L+:4];
  assign wait_str     = cmd_i[ing_pkg::ING_F_WAIT_STR_L+:4];
  assign wait_fetch   = cmd_i[ing_pkg::ING_F_FETCH_WAIT_L+:4];
  assign vec_target   = {wait_vec != 4'd0, vec_iss_i + 16'd1 - {12'd0, wait_vec}};
  assign fetch_target = {wait_fetch != 4'd0, vec_iss_i + 16'd1 - {12'd0, wait_fetch}};
  assign str_target   = {wait_str != 4'd0, str_iss_i + 16'd1 - {12'd0, wait_str}};

  // A word that came moves on to the output register in the next cycle.
  assign moves = push_str_i || push_vec_i || (fq_valid_o && fq_ready_i) || (sq_valid_o && sq_ready_i) ||
                 (vq_valid_o && vq_ready_i);

  always_ff @(posedge clk_i) moved_q <= moves && rst_ni;

  ing_clkgate u_clock (
      .clk_i,
      .en_i (!rst_ni || clr_i || moves || moved_q),
      .clk_o(clk)
  );

  ing_fifo #(
      .Width(Bits),
      .Depth(Depth)
  ) u_fetch (
      .clk_i   (clk),
      .rst_ni,
      .clr_i,
      .wvalid_i(push_str_i),
      .wready_o(fq_room),
      .wdata_i ({cmd_i, pc_i, fetch_target, vec_iss_i}),
      .empty_o (fq_unused_empty),
      .rvalid_o(fq_valid_o),
      .rready_i(fq_ready_i),
      .rdata_o ({fq_cmd_o, fq_pc_o, fq_wait_o, fq_prior_o})
  );

  ing_fifo #(
      .Width(Bits),
      .Depth(Depth)
  ) u_exec (
      .clk_i   (clk),
      .rst_ni,
      .clr_i,
      .wvalid_i(push_str_i),
      .wready_o(sq_room),
      .wdata_i ({cmd_i, pc_i, vec_target, vec_iss_i}),
      .empty_o (sq_unused_empty),
      .rvalid_o(sq_valid_o),
      .rready_i(sq_ready_i),
      .rdata_o ({sq_cmd_o, sq_pc_o, sq_wait_o, sq_prior_o})
  );

  ing_fifo #(
      .Width(Bits),
      .Depth(Depth)
  ) u_vector (
      .clk_i   (clk),
      .rst_ni,
      .clr_i,
      .wvalid_i(push_vec_i),
      .wready_o(vq_room),
      .wdata_i ({cmd_i, pc_i, str_target, str_iss_i}),
      .empty_o (vq_unused_empty),
      .rvalid_o(vq_valid_o),
      .rready_i(vq_ready_i),
      .rdata_o ({vq_cmd_o, vq_pc_o, vq_wait_o, vq_prior_o})
  );

`ifdef ING_ASSERT
  PushedWithRoom: assert property (@(posedge clk_i) disable iff (!rst_ni)
      (push_str_i |-> str_ready_o));
  PushedVectorWithRoom: assert property (@(posedge clk_i) disable iff (!rst_ni)
      (push_vec_i |-> vec_ready_o));
`endif

endmodule

`default_nettype wire
