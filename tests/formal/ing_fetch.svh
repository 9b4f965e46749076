// SPDX-License-Identifier: MIT
// Properties of ing_fetch, included at its end: what ing_mem_read is promised, whatever the commands are. A request has a unit
// at least and does not cross a multiple of 64 units of its offset; it stays until it is taken. What is "where it is" ties
// the walk to the fields of the command that it walks, all of which were judged before.

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;
  always_comb assume (rst_ni == f_ran_q);

  logic        f_wait_q;
  logic [46:0] f_request_q;
  always_ff @(posedge clk_i) begin
    f_wait_q    <= rst_ni && !clr_i && rq_valid_o && !rq_ready_i;
    f_request_q <= {rq_slot_o, rq_off_o, rq_len_o};
  end

  // The format and the counts of a command that passed.
  logic       f_judged, f_walks, f_format, f_fine;
  logic [1:0] f_sec;
  assign f_judged = state_q == FSum || state_q == FVerdict || f_walks;
  assign f_walks  = state_q == FWait || state_q == FTile || state_q == FRun;
  assign f_format = width_q != 2'd3 && (tg_q == 3'd1 || tg_q == 3'd2 || tg_q == 3'd4);
  assign f_fine   = (is_mm && f_format && rows_q != 20'd0 && blocks_q != 12'd0) ||
                    (is_ld && rows_q != 20'd0 && short_q == 4'd0) || (is_ga && f_format && blocks_q != 12'd0 && short_q == 4'd0);
  assign f_sec    = nosc_q ? 2'd0 : (tg_q[2] && !w16) ? 2'd2 : 2'd1;

  logic [7:0] f_b_end, f_rq_end;
  assign f_b_end  = {2'd0, b_off_q[5:0]} + {1'b0, b_len_q};
  assign f_rq_end = {2'd0, rq_off_o[5:0]} + {1'b0, rq_len_o};

  always_comb if (rst_ni) begin
    if (rq_valid_o) assert (rq_len_o != 7'd0 && f_rq_end <= 8'd64);
    if (f_wait_q) assert (rq_valid_o && {rq_slot_o, rq_off_o, rq_len_o} == f_request_q);
    // Where it is: the command.
    if (f_judged && !bad_q && !unknown_q) assert (f_fine);
    if (f_walks) assert (!bad_q && !unknown_q);
    if (f_judged) assert (sec_q == f_sec && chunks_q == 5'd4 << width_q);
    if (f_judged && !f_walks && is_mm) assert (groups_q == groups);
    // The walk.
    if (f_walks && is_mm) assert (groups_q != 17'd0);
    if (state_q == FRun) begin
      assert (left_q != 20'd0);
      if (!is_ld) assert (data_q != 7'd0);
      if (kind_q != KindData) assert (is_mm && sec_q != 2'd0);
      if (is_ld) assert (kind_q == KindData && blk_q == 12'd1);
      if (group_q != 2'd0) assert (is_mm && short_q != 4'd0);
    end
    if (f_judged && is_ld) assert (blk_q == 12'd1);
    // Pieces become requests.
    if (b_valid_q) begin
      assert (b_len_q != 7'd0 && f_b_end <= 8'd64);
      if (!b_closed_q) assert (f_b_end < 8'd64 && !addr_q[32] && addr_q[31:0] == b_off_q + {25'd0, b_len_q});
      if (state_q != FRun && state_q != FTile) assert (b_closed_q || mf_valid_o);
    end
  end
