// SPDX-License-Identifier: MIT
// Properties of ing_host_copy, included at its end: what ing_mem_read, ing_mem_write and ing_host_axi are promised. Every run
// that is asked for or offered has a unit at least and keeps within 16-unit borders, so within a page and 256 beats.

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;

  always_comb begin
    assume (rst_ni == f_ran_q);
    if (start_i) assume (!busy_o);
  end

  always_comb if (rst_ni) begin
    if (hr_valid_o) assert (hr_len_o != 7'd0 && {3'd0, hr_unit_o[3:0]} + hr_len_o <= 7'd16);
    if (p_valid_o) assert (p_len_o != 7'd0 && {3'd0, p_unit_o[3:0]} + p_len_o <= 7'd16);
    if (hw_valid_o) assert (hw_len_o != 7'd0 && {3'd0, hw_unit_o[3:0]} + hw_len_o <= 7'd16);
    if (cw_valid_o) assert (cw_len_o != 7'd0 && {3'd0, cw_unit_o[3:0]} + cw_len_o <= 7'd16);
    // One memory is read, the other one written, and only in a copy.
    assert (!(hr_valid_o && p_valid_o) && !(hw_valid_o && cw_valid_o));
    assert (!((hr_valid_o || cw_valid_o) && (p_valid_o || hw_valid_o)));
    if (!busy_o) assert (!hr_valid_o && !p_valid_o && !hw_valid_o && !cw_valid_o);
  end
