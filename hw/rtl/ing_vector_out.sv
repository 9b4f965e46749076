// SPDX-License-Identifier: MIT
// Behind the lanes: elements past the length of their row become zeros, and what the reduction must know of a word goes
// with it. With full pipelines what leaves is registered.
//
// load_i: a command begins; its rows have len_i elements (the next outer row's have one more, with len_step_i), those of
// commands that are not masked count_i. none_i: no word will come. y_valid_i: a word of the lanes.
// v_o, data_o, mask_o: the word, and which of its elements count; first_o, last_o: of its row; batch_o: the reduction is
// to end the rows that it holds. end_o: all words have been here; end_q_o: since the cycle before.
`default_nettype none

module ing_vector_out #(
    parameter int unsigned PortBits = 128,
    parameter bit          Short    = 1'b0,
    localparam int unsigned Lanes   = PortBits / 32
) (
    input  wire logic                clk_i,
    input  wire logic                clr_i,
    input  wire logic                load_i,
    input  wire logic                none_i,
    input  wire logic                masked_i,
    input  wire logic                serial_i,
    input  wire logic                len_step_i,
    input  wire logic [7:0]          outer_i,
    input  wire logic [15:0]         inner_i,
    input  wire logic [19:0]         words_i,
    input  wire logic [19:0]         count_i,
    input  wire logic [19:0]         len_i,
    input  wire logic                y_valid_i,
    input  wire logic [PortBits-1:0] y_i,
    output var  logic                v_o,
    output var  logic                first_o,
    output var  logic                last_o,
    output var  logic                batch_o,
    output var  logic [Lanes-1:0]    mask_o,
    output var  logic [PortBits-1:0] data_o,
    output var  logic                end_o,
    output var  logic                end_q_o
);

  logic                first, last, outer_end, ends, batch_d;
  logic [19:0]         left_q;     // elements of the row that count and are not yet past
  logic [20:0]         row_len_q;  // length of the rows of this outer row
  logic [3:0]          row_q;
  logic [Lanes-1:0]    mask_d;
  logic [PortBits-1:0] data_d;
  logic [15:0]         unused_row, unused_addr;
  logic [6:0]          unused_pos;
  wire logic [20:0]    next_len = row_len_q + {20'd0, outer_end & len_step_i};

  ing_vector_walk u_walk (
      .clk_i(clk_i), .load_i(load_i), .step_i(y_valid_i), .outer_i(outer_i), .inner_i(inner_i), .words_i(words_i),
      .base_i(16'd0), .sout_i(16'd0), .sin_i(16'd0), .mask_i(7'd0), .row_o(unused_row), .addr_o(unused_addr),
      .pos_o(unused_pos), .first_o(first), .last_o(last), .outer_end_o(outer_end), .end_o(ends)
  );

  always_comb begin : mask
    for (int l = 0; l < Lanes; l++) begin
      mask_d[l]        = left_q > 20'(l);
      data_d[l*32+:32] = mask_d[l] ? y_i[l*32+:32] : 32'd0;
    end
    batch_d = ends | serial_i | (row_q == 4'd15);
  end

  ing_stage #(.Width(1), .Keep(!Short)) u_v (.clk_i, .d_i(y_valid_i & ~clr_i), .q_o(v_o));
  ing_stage #(.Width(3), .Keep(!Short)) u_row (.clk_i, .d_i({first, last, batch_d}), .q_o({first_o, last_o, batch_o}));
  ing_stage #(.Width(Lanes), .Keep(!Short)) u_mask (.clk_i, .d_i(mask_d), .q_o(mask_o));
  ing_stage #(.Width(PortBits), .Keep(!Short)) u_data (.clk_i, .d_i(data_d), .q_o(data_o));

  always_ff @(posedge clk_i) begin : rows
    if (y_valid_i) begin
      if (last) begin
        row_q     <= row_q + 4'd1;
        row_len_q <= next_len;
        left_q    <= (masked_i && next_len < {1'b0, count_i}) ? next_len[19:0] : count_i;
      end else begin
        left_q <= (left_q > 20'(Lanes)) ? left_q - 20'(Lanes) : 20'd0;
      end
      if (ends) end_q_o <= 1'b1;
    end
    if (load_i) begin
      end_q_o   <= none_i;
      row_q     <= '0;
      row_len_q <= {1'b0, len_i};
      left_q    <= (masked_i && len_i < count_i) ? len_i : count_i;
    end
  end

  assign end_o = end_q_o | (Short & y_valid_i & ends);

endmodule

`default_nettype wire
