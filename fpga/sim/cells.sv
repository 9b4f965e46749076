// SPDX-License-Identifier: MIT
// Simulation models of the ECP5 cells that Yosys maps the core to, for Verilator: those that Yosys brings no model of,
// and those whose model is slow. Only the settings that Yosys uses are modelled. Registers start as the
// configuration sets them.
`default_nettype none

module LUT4 #(
    parameter logic [15:0] INIT = 16'd0
) (
    input  wire logic A, B, C, D,
    output var  logic Z
);
  assign Z = INIT[{D, C, B, A}];
endmodule

module PFUMX (
    input  wire logic ALUT, BLUT, C0,
    output var  logic Z
);
  assign Z = C0 ? ALUT : BLUT;
endmodule

module L6MUX21 (
    input  wire logic D0, D1, SD,
    output var  logic Z
);
  assign Z = SD ? D1 : D0;
endmodule

// Two bits of a carry chain. Yosys uses it with no injected carry only ("NO").
module CCU2C #(
    parameter logic [15:0] INIT0 = 16'd0,
    parameter logic [15:0] INIT1 = 16'd0,
    parameter INJECT1_0 = "YES",
    parameter INJECT1_1 = "YES"
) (
    input  wire logic CIN, A0, B0, C0, D0, A1, B1, C1, D1,
    output var  logic S0, S1, COUT
);
  if (INJECT1_0 != "NO" || INJECT1_1 != "NO") begin : g_check
    $fatal(1, "CCU2C: an injected carry is not modelled");
  end
  wire logic p0 = INIT0[{D0, C0, B0, A0}];
  wire logic p1 = INIT1[{D1, C1, B1, A1}];
  wire logic carry = p0 ? CIN : INIT0[{2'b00, B0, A0}];
  assign S0   = p0 ^ CIN;
  assign S1   = p1 ^ carry;
  assign COUT = p1 ? carry : INIT1[{2'b00, B1, A1}];
endmodule

module TRELLIS_FF #(
    parameter GSR = "ENABLED",
    parameter CEMUX = "1",
    parameter CLKMUX = "CLK",
    parameter LSRMUX = "LSR",
    parameter SRMODE = "LSR_OVER_CE",
    parameter REGSET = "RESET"
) (
    input  wire logic CLK, LSR, CE, DI,
    output var  logic Q
);
  localparam logic Value = REGSET == "SET";
  if (CLKMUX != "CLK" || LSRMUX != "LSR" || SRMODE != "LSR_OVER_CE") begin : g_check
    $fatal(1, "TRELLIS_FF: only a rising clock and a synchronous reset are modelled");
  end
  initial Q = Value;
  if (CEMUX == "1") begin : g_free
    always_ff @(posedge CLK) Q <= LSR ? Value : DI;
    wire logic unused = CE;
  end else begin : g_enabled
    always_ff @(posedge CLK) begin
      if (LSR) Q <= Value;
      else if (CE) Q <= DI;
    end
  end
endmodule

// Distributed memory, 16 words of 4 bits: written at the clock, read at once.
module TRELLIS_DPR16X4 #(
    parameter WCKMUX = "WCK",
    parameter WREMUX = "WRE",
    parameter logic [63:0] INITVAL = 64'd0
) (
    input  wire logic [3:0] DI, WAD, RAD,
    input  wire logic       WRE, WCK,
    output var  logic [3:0] DO
);
  logic [3:0] mem[16];
  initial for (int i = 0; i < 16; i++) mem[i] = INITVAL[4*i +: 4];
  always_ff @(posedge WCK) if (WRE) mem[WAD] <= DI;
  assign DO = mem[RAD];
endmodule

// Product of two 18-bit numbers; its registers are not used.
module MULT18X18D #(
    parameter REG_INPUTA_CLK = "NONE",
    parameter REG_INPUTB_CLK = "NONE",
    parameter REG_PIPELINE_CLK = "NONE",
    parameter REG_OUTPUT_CLK = "NONE"
) (
    input  wire logic
        A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0, B17, B16, B15, B14, B13, B12,
        B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0, C17, C16, C15, C14, C13, C12, C11, C10, C9, C8, C7, C6, C5,
        C4, C3, C2, C1, C0, SIGNEDA, SIGNEDB, SOURCEA, SOURCEB,
    output var  logic
        P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14,
        P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
);
  if (REG_INPUTA_CLK != "NONE" || REG_INPUTB_CLK != "NONE" || REG_PIPELINE_CLK != "NONE" || REG_OUTPUT_CLK != "NONE")
  begin : g_check
    $fatal(1, "MULT18X18D: its registers are not modelled");
  end
  wire logic [17:0] a = {
    A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0
  };
  wire logic [17:0] b = {
    B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0
  };
  // Of the 36 bits none depends on how the operands are extended beyond them.
  assign {
    P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18, P17, P16, P15, P14, P13,
    P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
  } = {{18{SIGNEDA & a[17]}}, a} * {{18{SIGNEDB & b[17]}}, b};
  wire logic unused = &{
    C17, C16, C15, C14, C13, C12, C11, C10, C9, C8, C7, C6, C5, C4, C3, C2, C1, C0, SOURCEA, SOURCEB
  };
endmodule

// Block RAM, 1024 words of 18 bits behind two ports. Narrower words are 1, 2, 4 or 9 bits of a byte of 9; a word of 36
// bits is written through port A and read through port B, with the other half of its data on the other's pins.
// A read of what the other port writes at the same time gives the complement of the old word: no design may use it.
module DP16KD #(
    parameter int DATA_WIDTH_A = 18,
    parameter int DATA_WIDTH_B = 18,
    parameter REGMODE_A = "NOREG",
    parameter REGMODE_B = "NOREG",
    parameter RESETMODE = "SYNC",
    parameter ASYNC_RESET_RELEASE = "SYNC",
    parameter CSDECODE_A = "0b000",
    parameter CSDECODE_B = "0b000",
    parameter CLKAMUX = "CLKA",
    parameter CLKBMUX = "CLKB",
    parameter WRITEMODE_A = "NORMAL",
    parameter WRITEMODE_B = "NORMAL",
    parameter GSR = "ENABLED",
    parameter logic [319:0] INITVAL_00 = 320'd0,
    parameter logic [319:0] INITVAL_01 = 320'd0,
    parameter logic [319:0] INITVAL_02 = 320'd0,
    parameter logic [319:0] INITVAL_03 = 320'd0,
    parameter logic [319:0] INITVAL_04 = 320'd0,
    parameter logic [319:0] INITVAL_05 = 320'd0,
    parameter logic [319:0] INITVAL_06 = 320'd0,
    parameter logic [319:0] INITVAL_07 = 320'd0,
    parameter logic [319:0] INITVAL_08 = 320'd0,
    parameter logic [319:0] INITVAL_09 = 320'd0,
    parameter logic [319:0] INITVAL_0A = 320'd0,
    parameter logic [319:0] INITVAL_0B = 320'd0,
    parameter logic [319:0] INITVAL_0C = 320'd0,
    parameter logic [319:0] INITVAL_0D = 320'd0,
    parameter logic [319:0] INITVAL_0E = 320'd0,
    parameter logic [319:0] INITVAL_0F = 320'd0,
    parameter logic [319:0] INITVAL_10 = 320'd0,
    parameter logic [319:0] INITVAL_11 = 320'd0,
    parameter logic [319:0] INITVAL_12 = 320'd0,
    parameter logic [319:0] INITVAL_13 = 320'd0,
    parameter logic [319:0] INITVAL_14 = 320'd0,
    parameter logic [319:0] INITVAL_15 = 320'd0,
    parameter logic [319:0] INITVAL_16 = 320'd0,
    parameter logic [319:0] INITVAL_17 = 320'd0,
    parameter logic [319:0] INITVAL_18 = 320'd0,
    parameter logic [319:0] INITVAL_19 = 320'd0,
    parameter logic [319:0] INITVAL_1A = 320'd0,
    parameter logic [319:0] INITVAL_1B = 320'd0,
    parameter logic [319:0] INITVAL_1C = 320'd0,
    parameter logic [319:0] INITVAL_1D = 320'd0,
    parameter logic [319:0] INITVAL_1E = 320'd0,
    parameter logic [319:0] INITVAL_1F = 320'd0,
    parameter logic [319:0] INITVAL_20 = 320'd0,
    parameter logic [319:0] INITVAL_21 = 320'd0,
    parameter logic [319:0] INITVAL_22 = 320'd0,
    parameter logic [319:0] INITVAL_23 = 320'd0,
    parameter logic [319:0] INITVAL_24 = 320'd0,
    parameter logic [319:0] INITVAL_25 = 320'd0,
    parameter logic [319:0] INITVAL_26 = 320'd0,
    parameter logic [319:0] INITVAL_27 = 320'd0,
    parameter logic [319:0] INITVAL_28 = 320'd0,
    parameter logic [319:0] INITVAL_29 = 320'd0,
    parameter logic [319:0] INITVAL_2A = 320'd0,
    parameter logic [319:0] INITVAL_2B = 320'd0,
    parameter logic [319:0] INITVAL_2C = 320'd0,
    parameter logic [319:0] INITVAL_2D = 320'd0,
    parameter logic [319:0] INITVAL_2E = 320'd0,
    parameter logic [319:0] INITVAL_2F = 320'd0,
    parameter logic [319:0] INITVAL_30 = 320'd0,
    parameter logic [319:0] INITVAL_31 = 320'd0,
    parameter logic [319:0] INITVAL_32 = 320'd0,
    parameter logic [319:0] INITVAL_33 = 320'd0,
    parameter logic [319:0] INITVAL_34 = 320'd0,
    parameter logic [319:0] INITVAL_35 = 320'd0,
    parameter logic [319:0] INITVAL_36 = 320'd0,
    parameter logic [319:0] INITVAL_37 = 320'd0,
    parameter logic [319:0] INITVAL_38 = 320'd0,
    parameter logic [319:0] INITVAL_39 = 320'd0,
    parameter logic [319:0] INITVAL_3A = 320'd0,
    parameter logic [319:0] INITVAL_3B = 320'd0,
    parameter logic [319:0] INITVAL_3C = 320'd0,
    parameter logic [319:0] INITVAL_3D = 320'd0,
    parameter logic [319:0] INITVAL_3E = 320'd0,
    parameter logic [319:0] INITVAL_3F = 320'd0
) (
    input  wire logic
        DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1,
        DIA0, ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0, CEA, OCEA, CLKA,
        WEA, RSTA, CSA2, CSA1, CSA0,
    output var  logic
        DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1,
        DOA0,
    input  wire logic
        DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1,
        DIB0, ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0, CEB, OCEB, CLKB,
        WEB, RSTB, CSB2, CSB1, CSB0,
    output var  logic
        DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1,
        DOB0
);
  if (REGMODE_A != "NOREG" || REGMODE_B != "NOREG" || CLKAMUX != "CLKA" || CLKBMUX != "CLKB" || RESETMODE != "SYNC")
  begin : g_check
    $fatal(1, "DP16KD: only rising clocks, no output registers and synchronous resets are modelled");
  end
  localparam bit Wide = DATA_WIDTH_A == 36 || DATA_WIDTH_B == 36;

  logic [17:0] mem[1024];
  initial begin
    for (int i = 0; i < 16; i++) begin
      mem[0+i] = INITVAL_00[20*i +: 18];
      mem[16+i] = INITVAL_01[20*i +: 18];
      mem[32+i] = INITVAL_02[20*i +: 18];
      mem[48+i] = INITVAL_03[20*i +: 18];
      mem[64+i] = INITVAL_04[20*i +: 18];
      mem[80+i] = INITVAL_05[20*i +: 18];
      mem[96+i] = INITVAL_06[20*i +: 18];
      mem[112+i] = INITVAL_07[20*i +: 18];
      mem[128+i] = INITVAL_08[20*i +: 18];
      mem[144+i] = INITVAL_09[20*i +: 18];
      mem[160+i] = INITVAL_0A[20*i +: 18];
      mem[176+i] = INITVAL_0B[20*i +: 18];
      mem[192+i] = INITVAL_0C[20*i +: 18];
      mem[208+i] = INITVAL_0D[20*i +: 18];
      mem[224+i] = INITVAL_0E[20*i +: 18];
      mem[240+i] = INITVAL_0F[20*i +: 18];
      mem[256+i] = INITVAL_10[20*i +: 18];
      mem[272+i] = INITVAL_11[20*i +: 18];
      mem[288+i] = INITVAL_12[20*i +: 18];
      mem[304+i] = INITVAL_13[20*i +: 18];
      mem[320+i] = INITVAL_14[20*i +: 18];
      mem[336+i] = INITVAL_15[20*i +: 18];
      mem[352+i] = INITVAL_16[20*i +: 18];
      mem[368+i] = INITVAL_17[20*i +: 18];
      mem[384+i] = INITVAL_18[20*i +: 18];
      mem[400+i] = INITVAL_19[20*i +: 18];
      mem[416+i] = INITVAL_1A[20*i +: 18];
      mem[432+i] = INITVAL_1B[20*i +: 18];
      mem[448+i] = INITVAL_1C[20*i +: 18];
      mem[464+i] = INITVAL_1D[20*i +: 18];
      mem[480+i] = INITVAL_1E[20*i +: 18];
      mem[496+i] = INITVAL_1F[20*i +: 18];
      mem[512+i] = INITVAL_20[20*i +: 18];
      mem[528+i] = INITVAL_21[20*i +: 18];
      mem[544+i] = INITVAL_22[20*i +: 18];
      mem[560+i] = INITVAL_23[20*i +: 18];
      mem[576+i] = INITVAL_24[20*i +: 18];
      mem[592+i] = INITVAL_25[20*i +: 18];
      mem[608+i] = INITVAL_26[20*i +: 18];
      mem[624+i] = INITVAL_27[20*i +: 18];
      mem[640+i] = INITVAL_28[20*i +: 18];
      mem[656+i] = INITVAL_29[20*i +: 18];
      mem[672+i] = INITVAL_2A[20*i +: 18];
      mem[688+i] = INITVAL_2B[20*i +: 18];
      mem[704+i] = INITVAL_2C[20*i +: 18];
      mem[720+i] = INITVAL_2D[20*i +: 18];
      mem[736+i] = INITVAL_2E[20*i +: 18];
      mem[752+i] = INITVAL_2F[20*i +: 18];
      mem[768+i] = INITVAL_30[20*i +: 18];
      mem[784+i] = INITVAL_31[20*i +: 18];
      mem[800+i] = INITVAL_32[20*i +: 18];
      mem[816+i] = INITVAL_33[20*i +: 18];
      mem[832+i] = INITVAL_34[20*i +: 18];
      mem[848+i] = INITVAL_35[20*i +: 18];
      mem[864+i] = INITVAL_36[20*i +: 18];
      mem[880+i] = INITVAL_37[20*i +: 18];
      mem[896+i] = INITVAL_38[20*i +: 18];
      mem[912+i] = INITVAL_39[20*i +: 18];
      mem[928+i] = INITVAL_3A[20*i +: 18];
      mem[944+i] = INITVAL_3B[20*i +: 18];
      mem[960+i] = INITVAL_3C[20*i +: 18];
      mem[976+i] = INITVAL_3D[20*i +: 18];
      mem[992+i] = INITVAL_3E[20*i +: 18];
      mem[1008+i] = INITVAL_3F[20*i +: 18];
    end
  end

  wire logic [13:0] ada = {
    ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0
  };
  wire logic [17:0] dia = {
    DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3, DIA2, DIA1, DIA0
  };
  logic [17:0] doa_q;
  assign {
    DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4, DOA3, DOA2, DOA1, DOA0
  } = doa_q;
  wire logic [13:0] adb = {
    ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0
  };
  wire logic [17:0] dib = {
    DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3, DIB2, DIB1, DIB0
  };
  logic [17:0] dob_q;
  assign {
    DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4, DOB3, DOB2, DOB1, DOB0
  } = dob_q;

  // Bits of the 18 that a port's access touches, and its data there.
  function automatic logic [17:0] bits_of(input int width, input logic [13:0] ad);
    case (width)
      1: return 18'h1 << (9 * 32'(ad[3]) + 32'(ad[2:0]));
      2: return 18'h3 << (9 * 32'(ad[3]) + 2 * 32'(ad[2:1]));
      4: return 18'hf << (9 * 32'(ad[3]) + 4 * 32'(ad[2]));
      9: return 18'h1ff << (9 * 32'(ad[3]));
      default: return {{9{ad[1]}}, {9{ad[0]}}};  // byte enables
    endcase
  endfunction

  function automatic logic [17:0] place(input int width, input logic [13:0] ad, input logic [17:0] d);
    case (width)
      1: return {18{d[0]}};
      2: return {1'b0, {4{d[1:0]}}, 1'b0, {4{d[1:0]}}};
      4: return {1'b0, {2{d[3:0]}}, 1'b0, {2{d[3:0]}}};
      9: return {2{d[8:0]}};
      default: return d;
    endcase
  endfunction

  function automatic logic [17:0] get(input int width, input logic [13:0] ad, input logic [17:0] word);
    case (width)
      1: return 18'(word[9*32'(ad[3]) + 32'(ad[2:0])]);
      2: return 18'(word[9*32'(ad[3]) + 2*32'(ad[2:1]) +: 2]);
      4: return 18'(word[9*32'(ad[3]) + 4*32'(ad[2]) +: 4]);
      9: return 18'(word[9*32'(ad[3]) +: 9]);
      default: return word;
    endcase
  endfunction

  wire logic same = Wide ? ada[13:5] == adb[13:5] : ada[13:4] == adb[13:4];

  always_ff @(posedge CLKA) begin : port_a
    logic [17:0] old, touched, now;
    if (DATA_WIDTH_A == 36) begin
      if (CEA && WEA) begin
        for (int i = 0; i < 9; i++) begin
          if (ada[0]) mem[{ada[13:5], 1'b0}][i] <= dia[i];
          if (ada[1]) mem[{ada[13:5], 1'b0}][9+i] <= dia[9+i];
          if (ada[2]) mem[{ada[13:5], 1'b1}][i] <= dib[i];
          if (ada[3]) mem[{ada[13:5], 1'b1}][9+i] <= dib[9+i];
        end
      end
    end else begin
      old = mem[ada[13:4]];
      touched = bits_of(DATA_WIDTH_A, ada);
      now = (old & ~touched) | (place(DATA_WIDTH_A, ada, dia) & touched);
      if (CEA && WEA && !RSTA) mem[ada[13:4]] <= now;
      if (DATA_WIDTH_B != 36) begin
        if (CEA && CEB && WEB && same) old = ~old;
        if (RSTA) doa_q <= 18'd0;
        else if (CEA && (!WEA || WRITEMODE_A == "READBEFOREWRITE")) doa_q <= get(DATA_WIDTH_A, ada, old);
        else if (CEA && WRITEMODE_A == "WRITETHROUGH") doa_q <= get(DATA_WIDTH_A, ada, now);
      end
    end
  end

  always_ff @(posedge CLKB) begin : port_b
    logic [17:0] old, touched, now;
    logic bad;
    bad = CEA && WEA && same;
    if (DATA_WIDTH_B == 36) begin
      if (RSTB) begin
        doa_q <= 18'd0;
        dob_q <= 18'd0;
      end else if (CEB) begin
        doa_q <= mem[{adb[13:5], 1'b0}] ^ {18{bad}};
        dob_q <= mem[{adb[13:5], 1'b1}] ^ {18{bad}};
      end
    end else begin
      old = mem[adb[13:4]];
      touched = bits_of(DATA_WIDTH_B, adb);
      now = (old & ~touched) | (place(DATA_WIDTH_B, adb, dib) & touched);
      if (CEB && WEB && !RSTB && DATA_WIDTH_A != 36) mem[adb[13:4]] <= now;
      if (bad && CEB) old = ~old;
      if (RSTB) dob_q <= 18'd0;
      else if (CEB && (!WEB || WRITEMODE_B == "READBEFOREWRITE")) dob_q <= get(DATA_WIDTH_B, adb, old);
      else if (CEB && WRITEMODE_B == "WRITETHROUGH") dob_q <= get(DATA_WIDTH_B, adb, now);
    end
  end

  wire logic unused = &{OCEA, OCEB, CSA2, CSA1, CSA0, CSB2, CSB1, CSB0};
endmodule

`default_nettype wire
