// SPDX-License-Identifier: MIT
//
// Functions by table (docs/arithmetic.md, section 4), or the operand unchanged, bit for bit, just as late.
// Latency 10, one result a cycle, any mix of functions, no stall, no reset.
//
// fn_i: ing_fp_pkg::SFU_PASS, SFU_EXP2, SFU_RECIP or SFU_RSQRT.
//
// A value travels as `val` with `calc`: without calc, val is the result; with it, val holds sign and
// exponent field, and the fraction comes from the table. The datapath rests where calc is 0.
// Stages: 1 classify, 2 exponent, or shift for exp2, 3 position, 4 ROM, 5 its output register,
// 6 c2 * r, 7 + c1, 8 * r, 9 + c0 and round, 10 pack.

`default_nettype none

module ing_sfu (
  input  wire logic        clk_i,
  input  wire logic [1:0]  fn_i,
  input  wire logic [31:0] x_i,
  output logic      [31:0] y_o
);
  // ---- 1: classify ----
  logic [31:0] x1_q;
  logic [1:0] fn1_q;
  logic tiny1_q, top1_q, nan1_q, whole1_q, over1_q, under1_q;
  logic [7:0] shift1_q;

  always_ff @(posedge clk_i) begin : classify
    x1_q <= x_i;
    fn1_q <= fn_i;
    tiny1_q <= x_i[30:23] == 8'd0;
    top1_q <= x_i[30:23] == 8'd255;
    nan1_q <= x_i[30:23] == 8'd255 && x_i[22:0] != 23'd0;
    whole1_q <= x_i[22:0] == 23'd0;
    over1_q <= x_i[30:0] >= 31'h43000000;   // 128
    under1_q <= x_i[30:0] > 31'h42fc0000;   // 126
    shift1_q <= 8'd133 - x_i[30:23];
  end

  // ---- 2: result exponent and special cases; for exp2 the argument in fixed point ----
  logic [31:0] val2_q;
  logic calc2_q, exp2_2_q, neg2_q;
  logic [1:0] table2_q;
  logic [22:0] pos2_q;
  logic [31:0] fix2_q;  // 30 integer bits in units of 2^-23, a half, and whether there is more

  always_ff @(posedge clk_i) begin : exponent
    logic [7:0] field;
    logic [60:0] wide;
    calc2_q <= 1'b0;
    exp2_2_q <= fn1_q == ing_fp_pkg::SFU_EXP2;
    neg2_q <= x1_q[31];
    pos2_q <= x1_q[22:0];
    val2_q <= x1_q;
    table2_q <= 2'd0;
    case (fn1_q)
      ing_fp_pkg::SFU_EXP2: begin
        wide = {1'b1, x1_q[22:0], 37'd0} >> (shift1_q[7:5] != 3'd0 ? 5'd31 : shift1_q[4:0]);
        fix2_q <= tiny1_q || shift1_q[7:5] != 3'd0 ? 32'd0
            : {wide[60:30], wide[29:0] != 30'd0};
        if (nan1_q) val2_q <= 32'h7fc00000;
        else if (!x1_q[31] && over1_q) val2_q <= 32'h7f800000;
        else if (x1_q[31] && under1_q) val2_q <= 32'd0;
        else begin
          val2_q <= 32'd0;
          calc2_q <= 1'b1;
        end
      end
      ing_fp_pkg::SFU_RECIP: begin
        field = (whole1_q ? 8'd254 : 8'd253) - x1_q[30:23];
        table2_q <= 2'd1;
        if (nan1_q) val2_q <= 32'h7fc00000;
        else if (tiny1_q) val2_q <= {x1_q[31], 31'h7f800000};
        else if (x1_q[30:23] >= (whole1_q ? 8'd254 : 8'd253)) val2_q <= {x1_q[31], 31'd0};
        else begin
          val2_q <= {x1_q[31], field, 23'd0};
          calc2_q <= !whole1_q;
        end
      end
      ing_fp_pkg::SFU_RSQRT: begin
        // 126 - floor((E - 127) / 2) = 190 - floor((E + 1) / 2)
        field = 8'd190 - {1'b0, x1_q[30:24]} - {7'd0, x1_q[23]};
        table2_q <= {1'b1, ~x1_q[23]};
        if (nan1_q) val2_q <= 32'h7fc00000;
        else if (tiny1_q) val2_q <= 32'h7f800000;
        else if (x1_q[31]) val2_q <= 32'h7fc00000;
        else if (top1_q) val2_q <= 32'd0;
        else if (whole1_q && x1_q[23]) val2_q <= {1'b0, field + 8'd1, 23'd0};
        else begin
          val2_q <= {1'b0, field, 23'd0};
          calc2_q <= 1'b1;
        end
      end
      default: ;
    endcase
  end

  // ---- 3: position in the table ----
  logic [31:0] val3_q;
  logic calc3_q, exp2_3_q;
  logic [7:0] int3_q;
  logic [8:0] addr3_q;
  logic [15:0] r3_q;

  always_ff @(posedge clk_i) begin : position
    logic [30:0] fixed;
    val3_q <= val2_q;
    calc3_q <= calc2_q;
    if (calc2_q) begin
      // Rounds to even, then negates: -(v + up) = ~v + !up.
      fixed = ({1'b0, fix2_q[31:2]} ^ {31{neg2_q}})
          + {30'd0, neg2_q ^ (fix2_q[1] & (fix2_q[0] | fix2_q[2]))};
      exp2_3_q <= exp2_2_q;
      int3_q <= fixed[30:23];
      addr3_q <= {table2_q, exp2_2_q ? fixed[22:16] : pos2_q[22:16]};
      r3_q <= exp2_2_q ? fixed[15:0] : pos2_q[15:0];
    end
  end

  // ---- 4, 5: coefficients ----
  logic [31:0] val4_q, val5_q;
  logic calc4_q, calc5_q;
  logic [15:0] r4_q, r5_q;
  logic [59:0] rom4, coef5_q;

  ing_sfu_rom u_rom (
    .clk_i  (clk_i),
    .addr_i (addr3_q),
    .data_o (rom4)
  );

  always_ff @(posedge clk_i) begin : coefficients
    calc4_q <= calc3_q;
    val4_q <= calc3_q && exp2_3_q ? {1'b0, int3_q + 8'd127, 23'd0} : val3_q;
    calc5_q <= calc4_q;
    val5_q <= val4_q;
    if (calc3_q) r4_q <= r3_q;
    if (calc4_q) begin
      r5_q <= r4_q;
      coef5_q <= rom4;
    end
  end

  // ---- 6 to 9: the quadratic; 10: pack ----
  logic [31:0] val6_q, val7_q, val8_q, val9_q;
  logic calc6_q, calc7_q, calc8_q, calc9_q;
  logic [15:0] r6_q, r7_q;
  logic [25:0] c0_6_q, c0_7_q, c0_8_q;
  logic signed [20:0] c1_6_q, slope7_q;
  logic [12:0] curve6_q;
  logic signed [20:0] rise8_q;
  logic [22:0] frac9_q;

  always_ff @(posedge clk_i) begin : curve
    // verilator lint_off UNUSEDSIGNAL
    logic [28:0] product;
    // verilator lint_on UNUSEDSIGNAL
    calc6_q <= calc5_q;
    val6_q <= val5_q;
    if (calc5_q) begin
      product = {16'd0, coef5_q[12:0]} * {13'd0, r5_q};
      curve6_q <= product[28:16];
      c0_6_q <= coef5_q[59:34];
      c1_6_q <= coef5_q[33:13];
      r6_q <= r5_q;
    end
  end

  always_ff @(posedge clk_i) begin : slope
    calc7_q <= calc6_q;
    val7_q <= val6_q;
    if (calc6_q) begin
      slope7_q <= c1_6_q + $signed({8'd0, curve6_q});
      c0_7_q <= c0_6_q;
      r7_q <= r6_q;
    end
  end

  always_ff @(posedge clk_i) begin : rise
    // verilator lint_off UNUSEDSIGNAL
    logic signed [37:0] product;
    // verilator lint_on UNUSEDSIGNAL
    calc8_q <= calc7_q;
    val8_q <= val7_q;
    if (calc7_q) begin
      product = 38'(slope7_q) * $signed({22'd0, r7_q});
      rise8_q <= product[36:16];
      c0_8_q <= c0_7_q;
    end
  end

  always_ff @(posedge clk_i) begin : mantissa
    // verilator lint_off UNUSEDSIGNAL
    logic [27:0] quad;
    // verilator lint_on UNUSEDSIGNAL
    calc9_q <= calc8_q;
    val9_q <= val8_q;
    if (calc8_q) begin
      // Bit 26 of c0 is not stored: it is always set. The 4 rounds. No sum reaches 2^27, so the
      // definition's minimum has nothing to do (arith_test looks at all of them).
      quad = {2'b01, c0_8_q} + {{7{rise8_q[20]}}, rise8_q} + 28'd4;
      frac9_q <= quad[25:3];
    end
  end

  always_ff @(posedge clk_i) begin : pack
    y_o <= calc9_q ? {val9_q[31:23], frac9_q} : val9_q;
  end
endmodule

`default_nettype wire
