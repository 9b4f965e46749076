// SPDX-License-Identifier: MIT
// Quantises rows of fp32 to blocks of 32 with a shared power-of-two exponent (docs/arithmetic.md, section 2).
//
// A word of PortBits bits is taken when v_i and ready_o are high; each 32 elements are a block, or fewer with end_i in the
// last word, and zeros behind them. Two blocks of buffer: one is collected while the other one leaves. A block leaves when
// go_i is high at its start, Step elements a cycle, in order and without a pause: start_o in the cycle of the decision, some cycles later q_v_o with
// q_o (16 bits an element, two's complement), q_first_o at its start, q_last_o at its end, and exp_o, the exponent code,
// from start to end. busy_o: a block is still inside.
// wide_i: the form of K and V (16 bits, -32767 .. 32767) instead of that of activations (12 bits, -2047 .. 2047).
//
// PortBits: bits of a word. Step: at most 8, and a divisor or multiple of the lanes. Depth: of the pipelines (ing_fp_pkg).
`default_nettype none

module ing_quant #(
    parameter int unsigned PortBits = 128,
    parameter int unsigned Depth    = ing_fp_pkg::DEPTH_FULL,
    parameter int unsigned Step     = (PortBits < 256) ? PortBits / 32 : 8,
    localparam int unsigned Lanes   = PortBits / 32
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                wide_i,
    input  wire logic                v_i,
    input  wire logic                end_i,
    output var  logic                ready_o,
    input  wire logic [PortBits-1:0] data_i,
    input  wire logic                go_i,
    output var  logic                start_o,
    output var  logic                q_v_o,
    output var  logic                q_first_o,
    output var  logic                q_last_o,
    output var  logic [7:0]          exp_o,
    output var  logic [Step*16-1:0]  q_o,
    output var  logic                busy_o
);

  localparam int unsigned Words    = 32 / Lanes;  // of a block
  localparam int unsigned WordLog  = $clog2(Words);
  localparam int unsigned Steps    = 32 / Step;
  localparam int unsigned StepLog  = $clog2(Steps);
  localparam int unsigned Groups   = (Lanes < 4) ? 1 : Lanes / 4;  // of at most 4 lanes, for the maximum
  localparam int unsigned Members  = Lanes / Groups;
  // Stages that end in a register: two of the maximum, four of an element before its last one.
  localparam bit          Full     = Depth == ing_fp_pkg::DEPTH_FULL;
  localparam bit          Mid      = Depth != ing_fp_pkg::DEPTH_NONE;
  localparam int unsigned Last     = Full ? 4 : Mid ? 1 : 0;  // of an element, the index of the last stage

  // ---- collect, and find the largest exponent ----
  logic [PortBits-1:0] buffer[2*Words];
  logic [1:0]          full_q, known_q;  // of each half: collected; its exponent is known
  logic                in_half_q, out_half_q;
  logic [WordLog-1:0]  in_word_q;
  logic [8*Groups-1:0] group_d, group_q;
  logic [7:0]          word_max_d, word_max_q, max_q[2];
  logic                first1_q, first2_q, half1_q, half2_q, v1_q, v2_q, last1_q, last2_q;
  logic                release_half;

  assign ready_o = ~full_q[in_half_q];
  wire logic take = v_i & ready_o;
  wire logic take_last = take & (end_i | (in_word_q == WordLog'(Words - 1)));
  logic [WordLog-1:0]  last_word_q[2];  // of each half: the last word that was collected

  always_comb begin : maximum
    logic [7:0] top;
    for (int g = 0; g < Groups; g++) begin
      top = data_i[g*Members*32+23+:8];
      for (int m = 1; m < Members; m++) begin
        if (data_i[(g*Members+m)*32+23+:8] > top) top = data_i[(g*Members+m)*32+23+:8];
      end
      group_d[8*g+:8] = top;
    end
    word_max_d = group_q[7:0];
    for (int g = 1; g < Groups; g++) if (group_q[8*g+:8] > word_max_d) word_max_d = group_q[8*g+:8];
  end

  for (genvar g = 0; g < Groups; g++) begin : g_group
    ing_stage #(.Width(8), .Keep(Full)) u_group (.clk_i, .d_i(group_d[8*g+:8]), .q_o(group_q[8*g+:8]));
  end
  ing_stage #(.Width(8), .Keep(Full)) u_word_max (.clk_i, .d_i(word_max_d), .q_o(word_max_q));
  wire logic off = ~rst_ni | clr_i;
  ing_stage #(.Width(4), .Keep(Full)) u_word1 (
      .clk_i, .d_i({take & ~off, take_last & ~off, in_word_q == '0, in_half_q}), .q_o({v1_q, last1_q, first1_q, half1_q})
  );
  ing_stage #(.Width(4), .Keep(Full)) u_word2 (
      .clk_i, .d_i({v1_q & ~off, last1_q & ~off, first1_q, half1_q}), .q_o({v2_q, last2_q, first2_q, half2_q})
  );

  always_ff @(posedge clk_i) begin : collect
    if (take) buffer[{in_half_q, in_word_q}] <= data_i;
    if (v2_q && (first2_q || word_max_q > max_q[half2_q])) max_q[half2_q] <= word_max_q;
  end

  always_ff @(posedge clk_i) begin : halves
    if (take) in_word_q <= take_last ? '0 : in_word_q + WordLog'(1);
    if (take_last) begin
      last_word_q[in_half_q] <= in_word_q;
      full_q[in_half_q] <= 1'b1;
      in_half_q         <= ~in_half_q;
    end
    if (last2_q) known_q[half2_q] <= 1'b1;
    if (release_half) begin
      full_q[out_half_q]  <= 1'b0;
      known_q[out_half_q] <= 1'b0;
      out_half_q          <= ~out_half_q;
    end
    if (off) begin
      in_word_q  <= '0;
      in_half_q  <= 1'b0;
      out_half_q <= 1'b0;
      full_q     <= '0;
      known_q    <= '0;
    end
  end

  // ---- leave ----
  // Exponent code of a block whose largest field is `top`: top - 10 (14), at least 1; 255 for NaN.
  logic                run_q, v0_q, first0_q, last0_q;
  logic [StepLog-1:0]  step_q;
  logic [7:0]          eb_q;
  logic [Step*32-1:0]  x_q;
  logic [7:0]          eb0_q;
  assign release_half = run_q & (step_q == StepLog'(Steps - 1));
  wire logic next_half = out_half_q ^ release_half;
  wire logic start = (~run_q | release_half) & known_q[next_half] & go_i;
  assign start_o = start;

  always_ff @(posedge clk_i) begin : leave
    logic [7:0] top, below;
    top   = max_q[next_half];
    below = wide_i ? 8'd14 : 8'd10;
    if (start) begin
      run_q <= 1'b1;
      if (top == 8'd255 || (wide_i && top > 8'd237)) eb_q <= 8'd255;
      else eb_q <= (top > below) ? top - below : 8'd1;
    end else if (release_half) begin
      run_q <= 1'b0;
    end
    step_q <= start ? '0 : step_q + StepLog'(1);
    if (!rst_ni || clr_i) run_q <= 1'b0;
  end

  // The elements of a step: a part of a word, or some words.
  logic [Step*32-1:0] x_d;
  if (Step <= Lanes) begin : g_part
    wire logic [WordLog-1:0]  out_word = WordLog'(step_q >> (StepLog - WordLog));
    wire logic [PortBits-1:0] word = (out_word > last_word_q[out_half_q]) ? '0 : buffer[{out_half_q, out_word}];
    assign x_d = (Step * 32)'(word >> ((Lanes > 8 && step_q[0]) ? PortBits / 2 : 0));
  end else begin : g_words
    for (genvar k = 0; k < Step / Lanes; k++) begin : g_word
      wire logic [WordLog-1:0] out_word = WordLog'(32'(step_q) * (Step / Lanes) + k);
      assign x_d[k*PortBits+:PortBits] = (out_word > last_word_q[out_half_q]) ? '0 : buffer[{out_half_q, out_word}];
    end
  end

  always_ff @(posedge clk_i) begin : fetch
    v0_q     <= run_q & rst_ni & ~clr_i;
    eb0_q    <= eb_q;
    first0_q <= step_q == '0;
    last0_q  <= step_q == StepLog'(Steps - 1);
    if (run_q) x_q <= x_d;
  end

  // An element is its significand / 2^23 * 2^(field - eb): shift right by 23 + eb - field, which is 9 at least. From
  // 25 on the result is 0. Stages: 1 shift code, 2 shift by fours, 3 by ones, 4 round and clamp, 5 sign.
  for (genvar e = 0; e < Step; e++) begin : g_element
    logic [23:0] sig1_d, sig1_q, sig2_q, sig3_q;
    logic [3:0]  shift1_d, shift1_q;
    logic [1:0]  shift2_q;
    logic        neg1_q, neg2_q, neg3_q, neg4_q, rest2_q, rest3_q;
    logic [14:0] mag4_d, mag4_q;
    logic [35:0] wide;
    logic [26:0] fine;

    wire logic [31:0] x = x_q[e*32+:32];
    wire logic [8:0]  shift = {1'b0, eb0_q} + 9'd14 - {1'b0, x[30:23]};
    assign sig1_d   = (x[30:23] == 8'd0 || eb0_q == 8'd255 || shift > 9'd15) ? 24'd0 : {1'b1, x[22:0]};
    assign shift1_d = shift[3:0];
    ing_stage #(.Width(29), .Keep(Full)) u_1 (
        .clk_i, .d_i({x[31], sig1_d, shift1_d}), .q_o({neg1_q, sig1_q, shift1_q})
    );

    assign wide = {sig1_q, 12'd0} >> {shift1_q[3:2], 2'b00};
    ing_stage #(.Width(28), .Keep(Full)) u_2 (
        .clk_i, .d_i({neg1_q, wide[35:12], wide[11:0] != 12'd0, shift1_q[1:0]}), .q_o({neg2_q, sig2_q, rest2_q, shift2_q})
    );

    assign fine = {sig2_q, 3'd0} >> shift2_q;
    ing_stage #(.Width(26), .Keep(Mid)) u_3 (
        .clk_i, .d_i({neg2_q, fine[26:3], rest2_q | (fine[2:0] != 3'd0)}), .q_o({neg3_q, sig3_q, rest3_q})
    );

    always_comb begin : round
      logic [15:0] mag;
      mag = {1'b0, sig3_q[23:9]} + {15'd0, sig3_q[8] & (sig3_q[9] | (sig3_q[7:0] != 8'd0) | rest3_q)};
      if (wide_i) mag4_d = mag[15] ? 15'd32767 : mag[14:0];
      else mag4_d = (mag > 16'd2047) ? 15'd2047 : mag[14:0];
    end
    ing_stage #(.Width(16), .Keep(Full)) u_4 (.clk_i, .d_i({neg3_q, mag4_d}), .q_o({neg4_q, mag4_q}));

    always_ff @(posedge clk_i) begin : sign
      if (v[Last]) q_o[e*16+:16] <= neg4_q ? 16'd0 - {1'b0, mag4_q} : {1'b0, mag4_q};
    end
  end

  // Beside the elements: index k is what entered stage k + 1; the last one is what q_o has.
  logic [Last:0]     v_q, first_q, last_q;
  logic [8*Last+7:0] exp_q;
  wire logic [Last+1:0]    v     = {v_q, v0_q};

  always_ff @(posedge clk_i) begin : beside
    exp_q   <= (8 * Last + 8)'({exp_q, eb0_q});
    first_q <= (Last + 1)'({first_q, first0_q});
    last_q  <= (Last + 1)'({last_q, last0_q});
    if (off) v_q <= '0;
    else v_q <= v[Last:0];
  end

  assign exp_o     = exp_q[8*Last+:8];
  assign q_v_o     = v_q[Last];
  assign q_first_o = first_q[Last];
  assign q_last_o  = last_q[Last];
  assign busy_o    = (full_q != '0) | (in_word_q != '0) | run_q | v0_q | (v_q != '0) | v1_q | v2_q;

`ifdef ING_ASSERT
  // Blocks leave in the order in which they came, one at a time.
  assert property (@(posedge clk_i) disable iff (!rst_ni) start |-> full_q[next_half]);
`endif

endmodule

`default_nettype wire
