// SPDX-License-Identifier: MIT
// Integer dot products of one activation column: D = PortBits/32 rows a beat, 8 unsigned digits of 4 bits each against
// 8 activations of 12 bits, summed over the beats of a group in 32 bits, modulo 2^32.
//
// Timing, c0 being the cycle in which a beat is issued: the beat, its activations and its control are given in c2 (no
// reset, bubbles have v_i low); the sums of a group can be read from c8 of its last beat on. In c8 and the following
// cycles di_i = 0, 1, .. selects L = max(1, D/4) rows, L*di_i and up, which appear at x_o a cycle later. A group's sums
// stay until the next group's last chunk arrives, which ing_stream sees to. Groups begin 4 cycles apart at least, and 2 after
// the first chunk of the one before is complete.
//
// width_i: ING_WIDTH_*; digit k weighs 1; 16^(k%2); 16^(k%4). first_i, last_i: first and last chunk of the group.
// sub_i: which D rows of the 16. init_i: start value of all sums, with the first beat, held until the next group's.
//
// clr_i: forget the groups in flight.
//
// There are two forms with the same behaviour: for simulation two rows share a 64-bit multiplication, and
// what is ready early waits in a ring; for synthesis (SYNTHESIS or ING_SYNTH_FORMS) a pipelined tree of adders.
`default_nettype none

module ing_dot #(
    parameter int unsigned PortBits = 512,
    localparam int unsigned D = PortBits / 32,
    localparam int unsigned L = D < 4 ? 1 : D / 4,
    localparam int unsigned UB = 16 / D,
    localparam int unsigned SW = UB == 1 ? 1 : $clog2(UB)
) (
    input  wire logic                clk_i,
    input  wire logic                clr_i,
    input  wire logic [PortBits-1:0] w_i,
    input  wire logic [95:0]         a_i,
    input  wire logic [1:0]          width_i,
    input  wire logic                v_i,
    input  wire logic                first_i,
    input  wire logic                last_i,
    input  wire logic [SW-1:0]       sub_i,
    input  wire logic [31:0]         init_i,
    input  wire logic [3:0]          di_i,
    input  wire logic                dv_i,
    output var  logic [32*L-1:0]     x_o
);

  // Row L*di + l is in sub-beat SubOf(di), at place L*(di % (D/L)) + l.
  localparam int unsigned R = D / L;
  localparam int unsigned RB = $clog2(R);
  wire logic [RB-1:0] place = di_i[RB-1:0];
  wire logic [SW-1:0] dsub;
  if (UB == 1) begin : g_dsub1
    assign dsub = 1'b0;
  end else begin : g_dsub
    assign dsub = di_i[RB +: SW];
  end

`ifdef SYNTHESIS
`define ING_DOT_TREE
`elsif ING_SYNTH_FORMS
`define ING_DOT_TREE
`endif

`ifndef ING_DOT_TREE
  // Row 2p in the low half of a 64-bit word, row 2p+1 in the high half, less the borrow of the low half. No sum of a
  // row exceeds 31 bits at any step, since it starts from the offset's share.
  localparam int unsigned P = D / 2;
  localparam logic [63:0] Pick = 64'h0000000f_0000000f;
  localparam logic [3:0] LastDi = 4'(16 / L - 1);
  logic [63:0] acc_q[P * UB];
  logic [63:0] ring_q[4 * P * UB];
  logic [1:0] wr_q, rd_q;

  always_ff @(posedge clk_i) begin : sums
    logic [63:0] a0, a1, a2, a3, a4, a5, a6, a7, word, sum, init;
    if (clr_i) begin
      wr_q <= 2'd0;
    end else if (v_i) begin
      a0 = {{52{a_i[11]}}, a_i[11:0]};
      a1 = {{52{a_i[23]}}, a_i[23:12]};
      a2 = {{52{a_i[35]}}, a_i[35:24]};
      a3 = {{52{a_i[47]}}, a_i[47:36]};
      a4 = {{52{a_i[59]}}, a_i[59:48]};
      a5 = {{52{a_i[71]}}, a_i[71:60]};
      a6 = {{52{a_i[83]}}, a_i[83:72]};
      a7 = {{52{a_i[95]}}, a_i[95:84]};
      if (width_i != 2'd0) begin
        a1 = a1 << 4;
        a5 = a5 << 4;
        a2 = a2 << {width_i[1], 3'd0};
        a6 = a6 << {width_i[1], 3'd0};
        a3 = a3 << {width_i[1], 3'd4};
        a7 = a7 << {width_i[1], 3'd4};
      end
      init = {init_i - {31'd0, init_i[31]}, init_i};
      for (int p = 0; p < P; p++) begin
        word = w_i[64*p +: 64];
        sum = first_i ? init : acc_q[32'(sub_i) * P + p];
        sum = sum + (word & Pick) * a0 + ((word >> 4) & Pick) * a1;
        sum = sum + ((word >> 8) & Pick) * a2 + ((word >> 12) & Pick) * a3;
        sum = sum + ((word >> 16) & Pick) * a4 + ((word >> 20) & Pick) * a5;
        sum = sum + ((word >> 24) & Pick) * a6 + ((word >> 28) & Pick) * a7;
        acc_q[32'(sub_i) * P + p] <= sum;
        if (last_i) ring_q[(32'(wr_q) * UB + 32'(sub_i)) * P + p] <= sum;
      end
      if (last_i && sub_i == SW'(UB - 1)) wr_q <= wr_q + 2'd1;
    end
  end

  always_ff @(posedge clk_i) begin : drain
    logic [63:0] pair;
    if (clr_i) begin
      rd_q <= 2'd0;
    end else if (dv_i) begin
      for (int l = 0; l < L; l++) begin
        pair = ring_q[(32'(rd_q) * UB + 32'(dsub)) * P + (32'(place) * L + l) / 2];
        x_o[32*l +: 32] <= ((32'(place) * L + l) & 1) != 0 ? pair[63:32] + {31'd0, pair[31]} : pair[31:0];
      end
      if (di_i == LastDi) rd_q <= rd_q + 2'd1;
    end
  end
`else
  // Control beside the stages: entry k is the beat in c(k+2).
  logic [5:1] v_q, first_q, last_q;
  logic [1:0] width_q[1:4];
  logic [SW-1:0] sub_q[1:5];
  logic [31:0] init_q;
  wire logic unused = clr_i;

  always_ff @(posedge clk_i) begin
    v_q <= {v_q[4:1], v_i};
    first_q <= {first_q[4:1], first_i};
    last_q <= {last_q[4:1], last_i};
    width_q[1] <= width_i;
    sub_q[1] <= sub_i;
    for (int k = 2; k <= 4; k++) width_q[k] <= width_q[k-1];
    for (int k = 2; k <= 5; k++) sub_q[k] <= sub_q[k-1];
    if (v_q[3] && first_q[3] && sub_q[3] == '0) init_q <= init_i;
  end

  // Sums of two activations that meet the same weight of 16: shared by all rows.
  logic [12:0] both_q[4];
  logic [11:0] lo_q[4], hi_q[4];
  logic [PortBits-1:0] w_q;
  always_ff @(posedge clk_i) begin
    w_q <= w_i;
    for (int j = 0; j < 4; j++) begin
      lo_q[j] <= a_i[12*j +: 12];
      hi_q[j] <= a_i[12*(j+4) +: 12];
      both_q[j] <= {a_i[12*j+11], a_i[12*j +: 12]} + {a_i[12*(j+4)+11], a_i[12*(j+4) +: 12]};
    end
  end

  wire logic [32*D-1:0] held;
  for (genvar r = 0; r < D; r++) begin : g_row
    logic signed [16:0] digit_q[4];
    for (genvar j = 0; j < 4; j++) begin : g_digit
      logic signed [12:0] bit0, bit1, bit2, bit3;
      logic signed [14:0] low_q, high_q;
      always_comb begin
        bit0 = 13'd0;
        bit1 = 13'd0;
        bit2 = 13'd0;
        bit3 = 13'd0;
        case ({w_q[32*r+4*(j+4)], w_q[32*r+4*j]})
          2'd1: bit0 = {lo_q[j][11], lo_q[j]};
          2'd2: bit0 = {hi_q[j][11], hi_q[j]};
          2'd3: bit0 = both_q[j];
          default: ;
        endcase
        case ({w_q[32*r+4*(j+4)+1], w_q[32*r+4*j+1]})
          2'd1: bit1 = {lo_q[j][11], lo_q[j]};
          2'd2: bit1 = {hi_q[j][11], hi_q[j]};
          2'd3: bit1 = both_q[j];
          default: ;
        endcase
        case ({w_q[32*r+4*(j+4)+2], w_q[32*r+4*j+2]})
          2'd1: bit2 = {lo_q[j][11], lo_q[j]};
          2'd2: bit2 = {hi_q[j][11], hi_q[j]};
          2'd3: bit2 = both_q[j];
          default: ;
        endcase
        case ({w_q[32*r+4*(j+4)+3], w_q[32*r+4*j+3]})
          2'd1: bit3 = {lo_q[j][11], lo_q[j]};
          2'd2: bit3 = {hi_q[j][11], hi_q[j]};
          2'd3: bit3 = both_q[j];
          default: ;
        endcase
      end
      always_ff @(posedge clk_i) begin
        low_q <= 15'(bit0) + (15'(bit1) <<< 1);
        high_q <= 15'(bit2) + (15'(bit3) <<< 1);
        digit_q[j] <= 17'(low_q) + (17'(high_q) <<< 2);
      end
    end

    logic signed [21:0] even_q, odd_q;
    logic signed [31:0] beat_q;
    always_ff @(posedge clk_i) begin
      even_q <= 22'(digit_q[0]) + (width_q[3] != 2'd0 ? 22'(digit_q[1]) <<< 4 : 22'(digit_q[1]));
      odd_q <= 22'(digit_q[2]) + (width_q[3] != 2'd0 ? 22'(digit_q[3]) <<< 4 : 22'(digit_q[3]));
      beat_q <= 32'(even_q) + (width_q[4][1] ? 32'(odd_q) <<< 8 : 32'(odd_q));
    end

    logic [31:0] acc[UB];
    logic [31:0] hold[UB];
    wire logic [31:0] sum = (first_q[5] ? init_q : acc[sub_q[5]]) + beat_q;
    always_ff @(posedge clk_i) begin
      if (v_q[5]) acc[sub_q[5]] <= sum;
      if (v_q[5] && last_q[5]) hold[sub_q[5]] <= sum;
    end
    assign held[32*r +: 32] = hold[dsub];
  end

  always_ff @(posedge clk_i) begin
    for (int l = 0; l < L; l++) x_o[32*l +: 32] <= held[32*(32'(place) * L + l) +: 32];
  end
  wire logic unused_dv = dv_i ^ (^di_i);
`undef ING_DOT_TREE
`endif

endmodule

`default_nettype wire
