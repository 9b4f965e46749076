// SPDX-License-Identifier: MIT
// Properties of ing_mem_slots, included at its end. One entry, whichever, is followed: a lookup gives the words that were
// last written, until the next lookup. Where the table is a part of what is proven, all this is assumed.

`ifdef TOP_ing_mem_slots
`define F_CLAIM assert
`else
`define F_CLAIM assume
`endif

  (* anyconst *) logic [7:0] f_key;
  logic        f_ran_q = 1'b0, f_en_q;
  logic [2:0]  f_known_q = 3'd0;  // base, length, permissions: written at least once
  logic [2:0]  f_sure_q = 3'd0;   // the last lookup was of this entry, and the word known and not just being written
  logic [2:0]  f_hit, f_known;
  assign f_known = f_known_q;     // (seen from outside: (* hierconn *) drops the initial value)
  logic [66:0] f_words_q, f_answer_q, f_before_q;
  assign f_hit = {3{we_i && waddr_i == f_key}} & {wword_i == 2'd2, wword_i == 2'd1, wword_i == 2'd0};

  always_ff @(posedge clk_i) begin
    f_ran_q    <= 1'b1;
    f_en_q     <= en_i;
    f_before_q <= {perm_o, len_o, base_o};
    f_known_q  <= f_known_q | f_hit;
    if (f_hit[0]) f_words_q[31:0] <= wdata_i;
    if (f_hit[1]) f_words_q[63:32] <= wdata_i;
    if (f_hit[2]) f_words_q[66:64] <= wdata_i[2:0];
    if (en_i) begin
      f_answer_q <= f_words_q;
      f_sure_q   <= (addr_i == f_key) ? f_known_q & ~f_hit : 3'd0;
    end
  end

  always_comb begin
    if (f_sure_q[0]) `F_CLAIM (base_o == f_answer_q[31:0]);
    if (f_sure_q[1]) `F_CLAIM (len_o == f_answer_q[63:32]);
    if (f_sure_q[2]) `F_CLAIM (perm_o == f_answer_q[66:64]);
    if (f_ran_q && !f_en_q) `F_CLAIM ({perm_o, len_o, base_o} == f_before_q);
    if (f_known_q[0]) `F_CLAIM (base_mem[f_key] == f_words_q[31:0]);
    if (f_known_q[1]) `F_CLAIM (len_mem[f_key] == f_words_q[63:32]);
    if (f_known_q[2]) `F_CLAIM (perm_mem[f_key] == f_words_q[66:64]);
  end

`undef F_CLAIM
