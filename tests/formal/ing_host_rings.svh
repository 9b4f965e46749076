// SPDX-License-Identifier: MIT
// Properties of ing_host_rings, included at its end: what ing_host_axi is promised. A completion is written as one burst of
// its own bytes (the whole unit, by byte enables, where a beat is wider), which keeps within a page.

  localparam logic [63:0] FBytes = 64'(PortBits / 8);

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;
  always_comb assume (rst_ni == f_ran_q);

  logic [63:0] f_bytes;
  assign f_bytes = (64'(rw_len_o) + 64'd1) * FBytes;
  always_comb if (rst_ni && rw_valid_o) begin
    assert (64'(rw_addr_o[11:0]) + f_bytes <= 64'd4096);
    assert (f_bytes == ((FBytes > 64'd32) ? FBytes : 64'd32));
    assert ((64'(rw_addr_o[5:0]) & (FBytes - 64'd1)) == 64'd0);
  end
