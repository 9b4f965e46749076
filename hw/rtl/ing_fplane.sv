// SPDX-License-Identifier: MIT
// One floating-point lane of a column: integer sums in, scaled, plus the minimum's share, times the activation block's
// power of two, added to the row's accumulator (docs/arithmetic.md, section 3). One row a cycle, no stall, no reset.
//
// Timing with full pipelines, in cycles after the beat that ended a group was issued: x_i in c9; scale and minimum (as the scale unit
// decodes them), magnitude and sign of the activations' sum in c10; eb_i in c23; slot_i and zero_i (start from +0
// instead of the accumulator) in c25; y_o in c32, when we_i and wslot_i store it. A slot may be used again 8 cycles after
// its last use. The *10_i, in c10, say the same early: v10_i, there is a row; last10_i, y_o of it will be looked at. Shorter
// pipelines: the sums are there in sums_at instead of c8, eb_i in exponent_at, y_o in result_at (ing_fp_pkg).
//
// s_*: scale: sign, significand, exponent code (value = mant * 2^(exp-127)), infinity, NaN. m_*: minimum, the same;
// without minima it is the code 0, sign set, significand 0: then -0 is added, which changes nothing.
// Slots: accumulators. Depth: of the pipelines (ing_fp_pkg).
//
// There are two forms with the same results at the same cycles. The one for simulation works out a row at once in c10, in
// double precision, where products of the integers with a scale and sums of two fp32 are exact or round harmlessly, and keeps
// the result until c32; tick_i counts cycles. The one that is synthesised (SYNTHESIS or ING_SYNTH_FORMS) is a pipeline.
`default_nettype none

module ing_fplane #(
    parameter int unsigned Slots = 16,
    parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL,
    localparam int unsigned AW = $clog2(Slots)
) (
    input  wire logic          clk_i,
    input  wire logic [31:0]   x_i,
    input  wire logic          s_neg_i,
    input  wire logic          s_inf_i,
    input  wire logic          s_nan_i,
    input  wire logic [10:0]   s_mant_i,
    input  wire logic [7:0]    s_exp_i,
    input  wire logic          m_neg_i,
    input  wire logic          m_inf_i,
    input  wire logic          m_nan_i,
    input  wire logic [10:0]   m_mant_i,
    input  wire logic [7:0]    m_exp_i,
    input  wire logic          a_neg_i,
    input  wire logic [15:0]   a_mag_i,
    input  wire logic [7:0]    eb_i,
    input  wire logic [AW-1:0] slot_i,
    input  wire logic          zero_i,
    input  wire logic          v10_i,
    input  wire logic          last10_i,
    input  wire logic          zero10_i,
    input  wire logic [AW-1:0] slot10_i,
    input  wire logic [7:0]    eb10_i,
    input  wire logic [4:0]    tick_i,
    input  wire logic          we_i,
    input  wire logic [AW-1:0] wslot_i,
    output var  logic [31:0]   y_o
);

`ifdef SYNTHESIS
`define ING_FPLANE_PIPELINE
`elsif ING_SYNTH_FORMS
`define ING_FPLANE_PIPELINE
`endif

`ifdef ING_FPLANE_PIPELINE
  // c10: sign and magnitude; c11: product in two parts, the upper one of 18 bits at most (of 24 x 11, or 31 x 1, bits);
  // c12: joined.
  logic [30:0] mag10_q;
  logic neg10_q, zero10_q;
  localparam bit Full = Depth != ing_fp_pkg::DEPTH_NONE;
  logic [27:0] low11_d, low11_q;
  logic [17:0] high11_d, high11_q;
  logic [34:0] prod12_q;
  logic [26:0] min11_d, min11_q, min12_q;
  logic [7:0] exp11_q, exp12_q, mexp11_q, mexp12_q;
  logic [2:0] flag11_d, flag11_q, flag12_q, mflag11_d, mflag11_q, mflag12_q;  // sign, infinity, NaN

  always_ff @(posedge clk_i) begin : magnitude
    mag10_q <= x_i[31] ? 31'd0 - x_i[30:0] : x_i[30:0];
    neg10_q <= x_i[31];
    zero10_q <= x_i == 32'd0;
  end

  always_comb begin : multiply
    low11_d = {11'd0, mag10_q[16:0]} * {17'd0, s_mant_i};
    high11_d = {4'd0, mag10_q[30:17]} * {7'd0, s_mant_i};
    flag11_d = {neg10_q ^ s_neg_i, s_inf_i & ~zero10_q, s_nan_i | (s_inf_i & zero10_q)};
    min11_d = {11'd0, a_mag_i} * {16'd0, m_mant_i};
    mflag11_d = {m_neg_i ^ (a_neg_i & (m_exp_i != 8'd0)), m_inf_i & (a_mag_i != 16'd0), m_nan_i | (m_inf_i & (a_mag_i == 16'd0))};
  end
  ing_stage #(.Width(57), .Keep(Full)) u_product (
      .clk_i, .d_i({low11_d, high11_d, s_exp_i, flag11_d}), .q_o({low11_q, high11_q, exp11_q, flag11_q})
  );
  ing_stage #(.Width(38), .Keep(Full)) u_share (
      .clk_i, .d_i({min11_d, m_exp_i, mflag11_d}), .q_o({min11_q, mexp11_q, mflag11_q})
  );

  always_ff @(posedge clk_i) begin : join_parts
    prod12_q <= {high11_q, 17'd0} + {7'd0, low11_q};
    exp12_q <= exp11_q;
    flag12_q <= flag11_q;
    min12_q <= min11_q;
    mexp12_q <= mexp11_q;
    mflag12_q <= mflag11_q;
  end

  // Rounding without a register of its own has one behind it.
  logic [31:0] t_d, q_d, t, q, u, v;
  ing_stage #(.Width(64), .Keep(!Full)) u_rounded (.clk_i, .d_i({t_d, q_d}), .q_o({t, q}));
  ing_normround #(
      .Width(35),
      .Depth(Depth)
  ) u_scaled (
      .clk_i,
      .neg_i(flag12_q[2]),
      .mag_i(prod12_q),
      .exp_i({2'd0, exp12_q}),
      .inf_i(flag12_q[1]),
      .nan_i(flag12_q[0]),
      .y_o(t_d)
  );
  ing_normround #(
      .Width(27),
      .Depth(Depth)
  ) u_min (
      .clk_i,
      .neg_i(mflag12_q[2]),
      .mag_i(min12_q),
      .exp_i({2'd0, mexp12_q}),
      .inf_i(mflag12_q[1]),
      .nan_i(mflag12_q[0]),
      .y_o(q_d)
  );
  ing_fadd #(
      .Depth(Depth)
  ) u_sum (
      .clk_i,
      .a_i(t),
      .b_i(q),
      .y_o(u)
  );
  ing_scale_pow2 #(
      .Depth(Depth)
  ) u_exp (
      .clk_i,
      .u_i(u),
      .eb_i,
      .y_o(v)
  );

  logic [31:0] acc[Slots];
  logic [31:0] value26_q, acc26_q;
  always_ff @(posedge clk_i) begin : accumulators
    value26_q <= v;
    acc26_q <= zero_i ? 32'd0 : acc[slot_i];
    if (we_i) acc[wslot_i] <= y_o;
  end
  ing_fadd #(
      .Depth(Depth)
  ) u_acc (
      .clk_i,
      .a_i(value26_q),
      .b_i(acc26_q),
      .y_o
  );

  wire logic unused = v10_i ^ last10_i ^ zero10_i ^ (^slot10_i) ^ (^eb10_i) ^ (^tick_i);
`undef ING_FPLANE_PIPELINE
`else
  localparam logic [63:0] Grid = 64'hffffffff_e0000000;  // the bits of a double that an fp32 has
  localparam logic [63:0] Inf = 64'h7ff00000_00000000;
  localparam logic [63:0] NaN = 64'h7ff80000_00000000;
  localparam logic [11:0] Least = 12'd897;               // exponent fields of fp32, in a double
  localparam logic [11:0] Most = 12'd1150;

  // From c10 to c32.
  localparam int unsigned Wait = ing_fp_pkg::result_at(Depth) - ing_fp_pkg::sums_at(Depth) - 2;

  logic [31:0] x10_q;
  logic [63:0] acc[Slots];
  logic [31:0] ring[32];

  always_ff @(posedge clk_i) begin : row
    logic [63:0] scale, sum, value;
    logic [11:0] exponent;
    x10_q <= x_i;
    y_o <= ring[tick_i - 5'(Wait - 1)];
    if (v10_i) begin
      // rn(isum * scale)
      scale = $realtobits($itor({21'd0, s_mant_i}));
      if (s_mant_i != 11'd0) scale = scale + {{4'd0, s_exp_i} - 12'd127, 52'd0};
      if (s_inf_i) scale = Inf;
      if (s_nan_i) scale = NaN;
      scale[63] = s_neg_i;
      sum = $realtobits($itor($signed(x10_q)) * $bitstoreal(scale));
      sum = (sum + 64'h0fffffff + {63'd0, sum[29]}) & Grid;
      // + rn(asum * min)
      if (m_exp_i != 8'd0) begin
        scale = $realtobits($itor({21'd0, m_mant_i}));
        if (m_mant_i != 11'd0) scale = scale + {{4'd0, m_exp_i} - 12'd127, 52'd0};
        if (m_inf_i) scale = Inf;
        if (m_nan_i) scale = NaN;
        scale[63] = m_neg_i;
        value = $realtobits($itor(a_neg_i ? -$signed({16'd0, a_mag_i}) : $signed({16'd0, a_mag_i})) * $bitstoreal(scale));
        value = (value + 64'h0fffffff + {63'd0, value[29]}) & Grid;
        sum = $realtobits($bitstoreal(sum) + $bitstoreal(value));
        sum = (sum + 64'h0fffffff + {63'd0, sum[29]}) & Grid;
      end
      // * 2^(eb - 127)
      exponent = {1'b0, sum[62:52]} + {4'd0, eb10_i} - 12'd127;
      if (eb10_i == 8'd255 || sum[62:0] > Inf[62:0]) value = NaN;
      else if (sum[62:52] == 11'h7ff) value = sum;
      else if (sum[62:52] == 11'd0 || $signed(exponent) < $signed(Least)) value = {sum[63], 63'd0};
      else if ($signed(exponent) > $signed(Most)) value = {sum[63], Inf[62:0]};
      else value = {sum[63], exponent[10:0], sum[51:0]};
      // + accumulator
      sum = $realtobits($bitstoreal(value) + $bitstoreal(zero10_i ? 64'd0 : acc[slot10_i]));
      if (sum[62:52] == 11'h7ff) begin
        if (sum[51:0] != 52'd0) sum = NaN;
      end else begin
        sum = (sum + 64'h0fffffff + {63'd0, sum[29]}) & Grid;
        if ({1'b0, sum[62:52]} < Least) sum[62:0] = 63'd0;
        else if ({1'b0, sum[62:52]} > Most) sum[62:0] = Inf[62:0];
      end
      acc[slot10_i] <= sum;
      if (last10_i) begin
        ring[tick_i][31] <= sum[63];
        ring[tick_i][22:0] <= sum[51:29];
        if (sum[62:52] == 11'h7ff) ring[tick_i][30:23] <= 8'hff;
        else if (sum[62:52] == 11'd0) ring[tick_i][30:23] <= 8'd0;
        else ring[tick_i][30:23] <= 8'(sum[62:52] - 11'd896);
      end
    end
  end

  wire logic unused = (^eb_i) ^ (^slot_i) ^ zero_i ^ we_i ^ (^wslot_i);
`endif

endmodule

`default_nettype wire
