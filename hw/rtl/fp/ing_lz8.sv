// SPDX-License-Identifier: MIT
//
// Leading zeros of a byte, 0 .. 7 (7 for zero as well). Combinational.

`default_nettype none

module ing_lz8 (
  input  wire logic [7:0] v_i,
  output logic      [2:0] lz_o
);
  always_comb begin
    casez (v_i)
      8'b1???????: lz_o = 3'd0;
      8'b01??????: lz_o = 3'd1;
      8'b001?????: lz_o = 3'd2;
      8'b0001????: lz_o = 3'd3;
      8'b00001???: lz_o = 3'd4;
      8'b000001??: lz_o = 3'd5;
      8'b0000001?: lz_o = 3'd6;
      default:     lz_o = 3'd7;
    endcase
  end
endmodule

`default_nettype wire
