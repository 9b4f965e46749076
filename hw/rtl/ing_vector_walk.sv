// SPDX-License-Identifier: MIT
// Walks the words of rows: outer x inner rows of words_i words each, in scratchpad word addresses.
//
// load_i takes the parameters and stands at the first word; each step_i moves to the next one. The outputs describe the
// word the walker stands at; after the last one they mean nothing. Row (o, i) starts at row_o = base + o*sout + i*sin.
// 2^k words of elements share a memory word when the data is packed: mask_i = 2^k - 1, and pos_o counts within it.
//
// AddrBits: bits of a word address. LineLog: log2 of the words of a line.
`default_nettype none

module ing_vector_walk #(
    parameter int unsigned AddrBits = 16,
    parameter int unsigned LineLog  = 0
) (
    input  wire logic                clk_i,
    input  wire logic                load_i,
    input  wire logic                step_i,
    input  wire logic [7:0]          outer_i,
    input  wire logic [15:0]         inner_i,
    input  wire logic [19:0]         words_i,
    input  wire logic [15:0]         base_i,
    input  wire logic [15:0]         sout_i,
    input  wire logic [15:0]         sin_i,
    input  wire logic [6:0]          mask_i,
    output var  logic [15:0]         row_o,
    output var  logic [AddrBits-1:0] addr_o,
    output var  logic [6:0]          pos_o,
    output var  logic                first_o,
    output var  logic                last_o,
    output var  logic                outer_end_o,
    output var  logic                end_o
);

  logic [15:0] outer_row_q, row_q;
  logic [19:0] left_q;    // words after this one, in the row
  logic [7:0]  o_left_q;  // rows after this one
  logic [15:0] i_left_q;

  assign row_o  = row_q;
  assign last_o = left_q == 20'd0;
  assign outer_end_o = last_o & (i_left_q == 16'd0);
  assign end_o = outer_end_o & (o_left_q == 8'd0);

  always_ff @(posedge clk_i) begin : walk
    logic [15:0] from, stride, next;
    from   = (i_left_q == 16'd0) ? outer_row_q : row_q;
    stride = (i_left_q == 16'd0) ? sout_i : sin_i;
    next   = load_i ? base_i : from + stride;
    if (load_i || (step_i && last_o)) begin
      left_q  <= words_i - 20'd1;
      first_o <= 1'b1;
      pos_o   <= '0;
      row_q   <= next;
      addr_o  <= AddrBits'({4'd0, next} << LineLog);
      if (load_i) o_left_q <= outer_i - 8'd1;
      else if (i_left_q == 16'd0) o_left_q <= o_left_q - 8'd1;
      if (load_i || i_left_q == 16'd0) begin
        i_left_q    <= inner_i - 16'd1;
        outer_row_q <= next;
      end else begin
        i_left_q <= i_left_q - 16'd1;
      end
    end else if (step_i) begin
      left_q  <= left_q - 20'd1;
      first_o <= 1'b0;
      pos_o   <= (pos_o + 7'd1) & mask_i;
      if ((pos_o & mask_i) == mask_i) addr_o <= addr_o + AddrBits'(1);
    end
  end

endmodule

`default_nettype wire
