// SPDX-License-Identifier: MIT
// Integer dot products of one activation column: D = PortBits/32 rows a beat, 8 unsigned digits of 4 bits each against
// 8 activations of 12 bits, summed over the beats of a group in 32 bits, modulo 2^32.
//
// Timing, c0 being the cycle in which a beat is issued: the beat, its activations and its control are given in c2 (no
// reset, bubbles have v_i low); the sums of a group can be read from c8 of its last beat on (with no depth from c4:
// ing_fp_pkg::sums_at). In c8 and the following cycles di_i = 0, 1, .. selects L rows, L*di_i and up, which appear at x_o
// a cycle later. A group's sums
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
    parameter int unsigned L = PortBits < 128 ? 1 : PortBits / 128,
    parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL,
    localparam int unsigned D = PortBits / 32,
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

  if (D % L != 0 || Depth > ing_fp_pkg::DEPTH_FULL) begin : g_bad_form
    $fatal(1, "ing_dot: L must divide the rows of a beat, Depth be one of ing_fp_pkg");
  end

  // Row L*di + l is in sub-beat SubOf(di), at place L*(di % (D/L)) + l.
  localparam int unsigned R = D / L;
  localparam int unsigned RB = $clog2(R);
  wire logic [3:0] place = di_i & 4'(R - 1);
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
  // Stages that end in a register: without depth only the last one before the sums.
  localparam bit Full = Depth != ing_fp_pkg::DEPTH_NONE;
  localparam int unsigned Late = Full ? 5 : 1;

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
  wire logic [31:0] init = Full ? init_q : init_i;
  wire logic [1:0] width_pair = Full ? width_q[3] : width_i;
  wire logic wide = Full ? width_q[4][1] : width_i[1];

  // Sums of two activations that meet the same weight of 16: shared by all rows.
  // (No arrays: Yosys drives no element of one from a port.)
  logic [4*13-1:0] both_q;
  logic [4*12-1:0] lo_q, hi_q;
  logic [PortBits-1:0] w_q;
  ing_stage #(.Width(PortBits), .Keep(Full)) u_w (.clk_i, .d_i(w_i), .q_o(w_q));
  for (genvar j = 0; j < 4; j++) begin : g_both
    wire logic [12:0] both = {a_i[12*j+11], a_i[12*j +: 12]} + {a_i[12*(j+4)+11], a_i[12*(j+4) +: 12]};
    ing_stage #(.Width(37), .Keep(Full)) u_a (
        .clk_i, .d_i({a_i[12*j +: 12], a_i[12*(j+4) +: 12], both}), .q_o({lo_q[12*j +: 12], hi_q[12*j +: 12], both_q[13*j +: 13]})
    );
  end

  wire logic [32*D-1:0] held;
  for (genvar r = 0; r < D; r++) begin : g_row
    logic [4*17-1:0] digits;
    wire logic signed [16:0] digit0 = digits[0 +: 17];
    wire logic signed [16:0] digit1 = digits[17 +: 17];
    wire logic signed [16:0] digit2 = digits[34 +: 17];
    wire logic signed [16:0] digit3 = digits[51 +: 17];
    for (genvar j = 0; j < 4; j++) begin : g_digit
      logic signed [12:0] bit0, bit1, bit2, bit3;
      logic signed [14:0] low_d, high_d, low_q, high_q;
      logic signed [16:0] digit_d;
      always_comb begin
        bit0 = 13'd0;
        bit1 = 13'd0;
        bit2 = 13'd0;
        bit3 = 13'd0;
        case ({w_q[32*r+4*(j+4)], w_q[32*r+4*j]})
          2'd1: bit0 = {lo_q[12*j+11], lo_q[12*j +: 12]};
          2'd2: bit0 = {hi_q[12*j+11], hi_q[12*j +: 12]};
          2'd3: bit0 = both_q[13*j +: 13];
          default: ;
        endcase
        case ({w_q[32*r+4*(j+4)+1], w_q[32*r+4*j+1]})
          2'd1: bit1 = {lo_q[12*j+11], lo_q[12*j +: 12]};
          2'd2: bit1 = {hi_q[12*j+11], hi_q[12*j +: 12]};
          2'd3: bit1 = both_q[13*j +: 13];
          default: ;
        endcase
        case ({w_q[32*r+4*(j+4)+2], w_q[32*r+4*j+2]})
          2'd1: bit2 = {lo_q[12*j+11], lo_q[12*j +: 12]};
          2'd2: bit2 = {hi_q[12*j+11], hi_q[12*j +: 12]};
          2'd3: bit2 = both_q[13*j +: 13];
          default: ;
        endcase
        case ({w_q[32*r+4*(j+4)+3], w_q[32*r+4*j+3]})
          2'd1: bit3 = {lo_q[12*j+11], lo_q[12*j +: 12]};
          2'd2: bit3 = {hi_q[12*j+11], hi_q[12*j +: 12]};
          2'd3: bit3 = both_q[13*j +: 13];
          default: ;
        endcase
      end
      assign low_d = 15'(bit0) + (15'(bit1) <<< 1);
      assign high_d = 15'(bit2) + (15'(bit3) <<< 1);
      ing_stage #(.Width(30), .Keep(Full)) u_half (.clk_i, .d_i({low_d, high_d}), .q_o({low_q, high_q}));
      assign digit_d = 17'(low_q) + (17'(high_q) <<< 2);
      ing_stage #(.Width(17), .Keep(Full)) u_digit (.clk_i, .d_i(digit_d), .q_o(digits[17*j +: 17]));
    end

    logic signed [21:0] even_d, odd_d, even_q, odd_q;
    logic signed [31:0] beat_q;
    assign even_d = 22'(digit0) + (width_pair != 2'd0 ? 22'(digit1) <<< 4 : 22'(digit1));
    assign odd_d = 22'(digit2) + (width_pair != 2'd0 ? 22'(digit3) <<< 4 : 22'(digit3));
    ing_stage #(.Width(44), .Keep(Full)) u_pair (.clk_i, .d_i({even_d, odd_d}), .q_o({even_q, odd_q}));
    always_ff @(posedge clk_i) beat_q <= 32'(even_q) + (wide ? 32'(odd_q) <<< 8 : 32'(odd_q));

    logic [31:0] acc[UB];
    logic [31:0] hold[UB];
    wire logic [31:0] sum = (first_q[Late] ? init : acc[sub_q[Late]]) + beat_q;
    always_ff @(posedge clk_i) begin
      if (v_q[Late]) acc[sub_q[Late]] <= sum;
      if (v_q[Late] && last_q[Late]) hold[sub_q[Late]] <= sum;
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
