// SPDX-License-Identifier: MIT
// Brings the operands of the lanes into form: picks the elements out of scratchpad words and converts them to fp32.
//
// a_word_i holds Lanes elements of type a_type_i starting at slice a_pos_i (counted in Lanes elements); a_o has them as
// fp32 three cycles later, or ing_fp_pkg::load_latency(Depth). b likewise; an F16B or E8B element goes to all lanes. One word a cycle, no stall, no reset.
//
// PortBits: bits of a word; PortBits / 32 lanes. Depth: of the pipelines (ing_fp_pkg).
`default_nettype none

module ing_vector_load #(
    parameter int unsigned PortBits = 128,
    parameter int unsigned Depth    = ing_fp_pkg::DEPTH_FULL
) (
    input  wire logic                clk_i,
    input  wire logic [2:0]          a_type_i,
    input  wire logic [PortBits-1:0] a_word_i,
    input  wire logic [2:0]          a_pos_i,
    input  wire logic [1:0]          b_type_i,
    input  wire logic [PortBits-1:0] b_word_i,
    // verilator lint_off UNUSEDSIGNAL
    input  wire logic [6:0]          b_pos_i,  // the middle bits count within a block
    // verilator lint_on UNUSEDSIGNAL
    output var  logic [PortBits-1:0] a_o,
    output var  logic [PortBits-1:0] b_o
);

  localparam int unsigned Lanes   = PortBits / 32;
  localparam int unsigned LaneLog = $clog2(Lanes);
  localparam bit          Select  = ing_fp_pkg::load_select(Depth);
  localparam logic [1:0]  Convert = ing_fp_pkg::small_stages(Depth);

  localparam logic [2:0] U4 = 3'(ing_pkg::ING_ATYPE_U4);
  localparam logic [2:0] S4 = 3'(ing_pkg::ING_ATYPE_S4);
  localparam logic [2:0] U8 = 3'(ing_pkg::ING_ATYPE_U8);
  localparam logic [2:0] S8 = 3'(ing_pkg::ING_ATYPE_S8);
  localparam logic [1:0] E8 = 2'(ing_pkg::ING_BTYPE_E8);
  localparam logic [1:0] F16b = 2'(ing_pkg::ING_BTYPE_F16B);

  wire logic a_int = a_type_i != 3'(ing_pkg::ING_ATYPE_F32);
  wire logic b_f32 = b_type_i == 2'(ing_pkg::ING_BTYPE_F32);

  // ---- a ----
  logic [PortBits-1:0] a1_q, a2_q, a3_q;
  ing_stage #(.Width(PortBits), .Keep(Select)) u_a1 (.clk_i, .d_i(a_word_i), .q_o(a1_q));
  ing_stage #(.Width(PortBits), .Keep(Convert[0])) u_a2 (.clk_i, .d_i(a1_q), .q_o(a2_q));
  ing_stage #(.Width(PortBits), .Keep(Convert[1])) u_a3 (.clk_i, .d_i(a2_q), .q_o(a3_q));

  // The slices that hold this word's elements, by width of the element.
  logic [16:0] int_d[Lanes];

  always_comb begin : int_a
    logic [Lanes*4-1:0]  a4;
    logic [Lanes*8-1:0]  a8;
    logic [Lanes*16-1:0] a16;
    a4  = a_word_i[a_pos_i[2:0]*Lanes*4+:Lanes*4];
    a8  = a_word_i[a_pos_i[1:0]*Lanes*8+:Lanes*8];
    a16 = a_word_i[a_pos_i[0]*Lanes*16+:Lanes*16];
    for (int l = 0; l < Lanes; l++) begin
      case (a_type_i)
        U4:      int_d[l] = {13'd0, a4[l*4+:4]};
        S4:      int_d[l] = {13'd0, a4[l*4+:4]} - 17'd8;
        U8:      int_d[l] = {9'd0, a8[l*8+:8]};
        S8:      int_d[l] = {9'd0, a8[l*8+:8]} - 17'd128;
        default: int_d[l] = {1'b0, a16[l*16+:16]} - 17'd32768;
      endcase
    end
  end

  for (genvar l = 0; l < Lanes; l++) begin : g_a
    logic [31:0] y;
    logic [16:0] int_q;
    ing_stage #(.Width(17), .Keep(Select)) u_int (.clk_i, .d_i(int_d[l]), .q_o(int_q));
    ing_int2f #(.Depth(Depth)) u_int2f (.clk_i(clk_i), .v_i(int_q), .y_o(y));
    assign a_o[l*32+:32] = a_int ? y : a3_q[l*32+:32];
  end

  // ---- b ----
  // A word holds 2 * Lanes halfwords or 4 * Lanes bytes, each for 32 / Lanes words of elements.
  wire logic [LaneLog:0]   half_sel = b_pos_i[5-:LaneLog+1];
  wire logic [LaneLog+1:0] byte_sel = b_pos_i[6-:LaneLog+2];
  logic [PortBits-1:0] b1_d, b1_q, b2_q, b3_q;
  logic [15:0]         half_q;
  logic [31:0]         half_y;

  always_comb begin : float_b
    logic [Lanes*8-1:0] b8;
    b8   = (b_type_i == E8) ? b_word_i[b_pos_i[1:0]*Lanes*8+:Lanes*8] : {Lanes{b_word_i[byte_sel*8+:8]}};
    b1_d = b_word_i;
    for (int l = 0; l < Lanes; l++) begin
      if (!b_f32) b1_d[l*32+:32] = (b8[l*8+:8] == 8'd255) ? 32'h7fc00000 : {1'b0, b8[l*8+:8], 23'd0};
    end
  end

  ing_stage #(.Width(PortBits), .Keep(Select)) u_b1 (.clk_i, .d_i(b1_d), .q_o(b1_q));
  ing_stage #(.Width(PortBits), .Keep(Convert[0])) u_b2 (.clk_i, .d_i(b1_q), .q_o(b2_q));
  ing_stage #(.Width(PortBits), .Keep(Convert[1])) u_b3 (.clk_i, .d_i(b2_q), .q_o(b3_q));
  ing_stage #(.Width(16), .Keep(Select)) u_half (.clk_i, .d_i(b_word_i[half_sel*16+:16]), .q_o(half_q));
  ing_half2f #(.Depth(Depth)) u_half2f (.clk_i(clk_i), .h_i(half_q), .y_o(half_y));

  assign b_o = (b_type_i == F16b) ? {Lanes{half_y}} : b3_q;

endmodule

`default_nettype wire
