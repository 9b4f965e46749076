// SPDX-License-Identifier: MIT
// One activation column of the stream engine: its activations, dot products and floating-point lanes.
//
// Everything is fed by ing_stream in lockstep; "cK" is the cycle K after the beat concerned was issued (see ing_dot,
// ing_fplane). act_rd_i in c0 reads the mantissas, ex_rd_i (first beat of a group) exponent and sum; end1/5/9_i mark
// the last beat of a group in c1, c5 and c9; tick_i counts cycles. The clock may stop while nothing of this column is in
// flight and ac_valid_i is low.
//
// PortBits: width of a beat. ActBlocks: activation blocks. L: rows that leave in a cycle. Depth: of the pipelines
// (ing_fp_pkg), the cycles named being those of full ones.
`default_nettype none

module ing_stream_col #(
    parameter int unsigned PortBits = 512,
    parameter int unsigned ActBlocks = 512,
    parameter int unsigned L = PortBits < 128 ? 1 : PortBits / 128,
    parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL,
    localparam int unsigned D = PortBits / 32,
    localparam int unsigned UB = 16 / D,
    localparam int unsigned SW = UB == 1 ? 1 : $clog2(UB),
    localparam int unsigned BW = $clog2(ActBlocks),
    localparam int unsigned AW = $clog2(64 / L)
) (
    input  wire logic                clk_i,
    input  wire logic                clr_i,
    // writes of activations
    input  wire logic                ac_valid_i,
    input  wire logic [BW-1:0]       ac_block_i,
    input  wire logic [1:0]          ac_chunk_i,
    input  wire logic [95:0]         ac_data_i,
    input  wire logic                ac_last_i,
    input  wire logic [7:0]          ac_exp_i,
    input  wire logic [16:0]         ac_sum_i,
    // c0, c1
    input  wire logic                act_rd_i,
    input  wire logic                ex_rd_i,
    input  wire logic [BW-1:0]       act_block_i,
    input  wire logic [1:0]          act_chunk_i,
    input  wire logic [1:0]          width1_i,
    input  wire logic [1:0]          part1_i,
    input  wire logic                min1_i,
    input  wire logic                new1_i,
    // c2
    input  wire logic [PortBits-1:0] w_i,
    input  wire logic [1:0]          width_i,
    input  wire logic                v_i,
    input  wire logic                first_i,
    input  wire logic                last_i,
    input  wire logic [SW-1:0]       sub_i,
    input  wire logic                end1_i,
    input  wire logic                end5_i,
    input  wire logic                end9_i,
    input  wire logic [4:0]          tick_i,
    // c8
    input  wire logic                dv_i,
    input  wire logic [3:0]          di_i,
    // c10: {sign, infinity, NaN, significand, exponent} of each lane's scale and minimum
    input  wire logic [22*L-1:0]     scale_i,
    input  wire logic [22*L-1:0]     min_i,
    // c10: the row whose turn it is
    input  wire logic                v10_i,
    input  wire logic                last10_i,
    input  wire logic                zero10_i,
    input  wire logic [AW-1:0]       slot10_i,
    // c25, c32
    input  wire logic [AW-1:0]       slot_i,
    input  wire logic                zero_i,
    input  wire logic                we_i,
    input  wire logic [AW-1:0]       wslot_i,
    output var  logic [32*L-1:0]     y_o
);

  wire logic [95:0] mant;
  wire logic [7:0] code;
  wire logic [16:0] asum;
  ing_act #(
      .ActBlocks(ActBlocks)
  ) u_act (
      .clk_i,
      .we_i(ac_valid_i),
      .wblock_i(ac_block_i),
      .wchunk_i(ac_chunk_i),
      .wdata_i(ac_data_i),
      .wlast_i(ac_last_i),
      .wexp_i(ac_exp_i),
      .wsum_i(ac_sum_i),
      .rd_i(act_rd_i),
      .xrd_i(ex_rd_i),
      .rblock_i(act_block_i),
      .rchunk_i(act_chunk_i),
      .rdata_o(mant),
      .rexp_o(code),
      .rsum_o(asum)
  );

  // The activation that each of the 8 digits of a word meets, and where the sums start.
  logic [95:0] digit_q;
  logic [31:0] init_q;
  always_ff @(posedge clk_i) begin : expand
    logic [47:0] half;
    logic [23:0] pair;
    if (width1_i == 2'd0) begin
      digit_q <= mant;
    end else begin
      half = part1_i[width1_i[1]] ? mant[95:48] : mant[47:0];
      pair = part1_i[0] ? half[47:24] : half[23:0];
      if (width1_i[1]) digit_q <= {{4{pair[23:12]}}, {4{pair[11:0]}}};
      else digit_q <= {{2{half[47:36]}}, {2{half[35:24]}}, {2{half[23:12]}}, {2{half[11:0]}}};
    end
    if (new1_i) begin
      if (min1_i) init_q <= 32'd0;
      else if (width1_i == 2'd0) init_q <= 32'd0 - {{12{asum[16]}}, asum, 3'd0};
      else if (!width1_i[1]) init_q <= 32'd0 - {{8{asum[16]}}, asum, 7'd0};
      else init_q <= 32'd0 - {asum, 15'd0};
    end
  end

  wire logic [32*L-1:0] x;
  ing_dot #(
      .PortBits(PortBits),
      .L(L),
      .Depth(Depth)
  ) u_dot (
      .clk_i,
      .clr_i,
      .w_i,
      .a_i(digit_q),
      .width_i,
      .v_i,
      .first_i,
      .last_i,
      .sub_i,
      .init_i(init_q),
      .di_i,
      .dv_i,
      .x_o(x)
  );

  // Exponent and sum follow the group until its rows leave: each copy is good for 4 cycles at least. Short of depth there
  // is one copy less on the way.
  localparam bit Full = Depth != ing_fp_pkg::DEPTH_NONE;
  localparam int unsigned Wait = ing_fp_pkg::exponent_at(Depth) - ing_fp_pkg::sums_at(Depth) - 2;  // c10 to c23
  logic [24:0] head2_q, head6_q;
  logic a_neg_q;
  logic [15:0] a_mag_q;
  logic [7:0] code10_q, code23_q;
  logic [7:0] delay[16];
  wire logic [24:0] head = Full ? head6_q : head2_q;
  always_ff @(posedge clk_i) begin : follow
    if (end1_i) head2_q <= {code, asum};
    if (end5_i) head6_q <= head2_q;
    if (end9_i) begin
      code10_q <= head[24:17];
      a_neg_q <= head[16];
      a_mag_q <= head[16] ? 16'd0 - head[15:0] : head[15:0];
    end
    delay[tick_i[3:0]] <= code10_q;
    code23_q <= delay[tick_i[3:0] - 4'(Wait - 1)];
  end

  for (genvar l = 0; l < L; l++) begin : g_lane
    ing_fplane #(
        .Slots(64 / L),
        .Depth(Depth)
    ) u_lane (
        .clk_i,
        .x_i(x[32*l +: 32]),
        .s_neg_i(scale_i[22*l+21]),
        .s_inf_i(scale_i[22*l+20]),
        .s_nan_i(scale_i[22*l+19]),
        .s_mant_i(scale_i[22*l+8 +: 11]),
        .s_exp_i(scale_i[22*l +: 8]),
        .m_neg_i(min_i[22*l+21]),
        .m_inf_i(min_i[22*l+20]),
        .m_nan_i(min_i[22*l+19]),
        .m_mant_i(min_i[22*l+8 +: 11]),
        .m_exp_i(min_i[22*l +: 8]),
        .a_neg_i(a_neg_q),
        .a_mag_i(a_mag_q),
        .eb_i(code23_q),
        .slot_i,
        .zero_i,
        .v10_i,
        .last10_i,
        .zero10_i,
        .slot10_i,
        .eb10_i(code10_q),
        .tick_i,
        .we_i,
        .wslot_i,
        .y_o(y_o[32*l +: 32])
    );
  end

endmodule

`default_nettype wire
