// SPDX-License-Identifier: MIT
// What a vector command needs, by its function and types: how memory words are sliced (masks of ing_vector_walk), which
// units of a lane it uses, and when b comes: 0, or one of MulUnit, SfuUnit, AddUnit + MulUnit + SfuUnit cycles after a.
`default_nettype none

module ing_vector_need (
    input  wire logic [3:0] fn_i,
    input  wire logic [2:0] atype_i,
    input  wire logic [1:0] btype_i,
    output var  logic [6:0] a_mask_o,
    output var  logic [6:0] b_mask_o,
    output var  logic       uses_b_o,
    output var  logic       add1_o,
    output var  logic       mul1_o,
    output var  logic       sfu_o,
    output var  logic       mul2_o,
    output var  logic       add2_o,
    output var  logic [1:0] b_late_o
);

  // Slices of a memory word, by type.
  always_comb begin
    case (atype_i)
      3'(ing_pkg::ING_ATYPE_F32):                           a_mask_o = 7'd0;
      3'(ing_pkg::ING_ATYPE_U4), 3'(ing_pkg::ING_ATYPE_S4): a_mask_o = 7'd7;
      3'(ing_pkg::ING_ATYPE_S16):                           a_mask_o = 7'd1;
      default:                                              a_mask_o = 7'd3;
    endcase
    case (btype_i)
      2'(ing_pkg::ING_BTYPE_F32):  b_mask_o = 7'd0;
      2'(ing_pkg::ING_BTYPE_E8):   b_mask_o = 7'd3;
      2'(ing_pkg::ING_BTYPE_F16B): b_mask_o = 7'd63;
      default:                     b_mask_o = 7'd127;
    endcase
  end

  always_comb begin
    uses_b_o = 1'b0;
    add1_o   = 1'b0;
    mul1_o   = 1'b0;
    sfu_o    = 1'b0;
    mul2_o   = 1'b0;
    add2_o   = 1'b0;
    b_late_o = 2'd0;
    case (fn_i)
      4'(ing_pkg::ING_FN_ADD):   {uses_b_o, add1_o} = 2'b11;
      4'(ing_pkg::ING_FN_MUL):   {uses_b_o, mul1_o} = 2'b11;
      4'(ing_pkg::ING_FN_SCALE): mul1_o = 1'b1;
      4'(ing_pkg::ING_FN_NORM): begin
        {uses_b_o, mul1_o, mul2_o} = 3'b111;
        b_late_o = 2'd1;
      end
      4'(ing_pkg::ING_FN_ROPE):    {uses_b_o, mul1_o, mul2_o, add2_o} = 4'b1111;
      4'(ing_pkg::ING_FN_EXP2):    {add1_o, mul1_o, sfu_o} = 3'b111;
      4'(ing_pkg::ING_FN_EXP2ADD): {add1_o, mul1_o, sfu_o, add2_o} = 4'b1111;
      4'(ing_pkg::ING_FN_RECIPMUL): begin
        {uses_b_o, sfu_o, mul2_o} = 3'b111;
        b_late_o = 2'd2;
      end
      4'(ing_pkg::ING_FN_AFFINE): {mul1_o, add2_o} = 2'b11;
      4'(ing_pkg::ING_FN_RSQRT):  sfu_o = 1'b1;
      4'(ing_pkg::ING_FN_RECIP):  sfu_o = 1'b1;
      4'(ing_pkg::ING_FN_SQUARE): mul1_o = 1'b1;
      4'(ing_pkg::ING_FN_RMS), 4'(ing_pkg::ING_FN_EXP2MUL): begin
        {uses_b_o, add1_o, mul1_o, sfu_o, mul2_o} = 5'b11111;
        b_late_o = 2'd3;
      end
      default: ;
    endcase
  end

endmodule

`default_nettype wire
