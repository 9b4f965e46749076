// SPDX-License-Identifier: MIT
// LOAD and GATHER: turns beats of the digit buffer into words of scratchpad lines.
//
// start_i with the command's fields begins; beats are taken at beat_*, words given at ld_* (line, word of the line, last of the
// command). LOAD passes beats on. GATHER takes one item of each unit: 32 bits of chunk data, an fp16 or a byte, from byte
// byte_i of the unit, and packs the items one after another; the last line is filled with zeros. units_i: units to take.
// busy_o: from the cycle after start_i until the last word has been taken by ld_ready_i.
`default_nettype none

module ing_stream_pack #(
    parameter int unsigned PortBits = 512,
    localparam int unsigned D = PortBits / 32,
    localparam int unsigned UB = 16 / D,
    localparam int unsigned SW = UB == 1 ? 1 : $clog2(UB),
    localparam int unsigned DW = $clog2(D)
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                start_i,
    input  wire logic                gather_i,
    input  wire logic [1:0]          item_i,   // log2 of the bytes of an item
    input  wire logic [5:0]          byte_i,
    input  wire logic [19:0]         units_i,
    input  wire logic [15:0]         line_i,
    input  wire logic                beat_valid_i,
    output var  logic                beat_ready_o,
    input  wire logic [PortBits-1:0] beat_i,
    output var  logic                ld_valid_o,
    input  wire logic                ld_ready_i,
    output var  logic [15:0]         ld_line_o,
    output var  logic [2:0]          ld_sub_o,
    output var  logic                ld_last_o,
    output var  logic [PortBits-1:0] ld_data_o,
    output var  logic                busy_o
);

  logic run_q, gather_q, fill_q;
  logic [1:0] item_q;
  logic [5:0] at_q, pos_q;  // byte of the unit read, byte of the line written
  logic [19:0] left_q;
  logic [SW-1:0] sub_q;
  logic [15:0] line_q;

  // The beat of a unit that has the item.
  wire logic [SW-1:0] want;
  if (UB == 1) begin : g_want1
    assign want = 1'b0;
  end else begin : g_want
    assign want = at_q[2+DW +: SW];
  end

  wire logic sub_end = UB == 1 ? 1'b1 : sub_q == SW'(UB - 1);
  wire logic stall = ld_valid_o & ~ld_ready_i;
  wire logic take = beat_valid_i & beat_ready_o;
  wire logic last_unit = left_q == 20'd1;
  assign beat_ready_o = run_q & ~fill_q & ~stall;
  assign busy_o = run_q | ld_valid_o;

  // An item, or zeros in its place, enters the word at pos_q.
  localparam logic [5:0] InWord = 6'(PortBits / 8 - 1);
  wire logic put = gather_q & ((take & (sub_q == want)) | (fill_q & ~stall));
  wire logic [5:0] pos_next = pos_q + (6'd1 << item_q);
  wire logic word_end = (pos_next & InWord) == 6'd0;
  wire logic line_end = pos_next == 6'd0;
  wire logic [5:0] pos = put ? pos_next : pos_q;

  always_ff @(posedge clk_i) begin : data
    logic [31:0] item;
    logic [5:0] lane;
    if (start_i) begin
      gather_q <= gather_i;
      item_q <= item_i;
      at_q <= byte_i;
    end
    if (take && !gather_q) begin
      ld_data_o <= beat_i;
      ld_line_o <= line_q;
      ld_sub_o <= UB == 1 ? 3'd0 : 3'(sub_q);
      ld_last_o <= sub_end & last_unit;
    end
    if (put) begin
      item = beat_i[32*32'(at_q[2 +: DW]) +: 32] >> {at_q[1:0], 3'd0};
      // Every byte lane of a word sees the item at its own place.
      if (item_q == 2'd0) item = {4{item[7:0]}};
      else if (item_q == 2'd1) item = {2{item[15:0]}};
      if (fill_q) item = 32'd0;
      for (int i = 0; i < PortBits / 8; i++) begin
        lane = 6'(i) - (pos_q & InWord);
        if (lane < (6'd1 << item_q)) ld_data_o[8*i +: 8] <= item[8*(i%4) +: 8];
      end
      ld_line_o <= line_q;
      ld_sub_o <= UB == 1 ? 3'd0 : 3'(32'(pos_q) / (PortBits / 8));
      ld_last_o <= line_end & (fill_q | last_unit);
    end
  end

  always_ff @(posedge clk_i) begin : control
    if (!rst_ni || clr_i) begin
      run_q <= 1'b0;
      fill_q <= 1'b0;
      ld_valid_o <= 1'b0;
    end else begin
      if (!stall) ld_valid_o <= gather_q ? put & word_end : take;
      if (start_i) begin
        run_q <= 1'b1;
        fill_q <= 1'b0;
        sub_q <= '0;
        pos_q <= '0;
        left_q <= units_i;
        line_q <= line_i;
      end else begin
        if (take) sub_q <= sub_end ? '0 : sub_q + SW'(1);
        if (take && sub_end) left_q <= left_q - 20'd1;
        if (gather_q ? put && line_end : take && sub_end) line_q <= line_q + 16'd1;
        if (put) pos_q <= pos_next;
        // After the last unit, zeros up to the end of the line.
        if (take && sub_end && last_unit) begin
          run_q <= gather_q && pos != 6'd0;
          fill_q <= gather_q && pos != 6'd0;
        end else if (put && fill_q && line_end) begin
          run_q <= 1'b0;
          fill_q <= 1'b0;
        end
      end
    end
  end

endmodule

`default_nettype wire
