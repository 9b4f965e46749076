// SPDX-License-Identifier: MIT
// The registers of a job: 16 words, R0 reads as zero. Two combinational read ports, one write port.
//
// pk_* (a token from PICK) cannot wait and goes first; we_i must hold until ready_o.
`default_nettype none

module ing_cmd_regs (
    input  wire logic        clk_i,
    input  wire logic        we_i,
    output var  logic        ready_o,
    input  wire logic [3:0]  waddr_i,
    input  wire logic [31:0] wdata_i,
    input  wire logic        pk_valid_i,
    input  wire logic [3:0]  pk_rd_i,
    input  wire logic [31:0] pk_token_i,
    input  wire logic [3:0]  aaddr_i,
    output var  logic [31:0] adata_o,
    input  wire logic [3:0]  baddr_i,
    output var  logic [31:0] bdata_o
);

  logic [31:0] reg_mem [ing_pkg::ING_REGS];

  assign ready_o = !pk_valid_i;
  assign adata_o = (aaddr_i == 4'd0) ? 32'd0 : reg_mem[aaddr_i];
  assign bdata_o = (baddr_i == 4'd0) ? 32'd0 : reg_mem[baddr_i];

  always_ff @(posedge clk_i) begin
    if (pk_valid_i) reg_mem[pk_rd_i] <= pk_token_i;
    else if (we_i) reg_mem[waddr_i] <= wdata_i;
  end

endmodule

`default_nettype wire
