// SPDX-License-Identifier: MIT
// Chooses a place at random, in proportion to probabilities (docs/arithmetic.md, section 6).
//
// draw_i: makes the random word of counter_i and the seeds, which may be long before the probabilities are known.
// start_i, at least a cycle later: the probabilities then come as words of Lanes (v_i, ready_o, data_i; +0 behind the
// last one, last_i with the last word). place_o is the choice, from busy_o's fall on.
//
// Probabilities are summed as integers, Width a cycle, and every partial sum is kept: the choice is the first one that
// is larger than the random part of the total.
//
// PortBits: bits of a word. TopK: most probabilities.
`default_nettype none

module ing_pick #(
    parameter int unsigned PortBits = 128,
    parameter int unsigned TopK     = 32
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                draw_i,
    input  wire logic [31:0]         counter_i,
    input  wire logic [31:0]         seed_lo_i,
    input  wire logic [31:0]         seed_hi_i,
    input  wire logic                start_i,
    input  wire logic                v_i,
    output var  logic                ready_o,
    input  wire logic [PortBits-1:0] data_i,
    input  wire logic                last_i,
    output var  logic [15:0]         place_o,
    output var  logic                busy_o
);

  localparam int unsigned Lanes    = PortBits / 32;
  localparam int unsigned Width    = (Lanes < 4) ? Lanes : 4;      // probabilities a cycle
  localparam int unsigned Turns    = Lanes / Width;                // cycles of a word
  localparam int unsigned TurnBits = (Turns == 1) ? 1 : $clog2(Turns);
  localparam int unsigned Rows     = (TopK + 15) / 16 * 16 / Width;
  localparam int unsigned RowBits  = $clog2(Rows);
  localparam int unsigned SumBits  = 32 + $clog2(TopK);            // of TopK numbers up to 2^31
  localparam logic [31:0] Multiplier = 32'hd256d193;
  localparam logic [31:0] KeyStep    = 32'h9e3779b9;

  if (SumBits > 48) begin : g_check
    $fatal(1, "ing_pick: TopK is too large");
  end

  // Sum: probabilities come. Scale: threshold = random word * total / 2^32, when the word is there. Find: the first
  // partial sum above it.
  typedef enum logic [1:0] {Idle, Sum, Scale, Find} state_e;
  state_e state_q;

  // ---- the random word times 32 bits: of the multiplier (Philox2x32-10), then of the total; and times its last 16 ----
  logic [31:0] word0_q, word1_q, key_q, factor;
  logic [47:0] low_q, high_q, upper, total;
  logic [1:0]  step_q;
  logic [3:0]  round_q;
  logic        draw_q;        // rounds are left
  wire logic   scale = (state_q == Scale) & ~draw_q;

  assign factor = draw_q ? Multiplier : (step_q == 2'd0) ? total[31:0] : {total[47:32], 16'd0};
  assign upper  = {16'd0, low_q[47:16]} + high_q;   // of the product, without its low 16 bits

  always_ff @(posedge clk_i) begin : multiply
    if (draw_q || scale) begin
      // The second product of the threshold goes on top of the upper half of the first.
      low_q  <= (scale && step_q != 2'd0) ? upper : {16'd0, word0_q} * {32'd0, factor[15:0]};
      high_q <= {16'd0, word0_q} * {32'd0, factor[31:16]};
      step_q <= step_q + 2'd1;
    end
    if (draw_q && step_q == 2'd1) begin
      step_q  <= 2'd0;
      word0_q <= upper[47:16] ^ key_q ^ word1_q;
      word1_q <= {upper[15:0], low_q[15:0]};
      key_q   <= key_q + KeyStep;
      round_q <= round_q + 4'd1;
      draw_q  <= round_q != 4'd9;
    end
    if (draw_i) begin
      word0_q <= counter_i;
      word1_q <= seed_hi_i;
      key_q   <= seed_lo_i;
      step_q  <= 2'd0;
      round_q <= 4'd0;
      draw_q  <= 1'b1;
    end
    if (!rst_ni || clr_i) begin
      draw_q <= 1'b0;
      step_q <= 2'd0;
    end
  end

  // ---- probabilities as integers: units of 2^-31, cut off; above 1 they count as 1, below 0 and NaN as 0 ----
  function automatic logic [31:0] integer_of(input logic [31:0] p);
    logic [7:0] shift;
    shift = 8'd127 - p[30:23];
    if (p[31] || p[30:0] > 31'h7f800000) integer_of = 32'd0;
    else if (p[30:23] >= 8'd127) integer_of = 32'h80000000;
    else if (shift[7:5] != 3'd0) integer_of = 32'd0;
    else integer_of = {1'b1, p[22:0], 8'd0} >> shift[4:0];
  endfunction

  logic [TurnBits-1:0] turn_q;
  logic [31:0]         weight_q[Width];
  logic [33:0]         prefix_q[Width];  // weights of a row up to this one
  logic [SumBits-1:0]  cum[Width];
  logic                weight_v_q, weight_last_q, prefix_v_q, prefix_last_q;
  logic [SumBits-1:0]  sum_q;
  logic [RowBits-1:0]  row_q;
  wire logic           take = (state_q == Sum) & v_i;
  wire logic           word_end = turn_q == TurnBits'(Turns - 1);

  assign ready_o = take & word_end;
  assign total   = 48'(sum_q);

  always_ff @(posedge clk_i) begin : sum
    logic [33:0] up_to;
    for (int l = 0; l < Width; l++) begin
      weight_q[l] <= integer_of(data_i[(32'(turn_q)*Width+l)*32+:32]);
    end
    weight_v_q    <= take;
    weight_last_q <= take & word_end & last_i;
    up_to = '0;
    for (int l = 0; l < Width; l++) begin
      up_to       = up_to + {2'd0, weight_q[l]};
      prefix_q[l] <= up_to;
    end
    prefix_v_q    <= weight_v_q;
    prefix_last_q <= weight_last_q;
    if (take) turn_q <= word_end ? '0 : turn_q + TurnBits'(1);
    if (prefix_v_q) begin
      sum_q <= cum[Width-1];
      row_q <= row_q + RowBits'(1);
    end
    if (start_i) begin
      turn_q <= '0;
      sum_q  <= '0;
      row_q  <= '0;
    end
    if (!rst_ni || clr_i || start_i) begin
      weight_v_q    <= 1'b0;
      weight_last_q <= 1'b0;
      prefix_v_q    <= 1'b0;
      prefix_last_q <= 1'b0;
    end
  end

  always_comb begin
    for (int l = 0; l < Width; l++) cum[l] = sum_q + SumBits'(prefix_q[l]);
  end

  // ---- search: a row of partial sums a cycle ----
  logic [RowBits-1:0] at_q;
  logic [15:0]        first_q;  // place of the first element of the row that is looked at
  logic [SumBits-1:0] threshold_q;
  logic [Width-1:0]   above;
  logic               looks_q;

  for (genvar l = 0; l < Width; l++) begin : g_sums
    logic [SumBits-1:0] sums[Rows];
    logic [SumBits-1:0] here_q;
    always_ff @(posedge clk_i) begin
      if (prefix_v_q) sums[row_q] <= cum[l];
      here_q <= sums[at_q];
    end
    assign above[l] = here_q > threshold_q;
  end

  always_ff @(posedge clk_i) begin : control
    case (state_q)
      Sum:  if (prefix_last_q) state_q <= Scale;
      Scale: begin
        threshold_q <= SumBits'(upper);
        at_q        <= '0;
        first_q     <= '0;
        looks_q     <= 1'b0;
        if (scale && step_q == 2'd2) state_q <= Find;
      end
      Find: begin
        looks_q <= 1'b1;
        at_q    <= at_q + RowBits'(1);
        if (looks_q) begin
          first_q <= first_q + 16'(Width);
          // Only if all are zero is none above; the next row to be read is then the first again.
          place_o <= '0;
          for (int l = Width - 1; l >= 0; l--) begin
            if (above[l]) place_o <= first_q | 16'(l);
          end
          if (above != '0 || at_q == row_q) state_q <= Idle;
        end
      end
      default: ;
    endcase
    if (start_i) state_q <= Sum;
    if (!rst_ni || clr_i) state_q <= Idle;
  end

  assign busy_o = state_q != Idle;

endmodule

`default_nettype wire
