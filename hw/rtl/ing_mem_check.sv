// SPDX-License-Identifier: MIT
// The rule of slots, as pure logic: may a run of units be accessed?
//
// ok_o: yes. Otherwise code_o and off_o are what the fault record says: PERM with the first unit asked for, or SLOT with
// the larger of the first unit and the slot's length. Nothing wraps: off_i has a carry bit and the sum another one.
//   exec_i   the front end fetches a command: needs EXEC; otherwise a slot with EXEC is out of bounds
//   write_i  needs WRITE instead of READ (with exec_i low)
`default_nettype none

module ing_mem_check (
    input  wire logic        exec_i,
    input  wire logic        write_i,
    input  wire logic        known_i,  // slot number below ING_SLOTS
    input  wire logic [2:0]  perm_i,
    input  wire logic [31:0] len_i,
    input  wire logic [32:0] off_i,
    input  wire logic [6:0]  run_i,
    output var  logic        ok_o,
    output var  logic [7:0]  code_o,
    output var  logic [31:0] off_o
);

  logic perm_ok, range_ok;

  always_comb begin
    if (exec_i) perm_ok = (perm_i & 3'(ing_pkg::ING_PERM_EXEC)) != 3'd0;
    else if ((perm_i & 3'(ing_pkg::ING_PERM_EXEC)) != 3'd0) perm_ok = 1'b0;
    else if (write_i) perm_ok = (perm_i & 3'(ing_pkg::ING_PERM_WRITE)) != 3'd0;
    else perm_ok = (perm_i & 3'(ing_pkg::ING_PERM_READ)) != 3'd0;
    if (!known_i) perm_ok = 1'b0;

    range_ok = {1'b0, off_i} + {27'd0, run_i} <= {2'b00, len_i};
    ok_o     = perm_ok && range_ok;
    code_o   = perm_ok ? 8'(ing_pkg::ING_FAULT_SLOT) : 8'(ing_pkg::ING_FAULT_PERM);
    off_o    = (perm_ok && off_i < {1'b0, len_i}) ? len_i : off_i[31:0];
  end

endmodule

`default_nettype wire
