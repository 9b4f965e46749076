// SPDX-License-Identifier: MIT
//
// Functions by table (docs/arithmetic.md, section 4), or the operand unchanged, bit for bit, just as late.
// One result a cycle, any mix of functions, no stall, no reset.
//
// fn_i: ing_fp_pkg::SFU_PASS, SFU_EXP2, SFU_RECIP or SFU_RSQRT.
//
// A value travels as `val` with `calc`: without calc, val is the result; with it, val holds sign and
// exponent field, and the fraction comes from the table. The datapath rests where calc is 0.
// Stages: 1 classify, 2 exponent, or shift for exp2, 3 position, 4 ROM, 5 its output register,
// 6 c2 * r, 7 + c1, 8 * r, 9 + c0 and round, 10 pack.
// Depth: of the pipeline (ing_fp_pkg).

`default_nettype none

module ing_sfu #(
  parameter int unsigned Depth = ing_fp_pkg::DEPTH_FULL
) (
  input  wire logic        clk_i,
  input  wire logic [1:0]  fn_i,
  input  wire logic [31:0] x_i,
  output logic      [31:0] y_o
);
  localparam logic [9:0] Stages = ing_fp_pkg::sfu_stages(Depth);
  logic [31:0] y_d;

  // ---- 1: classify ----
  logic [31:0] x1_d, x1_q;
  logic [1:0] fn1_d, fn1_q;
  logic tiny1_d, tiny1_q, top1_d, top1_q, nan1_d, nan1_q, whole1_d, whole1_q, over1_d, over1_q, under1_d, under1_q;
  logic [7:0] shift1_d, shift1_q;

  always_comb begin : classify
    x1_d = x_i;
    fn1_d = fn_i;
    tiny1_d = x_i[30:23] == 8'd0;
    top1_d = x_i[30:23] == 8'd255;
    nan1_d = x_i[30:23] == 8'd255 && x_i[22:0] != 23'd0;
    whole1_d = x_i[22:0] == 23'd0;
    over1_d = x_i[30:0] >= 31'h43000000;   // 128
    under1_d = x_i[30:0] > 31'h42fc0000;   // 126
    shift1_d = 8'd133 - x_i[30:23];
  end
  ing_stage #(.Width(32), .Keep(Stages[0])) u_x1 (.clk_i, .d_i(x1_d), .q_o(x1_q));
  ing_stage #(.Width(2), .Keep(Stages[0])) u_fn1 (.clk_i, .d_i(fn1_d), .q_o(fn1_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_tiny1 (.clk_i, .d_i(tiny1_d), .q_o(tiny1_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_top1 (.clk_i, .d_i(top1_d), .q_o(top1_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_nan1 (.clk_i, .d_i(nan1_d), .q_o(nan1_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_whole1 (.clk_i, .d_i(whole1_d), .q_o(whole1_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_over1 (.clk_i, .d_i(over1_d), .q_o(over1_q));
  ing_stage #(.Width(1), .Keep(Stages[0])) u_under1 (.clk_i, .d_i(under1_d), .q_o(under1_q));
  ing_stage #(.Width(8), .Keep(Stages[0])) u_shift1 (.clk_i, .d_i(shift1_d), .q_o(shift1_q));

  // ---- 2: result exponent and special cases; for exp2 the argument in fixed point ----
  logic [31:0] val2_d, val2_q;
  logic calc2_d, calc2_q, exp2_2_d, exp2_2_q, neg2_d, neg2_q;
  logic [1:0] table2_d, table2_q;
  logic [22:0] pos2_d, pos2_q;
  logic [31:0] fix2_d, fix2_q;  // 30 integer bits in units of 2^-23, a half, and whether there is more

  always_comb begin : exponent
    logic [7:0] field;
    logic [60:0] wide;
    calc2_d = 1'b0;
    exp2_2_d = fn1_q == ing_fp_pkg::SFU_EXP2;
    neg2_d = x1_q[31];
    pos2_d = x1_q[22:0];
    val2_d = x1_q;
    table2_d = 2'd0;
    field = 8'd0;
    wide = {1'b1, x1_q[22:0], 37'd0} >> (shift1_q[7:5] != 3'd0 ? 5'd31 : shift1_q[4:0]);
    fix2_d = tiny1_q || shift1_q[7:5] != 3'd0 ? 32'd0
        : {wide[60:30], wide[29:0] != 30'd0};
    case (fn1_q)
      ing_fp_pkg::SFU_EXP2: begin
        if (nan1_q) val2_d = 32'h7fc00000;
        else if (!x1_q[31] && over1_q) val2_d = 32'h7f800000;
        else if (x1_q[31] && under1_q) val2_d = 32'd0;
        else begin
          val2_d = 32'd0;
          calc2_d = 1'b1;
        end
      end
      ing_fp_pkg::SFU_RECIP: begin
        field = (whole1_q ? 8'd254 : 8'd253) - x1_q[30:23];
        table2_d = 2'd1;
        if (nan1_q) val2_d = 32'h7fc00000;
        else if (tiny1_q) val2_d = {x1_q[31], 31'h7f800000};
        else if (x1_q[30:23] >= (whole1_q ? 8'd254 : 8'd253)) val2_d = {x1_q[31], 31'd0};
        else begin
          val2_d = {x1_q[31], field, 23'd0};
          calc2_d = !whole1_q;
        end
      end
      ing_fp_pkg::SFU_RSQRT: begin
        // 126 - floor((E - 127) / 2) = 190 - floor((E + 1) / 2)
        field = 8'd190 - {1'b0, x1_q[30:24]} - {7'd0, x1_q[23]};
        table2_d = {1'b1, ~x1_q[23]};
        if (nan1_q) val2_d = 32'h7fc00000;
        else if (tiny1_q) val2_d = 32'h7f800000;
        else if (x1_q[31]) val2_d = 32'h7fc00000;
        else if (top1_q) val2_d = 32'd0;
        else if (whole1_q && x1_q[23]) val2_d = {1'b0, field + 8'd1, 23'd0};
        else begin
          val2_d = {1'b0, field, 23'd0};
          calc2_d = 1'b1;
        end
      end
      default: ;
    endcase
  end
  ing_stage #(.Width(1), .Keep(Stages[1])) u_calc2 (.clk_i, .d_i(calc2_d), .q_o(calc2_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_exp2_2 (.clk_i, .d_i(exp2_2_d), .q_o(exp2_2_q));
  ing_stage #(.Width(1), .Keep(Stages[1])) u_neg2 (.clk_i, .d_i(neg2_d), .q_o(neg2_q));
  ing_stage #(.Width(23), .Keep(Stages[1])) u_pos2 (.clk_i, .d_i(pos2_d), .q_o(pos2_q));
  ing_stage #(.Width(32), .Keep(Stages[1])) u_val2 (.clk_i, .d_i(val2_d), .q_o(val2_q));
  ing_stage #(.Width(2), .Keep(Stages[1])) u_table2 (.clk_i, .d_i(table2_d), .q_o(table2_q));
  ing_stage #(.Width(32), .Keep(Stages[1])) u_fix2 (.clk_i, .d_i(fix2_d), .q_o(fix2_q));

  // ---- 3: position in the table ----
  logic [31:0] val3_d, val3_q;
  logic calc3_d, calc3_q, exp2_3_d, exp2_3_q;
  logic [7:0] int3_d, int3_q;
  logic [8:0] addr3_d, addr3_q;
  logic [15:0] r3_d, r3_q;

  always_comb begin : position
    logic [30:0] fixed;
    val3_d = val2_q;
    calc3_d = calc2_q;
    // Rounds to even, then negates: -(v + up) = ~v + !up.
    fixed = ({1'b0, fix2_q[31:2]} ^ {31{neg2_q}})
        + {30'd0, neg2_q ^ (fix2_q[1] & (fix2_q[0] | fix2_q[2]))};
    exp2_3_d = exp2_2_q;
    int3_d = fixed[30:23];
    addr3_d = {table2_q, exp2_2_q ? fixed[22:16] : pos2_q[22:16]};
    r3_d = exp2_2_q ? fixed[15:0] : pos2_q[15:0];
  end
  ing_stage #(.Width(32), .Keep(Stages[2])) u_val3 (.clk_i, .d_i(val3_d), .q_o(val3_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_calc3 (.clk_i, .d_i(calc3_d), .q_o(calc3_q));
  ing_stage #(.Width(1), .Keep(Stages[2])) u_exp2_3 (.clk_i, .d_i(exp2_3_d), .q_o(exp2_3_q));
  ing_stage #(.Width(8), .Keep(Stages[2])) u_int3 (.clk_i, .d_i(int3_d), .q_o(int3_q));
  ing_stage #(.Width(9), .Keep(Stages[2])) u_addr3 (.clk_i, .d_i(addr3_d), .q_o(addr3_q));
  ing_stage #(.Width(16), .Keep(Stages[2])) u_r3 (.clk_i, .d_i(r3_d), .q_o(r3_q));

  // ---- 4, 5: coefficients ----
  logic [31:0] val4_d, val4_q, val5_d, val5_q;
  logic calc4_d, calc4_q, calc5_d, calc5_q;
  logic [15:0] r4_d, r4_q, r5_d, r5_q;
  logic [59:0] rom4;
  logic [59:0] coef5_d, coef5_q;

  ing_sfu_rom u_rom (
    .clk_i  (clk_i),
    .addr_i (addr3_q),
    .data_o (rom4)
  );

  always_comb begin : coefficients
    calc4_d = calc3_q;
    val4_d = calc3_q && exp2_3_q ? {1'b0, int3_q + 8'd127, 23'd0} : val3_q;
    calc5_d = calc4_q;
    val5_d = val4_q;
    r4_d = r3_q;
    r5_d = r4_q;
    coef5_d = rom4;
  end
  ing_stage #(.Width(1), .Keep(Stages[3])) u_calc4 (.clk_i, .d_i(calc4_d), .q_o(calc4_q));
  ing_stage #(.Width(32), .Keep(Stages[3])) u_val4 (.clk_i, .d_i(val4_d), .q_o(val4_q));
  ing_stage #(.Width(1), .Keep(Stages[4])) u_calc5 (.clk_i, .d_i(calc5_d), .q_o(calc5_q));
  ing_stage #(.Width(32), .Keep(Stages[4])) u_val5 (.clk_i, .d_i(val5_d), .q_o(val5_q));
  ing_stage #(.Width(16), .Keep(Stages[3])) u_r4 (.clk_i, .d_i(r4_d), .q_o(r4_q));
  ing_stage #(.Width(16), .Keep(Stages[4])) u_r5 (.clk_i, .d_i(r5_d), .q_o(r5_q));
  ing_stage #(.Width(60), .Keep(Stages[4])) u_coef5 (.clk_i, .d_i(coef5_d), .q_o(coef5_q));

  // ---- 6 to 9: the quadratic; 10: pack ----
  logic [31:0] val6_d, val6_q, val7_d, val7_q, val8_d, val8_q, val9_d, val9_q;
  logic calc6_d, calc6_q, calc7_d, calc7_q, calc8_d, calc8_q, calc9_d, calc9_q;
  logic [15:0] r6_d, r6_q, r7_d, r7_q;
  logic [25:0] c0_6_d, c0_6_q, c0_7_d, c0_7_q, c0_8_d, c0_8_q;
  logic signed [20:0] c1_6_d, c1_6_q, slope7_d, slope7_q;
  logic [12:0] curve6_d, curve6_q;
  logic signed [20:0] rise8_d, rise8_q;
  logic [22:0] frac9_d, frac9_q;

  always_comb begin : curve
    // verilator lint_off UNUSEDSIGNAL
    logic [28:0] product;
    // verilator lint_on UNUSEDSIGNAL
    calc6_d = calc5_q;
    val6_d = val5_q;
    product = {16'd0, coef5_q[12:0]} * {13'd0, r5_q};
    curve6_d = product[28:16];
    c0_6_d = coef5_q[59:34];
    c1_6_d = coef5_q[33:13];
    r6_d = r5_q;
  end
  ing_stage #(.Width(1), .Keep(Stages[5])) u_calc6 (.clk_i, .d_i(calc6_d), .q_o(calc6_q));
  ing_stage #(.Width(32), .Keep(Stages[5])) u_val6 (.clk_i, .d_i(val6_d), .q_o(val6_q));
  ing_stage #(.Width(13), .Keep(Stages[5])) u_curve6 (.clk_i, .d_i(curve6_d), .q_o(curve6_q));
  ing_stage #(.Width(26), .Keep(Stages[5])) u_c0_6 (.clk_i, .d_i(c0_6_d), .q_o(c0_6_q));
  ing_stage #(.Width(21), .Keep(Stages[5])) u_c1_6 (.clk_i, .d_i(c1_6_d), .q_o(c1_6_q));
  ing_stage #(.Width(16), .Keep(Stages[5])) u_r6 (.clk_i, .d_i(r6_d), .q_o(r6_q));

  always_comb begin : slope
    calc7_d = calc6_q;
    val7_d = val6_q;
    slope7_d = c1_6_q + $signed({8'd0, curve6_q});
    c0_7_d = c0_6_q;
    r7_d = r6_q;
  end
  ing_stage #(.Width(1), .Keep(Stages[6])) u_calc7 (.clk_i, .d_i(calc7_d), .q_o(calc7_q));
  ing_stage #(.Width(32), .Keep(Stages[6])) u_val7 (.clk_i, .d_i(val7_d), .q_o(val7_q));
  ing_stage #(.Width(21), .Keep(Stages[6])) u_slope7 (.clk_i, .d_i(slope7_d), .q_o(slope7_q));
  ing_stage #(.Width(26), .Keep(Stages[6])) u_c0_7 (.clk_i, .d_i(c0_7_d), .q_o(c0_7_q));
  ing_stage #(.Width(16), .Keep(Stages[6])) u_r7 (.clk_i, .d_i(r7_d), .q_o(r7_q));

  always_comb begin : rise
    // verilator lint_off UNUSEDSIGNAL
    logic signed [37:0] product;
    // verilator lint_on UNUSEDSIGNAL
    calc8_d = calc7_q;
    val8_d = val7_q;
    product = 38'(slope7_q) * $signed({22'd0, r7_q});
    rise8_d = product[36:16];
    c0_8_d = c0_7_q;
  end
  ing_stage #(.Width(1), .Keep(Stages[7])) u_calc8 (.clk_i, .d_i(calc8_d), .q_o(calc8_q));
  ing_stage #(.Width(32), .Keep(Stages[7])) u_val8 (.clk_i, .d_i(val8_d), .q_o(val8_q));
  ing_stage #(.Width(21), .Keep(Stages[7])) u_rise8 (.clk_i, .d_i(rise8_d), .q_o(rise8_q));
  ing_stage #(.Width(26), .Keep(Stages[7])) u_c0_8 (.clk_i, .d_i(c0_8_d), .q_o(c0_8_q));

  always_comb begin : mantissa
    // verilator lint_off UNUSEDSIGNAL
    logic [27:0] quad;
    // verilator lint_on UNUSEDSIGNAL
    calc9_d = calc8_q;
    val9_d = val8_q;
    // Bit 26 of c0 is not stored: it is always set. The 4 rounds. No sum reaches 2^27, so the
    // definition's minimum has nothing to do (arith_test looks at all of them).
    quad = {2'b01, c0_8_q} + {{7{rise8_q[20]}}, rise8_q} + 28'd4;
    frac9_d = quad[25:3];
  end
  ing_stage #(.Width(1), .Keep(Stages[8])) u_calc9 (.clk_i, .d_i(calc9_d), .q_o(calc9_q));
  ing_stage #(.Width(32), .Keep(Stages[8])) u_val9 (.clk_i, .d_i(val9_d), .q_o(val9_q));
  ing_stage #(.Width(23), .Keep(Stages[8])) u_frac9 (.clk_i, .d_i(frac9_d), .q_o(frac9_q));

  always_comb begin : pack
    y_d = calc9_q ? {val9_q[31:23], frac9_q} : val9_q;
  end
  ing_stage #(.Width(32), .Keep(Stages[9])) u_y (.clk_i, .d_i(y_d), .q_o(y_o));
endmodule

`default_nettype wire
