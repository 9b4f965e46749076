// SPDX-License-Identifier: MIT
// One copy of the slot table with one lookup port.
//
// A lookup (en_i, addr_i) gives base_o, len_o, perm_o from the next cycle on, until the next lookup. Words are written one
// at a time; a write and a lookup of the same entry in one cycle give the old or the new word, unspecified which.
// Not reset: the owner clears the permissions after power-up.
`default_nettype none

module ing_mem_slots (
    input  wire logic        clk_i,
    input  wire logic        we_i,
    input  wire logic [7:0]  waddr_i,
    input  wire logic [1:0]  wword_i,
    input  wire logic [31:0] wdata_i,
    input  wire logic        en_i,
    input  wire logic [7:0]  addr_i,
    output var  logic [31:0] base_o,
    output var  logic [31:0] len_o,
    output var  logic [2:0]  perm_o
);

  localparam int unsigned Entries = ing_pkg::ING_CONTEXTS * ing_pkg::ING_SLOTS;

  logic [31:0] base_mem [Entries];
  logic [31:0] len_mem [Entries];
  logic [2:0]  perm_mem [Entries];

  always_ff @(posedge clk_i) begin
    if (we_i && wword_i == 2'(ing_pkg::ING_SLOT_BASE / 4)) base_mem[waddr_i] <= wdata_i;
    if (en_i) base_o <= base_mem[addr_i];
  end

  always_ff @(posedge clk_i) begin
    if (we_i && wword_i == 2'(ing_pkg::ING_SLOT_LEN / 4)) len_mem[waddr_i] <= wdata_i;
    if (en_i) len_o <= len_mem[addr_i];
  end

  always_ff @(posedge clk_i) begin
    if (we_i && wword_i == 2'(ing_pkg::ING_SLOT_PERM / 4)) perm_mem[waddr_i] <= wdata_i[2:0];
    if (en_i) perm_o <= perm_mem[addr_i];
  end

endmodule

`default_nettype wire
