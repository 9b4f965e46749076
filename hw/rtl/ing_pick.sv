// SPDX-License-Identifier: MIT
// Chooses a place at random, in proportion to probabilities (docs/arithmetic.md, section 6).
//
// start_i: count_i probabilities then come as words of Lanes (v_i, ready_o, data_i; words past the count too, last_i
// with the last). place_o is the choice, from busy_o's fall on. Additions and the product are done by a lane of the
// vector engine: unit_a_o and unit_s_o are its operands, mul_o asks for a * s, else it is a - s, and the result is in
// unit_y_i UnitCycles later (any later cycle as well).
//
// PortBits: bits of a word. TopK: most probabilities. UnitCycles: cycles from operands to result.
`default_nettype none

module ing_pick #(
    parameter int unsigned PortBits   = 128,
    parameter int unsigned TopK       = 32,
    parameter int unsigned UnitCycles = 8
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                start_i,
    input  wire logic [15:0]         count_i,
    input  wire logic [31:0]         counter_i,
    input  wire logic [31:0]         seed_lo_i,
    input  wire logic [31:0]         seed_hi_i,
    input  wire logic                v_i,
    output var  logic                ready_o,
    input  wire logic [PortBits-1:0] data_i,
    input  wire logic                last_i,
    output var  logic [31:0]         unit_a_o,
    output var  logic [31:0]         unit_s_o,
    output var  logic                mul_o,
    input  wire logic [31:0]         unit_y_i,
    output var  logic [15:0]         place_o,
    output var  logic                busy_o
);

  localparam int unsigned Lanes    = PortBits / 32;
  localparam int unsigned LaneLog  = $clog2(Lanes);
  localparam int unsigned WaitBits = $clog2(UnitCycles + 2);
  localparam int unsigned SumBits  = $clog2(TopK);
  localparam logic [31:0] Multiplier = 32'hd256d193;
  localparam logic [31:0] KeyStep    = 32'h9e3779b9;

  // Sum: add the probabilities, keeping every partial sum. Scale: threshold = u * total. Find: the first partial sum
  // above it.
  typedef enum logic [2:0] {Idle, Sum, SumWait, Scale, ScaleWait, Find} state_e;
  state_e state_q;

  // ---- Philox2x32-10: a 16 x 16 product a cycle, four to a round ----
  logic [31:0] word0_q, word1_q, key_q, product_q;
  logic [63:0] acc_q;
  logic [2:0]  part_q;     // 0..3: product under way; 4, 5: the round ends
  logic [3:0]  round_q;
  logic        draw_q;     // rounds are left

  always_ff @(posedge clk_i) begin : philox
    logic [15:0] x, m;
    x = part_q[0] ? word0_q[31:16] : word0_q[15:0];
    m = part_q[1] ? Multiplier[31:16] : Multiplier[15:0];
    if (draw_q) begin
      product_q <= {16'd0, x} * {16'd0, m};
      case (part_q)
        3'd1:       acc_q <= {32'd0, product_q};
        3'd2, 3'd3: acc_q <= acc_q + {16'd0, product_q, 16'd0};
        3'd4:       acc_q <= acc_q + {product_q, 32'd0};
        default:    ;
      endcase
      part_q <= (part_q == 3'd5) ? 3'd0 : part_q + 3'd1;
      if (part_q == 3'd5) begin
        word0_q <= acc_q[63:32] ^ key_q ^ word1_q;
        word1_q <= acc_q[31:0];
        key_q   <= key_q + KeyStep;
        round_q <= round_q + 4'd1;
        draw_q  <= round_q != 4'd9;
      end
    end
    if (start_i) begin
      word0_q <= counter_i;
      word1_q <= seed_hi_i;
      key_q   <= seed_lo_i;
      part_q  <= '0;
      round_q <= '0;
      draw_q  <= 1'b1;
    end
    if (!rst_ni || clr_i) draw_q <= 1'b0;
  end

  // ---- u = (word >> 8) * 2^-24, normalised a bit a cycle ----
  logic [23:0] frac_q;
  logic [7:0]  exp_q;
  logic        drawn_q, unit_ready_q;

  always_ff @(posedge clk_i) begin : uniform
    drawn_q <= ~draw_q;
    if (draw_q || !drawn_q) begin
      frac_q       <= word0_q[31:8];
      exp_q        <= 8'd126;
      unit_ready_q <= 1'b0;
    end else if (!frac_q[23] && frac_q != '0) begin
      frac_q <= frac_q << 1;
      exp_q  <= exp_q - 8'd1;
    end else begin
      unit_ready_q <= 1'b1;
    end
    if (start_i) unit_ready_q <= 1'b0;
  end

  // ---- sum and search ----
  logic [31:0]         sums[TopK];
  logic [31:0]         sum_q, threshold_q;
  logic [15:0]         at_q, last_positive_q;
  logic [LaneLog-1:0]  lane_q;
  logic                ended_q;
  logic [WaitBits-1:0] wait_q;
  wire logic [31:0]    element = data_i[lane_q*32+:32];
  wire logic           all = at_q == count_i;
  wire logic           word_end = (lane_q == LaneLog'(Lanes - 1)) | all;

  // A word is left when its last probability has been taken; words past the last one leave at once.
  assign ready_o = (state_q == Sum) & word_end;

  // Larger, as numbers: a NaN is neither; a threshold of -0 is 0.
  wire logic [31:0] here = sums[at_q[SumBits-1:0]];
  logic             above;
  always_comb begin
    logic [31:0] x, y;
    x = {here[31], here[30:0] ^ {31{here[31]}}};
    y = (threshold_q[30:0] == '0) ? 32'd0 : {threshold_q[31], threshold_q[30:0] ^ {31{threshold_q[31]}}};
    above = ($signed(x) > $signed(y)) & (here[30:0] <= 31'h7f800000) & (threshold_q[30:0] <= 31'h7f800000);
  end

  always_ff @(posedge clk_i) begin : control
    wait_q <= wait_q - WaitBits'(1);
    case (state_q)
      Sum: begin
        unit_a_o <= element;
        unit_s_o <= {~sum_q[31], sum_q[30:0]};
        mul_o    <= 1'b0;
        wait_q   <= WaitBits'(UnitCycles);
        if (all && ended_q) begin
          if (unit_ready_q) state_q <= Scale;
        end else if (v_i) begin
          if (last_i && word_end) ended_q <= 1'b1;
          if (!all) begin
            lane_q  <= lane_q + LaneLog'(1);
            state_q <= SumWait;
            // Positive: not a subnormal, which counts as zero, and not NaN.
            if (!element[31] && element[30:23] != 8'd0 && element[30:0] <= 31'h7f800000) last_positive_q <= at_q;
          end
        end
      end
      SumWait: begin
        if (wait_q == '0) begin
          sum_q                     <= unit_y_i;
          sums[at_q[SumBits-1:0]] <= unit_y_i;
          at_q                      <= at_q + 16'd1;
          state_q                   <= Sum;
        end
      end
      Scale: begin
        unit_a_o <= (frac_q == '0) ? 32'd0 : {1'b0, exp_q, frac_q[22:0]};
        unit_s_o <= sum_q;
        mul_o    <= 1'b1;
        wait_q   <= WaitBits'(UnitCycles);
        at_q     <= '0;
        state_q  <= ScaleWait;
      end
      ScaleWait: begin
        threshold_q <= unit_y_i;
        if (wait_q == '0) state_q <= Find;
      end
      Find: begin
        place_o <= above ? at_q : last_positive_q;
        at_q    <= at_q + 16'd1;
        if (above || at_q + 16'd1 == count_i) state_q <= Idle;
      end
      default: ;
    endcase
    if (start_i) begin
      state_q         <= Sum;
      ended_q         <= 1'b0;
      at_q            <= '0;
      lane_q          <= '0;
      sum_q           <= '0;
      last_positive_q <= '0;
    end
    if (!rst_ni || clr_i) state_q <= Idle;
  end

  assign busy_o = state_q != Idle;

endmodule

`default_nettype wire
