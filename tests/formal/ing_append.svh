// SPDX-License-Identifier: MIT
// Properties of ing_append, included at its end: what ing_mem_write is promised. A beat lies within its unit, and stays as it
// is until it is taken.

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;
  always_comb assume (rst_ni == f_ran_q);

  logic        f_wait_q;
  logic [34:0] f_beat_q;
  always_ff @(posedge clk_i) begin
    f_wait_q <= rst_ni && !clr_i && wq_valid_o && !wq_ready_i;
    f_beat_q <= {wq_off_o, wq_sub_o};
  end

  always_comb if (rst_ni) begin
    if (wq_valid_o) assert ({1'b0, wq_sub_o} < 4'(1 << SubLog));
    if (f_wait_q) assert (wq_valid_o && {wq_off_o, wq_sub_o} == f_beat_q);
    // Where it is.
    if (state_q != Idle) assert (32'(sub_q) < 32'(1 << SubLog));
  end
