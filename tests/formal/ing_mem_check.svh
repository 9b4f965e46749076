// SPDX-License-Identifier: MIT
// Properties of ing_mem_check, included at its end: the rule as the documents state it, in integers that cannot wrap.

  localparam logic [2:0] FRead = 3'b001;
  localparam logic [2:0] FWrite = 3'b010;
  localparam logic [2:0] FExec = 3'b100;

  logic [2:0]  f_needs;
  logic        f_perm, f_range;
  logic [63:0] f_first, f_end, f_len;

  assign f_needs = exec_i ? FExec : write_i ? FWrite : FRead;
  assign f_perm  = known_i && (perm_i & f_needs) == f_needs && (exec_i || (perm_i & FExec) == 3'b000);
  assign f_first = {31'd0, off_i};
  assign f_end   = f_first + {57'd0, run_i};
  assign f_len   = {32'd0, len_i};
  assign f_range = f_end <= f_len;

  always_comb begin
    assert (ok_o == (f_perm && f_range));
    if (!f_perm) begin
      assert (code_o == 8'(ing_pkg::ING_FAULT_PERM));
      assert (off_o == f_first[31:0]);
    end else if (!f_range) begin
      assert (code_o == 8'(ing_pkg::ING_FAULT_SLOT));
      if (f_first > f_len) assert (off_o == f_first[31:0]);
      else assert (off_o == len_i);
    end
  end
