// SPDX-License-Identifier: MIT
// Gathers the results of the lanes into scratchpad lines, 16 rows each, and writes them; passes on the words of LOAD and
// GATHER; reports finished commands.
//
// Descriptors (de_*): one per group of a command's last block column, in order, given when its last beat is issued: first
// line, lines from column to column, columns, whether the command ends with it. de_ready_o says that there is room for
// its results. Rows arrive at row_i (L rows of every column) in order of groups, L*di .. a cycle. Words of LOAD and GATHER
// (ld_*) go first; ing_stream keeps the order of commands right. sw_* is the scratchpad's write port; done_o pulses
// when the last word of a command has been taken. busy_o: anything is held here.
//
// PortBits: width of a word. TileM: columns. Lines: groups held, a power of two. L: rows of a column that come in a cycle.
`default_nettype none

module ing_collect #(
    parameter int unsigned PortBits = 512,
    parameter int unsigned TileM = 4,
    parameter int unsigned Lines = 16,
    parameter int unsigned L = PortBits < 128 ? 1 : PortBits / 128,
    localparam int unsigned D = PortBits / 32,
    localparam int unsigned UB = 16 / D
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  clr_i,
    input  wire logic                  de_valid_i,
    output var  logic                  de_ready_o,
    input  wire logic [15:0]           de_line_i,
    input  wire logic [15:0]           de_step_i,
    input  wire logic [7:0]            de_cols_i,
    input  wire logic                  de_last_i,
    input  wire logic                  row_valid_i,
    input  wire logic [3:0]            row_di_i,
    input  wire logic [32*L*TileM-1:0] row_i,
    input  wire logic                  ld_valid_i,
    output var  logic                  ld_ready_o,
    input  wire logic [15:0]           ld_line_i,
    input  wire logic [2:0]            ld_sub_i,
    input  wire logic                  ld_last_i,
    input  wire logic [PortBits-1:0]   ld_data_i,
    output var  logic                  sw_valid_o,
    input  wire logic                  sw_ready_i,
    output var  logic [15:0]           sw_line_o,
    output var  logic [2:0]            sw_sub_o,
    output var  logic [PortBits-1:0]   sw_data_o,
    output var  logic                  done_o,
    output var  logic                  busy_o
);

  localparam int unsigned LW = $clog2(Lines);
  localparam int unsigned SW = UB == 1 ? 1 : $clog2(UB);
  localparam int unsigned R = D / L;
  localparam int unsigned RB = $clog2(R);
  // The rows with which a group may be written: its last ones, or the first if they come a word a cycle, as they leave.
  localparam logic [3:0] LastDi = 4'(16 / L - 1);
  localparam logic [3:0] FullDi = L == D ? 4'd0 : LastDi;

  if (Lines < 2 || (1 << LW) != Lines) begin : g_bad_lines
    $fatal(1, "ing_collect: Lines must be a power of two, at least 2");
  end

  // Descriptors in a ring: put_q counts those given, rows_q those whose rows are all here, full_q those that may be written, get_q those written.
  logic [40:0] desc[Lines];
  logic [LW:0] put_q, rows_q, full_q, get_q;
  assign de_ready_o = (put_q - get_q) != (LW + 1)'(Lines);
  wire logic [40:0] head = desc[get_q[LW-1:0]];
  wire logic [15:0] head_line = head[40:25];
  wire logic [15:0] head_step = head[24:9];
  wire logic [7:0] head_cols = head[8:1];
  wire logic head_last = head[0];

  // The results: one bank per row of a word and column.
  wire logic [SW-1:0] row_sub;
  wire logic [SW-1:0] get_sub;
  wire logic [LW+SW-1:0] waddr, raddr;
  if (UB == 1) begin : g_addr1
    assign row_sub = 1'b0;
    assign waddr = {1'b0, rows_q[LW-1:0]};
    assign raddr = {1'b0, get_q[LW-1:0]};
  end else begin : g_addr
    assign row_sub = row_di_i[RB +: SW];
    assign waddr = {rows_q[LW-1:0], row_sub};
    assign raddr = {get_q[LW-1:0], get_sub};
  end
  wire logic unused_sub = (^row_sub) ^ (^get_sub) ^ (^waddr) ^ (^raddr);

  logic [PortBits-1:0] word;
  wire logic [PortBits*TileM-1:0] words;
  for (genvar m = 0; m < TileM; m++) begin : g_col
    for (genvar b = 0; b < D; b++) begin : g_bank
      logic [31:0] bank[Lines * UB];
      always_ff @(posedge clk_i) begin
        if (row_valid_i && (row_di_i & 4'(R - 1)) == 4'(b / L)) bank[waddr[$clog2(Lines*UB)-1:0]] <= row_i[32*(L*m + b%L) +: 32];
      end
      assign words[PortBits*m + 32*b +: 32] = bank[raddr[$clog2(Lines*UB)-1:0]];
    end
  end

  // The writer walks columns, and words of a line within.
  logic [7:0] col_q;
  logic [SW-1:0] sub_q;
  logic [15:0] line_q;
  logic last_q;
  assign get_sub = sub_q;
  wire logic free = ~sw_valid_o | sw_ready_i;
  wire logic emit = free & ~ld_valid_i & (full_q != get_q);
  wire logic sub_end = UB == 1 ? 1'b1 : sub_q == SW'(UB - 1);
  wire logic col_end = sub_end & (col_q == head_cols - 8'd1);
  assign ld_ready_o = free;
  assign busy_o = sw_valid_o | done_o | (put_q != get_q);

  if (TileM == 1) begin : g_word1
    assign word = words;
  end else begin : g_word
    assign word = words[PortBits*32'(col_q[$clog2(TileM)-1:0]) +: PortBits];
  end

  always_ff @(posedge clk_i) begin
    if (de_valid_i) desc[put_q[LW-1:0]] <= {de_line_i, de_step_i, de_cols_i, de_last_i};
    if (free) begin
      if (ld_valid_i) begin
        sw_line_o <= ld_line_i;
        sw_sub_o <= ld_sub_i;
        sw_data_o <= ld_data_i;
        last_q <= ld_last_i;
      end else if (emit) begin
        sw_line_o <= col_q == 8'd0 ? head_line : line_q;
        sw_sub_o <= UB == 1 ? 3'd0 : 3'(sub_q);
        sw_data_o <= word;
        last_q <= col_end & head_last;
      end
    end
    if (emit && sub_end) line_q <= (col_q == 8'd0 ? head_line : line_q) + head_step;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clr_i) begin
      put_q <= '0;
      rows_q <= '0;
      full_q <= '0;
      get_q <= '0;
      col_q <= '0;
      sub_q <= '0;
      sw_valid_o <= 1'b0;
      done_o <= 1'b0;
    end else begin
      if (de_valid_i) put_q <= put_q + (LW + 1)'(1);
      if (row_valid_i && row_di_i == LastDi) rows_q <= rows_q + (LW + 1)'(1);
      if (row_valid_i && row_di_i == FullDi) full_q <= full_q + (LW + 1)'(1);
      if (free) sw_valid_o <= ld_valid_i | emit;
      done_o <= sw_valid_o & sw_ready_i & last_q;
      if (emit) begin
        sub_q <= sub_end ? '0 : sub_q + SW'(1);
        if (sub_end) col_q <= col_end ? 8'd0 : col_q + 8'd1;
        if (col_end) get_q <= get_q + (LW + 1)'(1);
      end
    end
  end

`ifdef ING_ASSERT
  assert property (@(posedge clk_i) disable iff (!rst_ni) de_valid_i |-> de_ready_o);
  assert property (@(posedge clk_i) disable iff (!rst_ni) sw_valid_o && !sw_ready_i && !clr_i |=> sw_valid_o);
`endif

endmodule

`default_nettype wire
