// SPDX-License-Identifier: MIT
// Takes the scales and minima of the rows that leave the integer sums, L rows a cycle in row order, from the heads of
// their two FIFOs, and decodes them for the floating-point lanes.
//
// take_i (c8) takes the next L rows; end_i with it: the section ends there, what is left of the beat is padding. The
// result is at scale_o, min_o two cycles later (c10), per lane {sign, infinity, NaN, significand, exponent code}: the
// value is significand * 2^(code-127). bytes_i (16-bit blocks), min_i, noscale_i: the format, with
// take_i. Fetch puts a block's sections
// into the FIFOs before its digits, so the heads are always there in time (asserted).
`default_nettype none

module ing_stream_scale #(
    parameter int unsigned PortBits = 512,
    parameter int unsigned L = PortBits < 128 ? 1 : PortBits / 128
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                take_i,
    input  wire logic                end_i,
    input  wire logic                bytes_i,
    input  wire logic                min_i,
    input  wire logic                noscale_i,
    input  wire logic                sc_valid_i,
    input  wire logic [PortBits-1:0] sc_data_i,
    output var  logic                sc_pop_o,
    input  wire logic                mn_valid_i,
    input  wire logic [PortBits-1:0] mn_data_i,
    output var  logic                mn_pop_o,
    output var  logic [22*L-1:0]     scale_o,
    output var  logic [22*L-1:0]     min_o
);

  // Takes from a beat: of L fp16, of L bytes.
  localparam int unsigned Halves = PortBits / (16 * L);
  localparam int unsigned PW = $clog2(2 * Halves);

  logic [PW-1:0] at_q;
  wire logic wide = ~bytes_i;
  wire logic last = at_q == (wide ? PW'(Halves - 1) : PW'(2 * Halves - 1));

  assign sc_pop_o = take_i & ~noscale_i & (last | end_i);
  assign mn_pop_o = take_i & min_i & (last | end_i);

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clr_i) at_q <= '0;
    else if (take_i && !noscale_i) at_q <= last || end_i ? '0 : at_q + PW'(1);
  end

  logic [16*L-1:0] scale9_q, min9_q;
  logic byte9_q, min9_valid_q, one9_q;
  always_ff @(posedge clk_i) begin : pick
    if (take_i) begin
      if (wide) begin
        scale9_q <= sc_data_i[32'(at_q[PW-2:0])*16*L +: 16*L];
        min9_q <= mn_data_i[32'(at_q[PW-2:0])*16*L +: 16*L];
      end else begin
        for (int l = 0; l < L; l++) scale9_q[16*l +: 16] <= {8'd0, sc_data_i[(32'(at_q)*L+l)*8 +: 8]};
      end
      byte9_q <= bytes_i;
      min9_valid_q <= min_i;
      one9_q <= noscale_i;
    end
  end

  always_ff @(posedge clk_i) begin : decode
    logic [15:0] half;
    logic [7:0] code;
    for (int l = 0; l < L; l++) begin
      half = scale9_q[16*l +: 16];
      if (byte9_q) begin
        code = one9_q ? 8'd127 : half[7:0];
        scale_o[22*l +: 22] <= {
          2'b00,
          code == 8'(ing_pkg::ING_EXP_NAN),
          11'd1,
          code > 8'(ing_pkg::ING_EXP16_MAX) ? 8'(ing_pkg::ING_EXP16_MAX) : code == 8'd0 ? 8'd1 : code
        };
      end else begin
        scale_o[22*l +: 22] <= {
          half[15],
          half[14:10] == 5'd31 && half[9:0] == 10'd0,
          half[14:10] == 5'd31 && half[9:0] != 10'd0,
          half[14:10] != 5'd0,
          half[9:0],
          {3'd0, half[14:10]} + {7'd0, half[14:10] == 5'd0} + 8'd102
        };
      end
      half = min9_q[16*l +: 16];
      // Without minima: the lane takes the code 0 as "add -0".
      min_o[22*l +: 22] <= !min9_valid_q ? {1'b1, 21'd0} : {
        half[15],
        half[14:10] == 5'd31 && half[9:0] == 10'd0,
        half[14:10] == 5'd31 && half[9:0] != 10'd0,
        half[14:10] != 5'd0,
        half[9:0],
        {3'd0, half[14:10]} + {7'd0, half[14:10] == 5'd0} + 8'd102
      };
    end
  end

`ifdef ING_ASSERT
  assert property (@(posedge clk_i) disable iff (!rst_ni) take_i && !noscale_i |-> sc_valid_i);
  assert property (@(posedge clk_i) disable iff (!rst_ni) take_i && min_i |-> mn_valid_i);
`else
  wire logic unused = sc_valid_i & mn_valid_i;
`endif

endmodule

`default_nettype wire
