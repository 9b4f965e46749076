// SPDX-License-Identifier: MIT
// Properties of ing_fifo, included at its end. One word, whichever and whenever, is followed from the write port to the
// read port: it leaves as it came and after exactly those that were there before it. Only what begins with "where it is"
// looks behind the ports: it ties the word to a place in the memory, so that the rest holds by induction. Where the FIFO is
// a part of what is proven, all this is assumed: it holds whatever the inputs do.

  logic f_push, f_pop, f_pushed_q, f_hold_q;
  assign f_push = wvalid_i && wready_o;
  assign f_pop  = rvalid_o && rready_i;

`ifdef TOP_ing_fifo
`define F_CLAIM assert
  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;
  always_comb assume (rst_ni == f_ran_q);
`else
`define F_CLAIM assume
`endif

  (* anyseq *) logic f_pick;
  logic              f_on_q;     // the word that was picked is inside
  logic [Width-1:0]  f_word_q, f_held_q;
  logic [AW+1:0]     f_ahead_q;  // words that leave before it
  logic [AW+1:0]     f_count_q;  // words inside, as the ports have shown

  always_ff @(posedge clk_i) begin
    if (!f_on_q) f_word_q <= wdata_i;
    f_held_q <= rdata_o;
    if (!rst_ni || clr_i) begin
      f_on_q     <= 1'b0;
      f_count_q  <= '0;
      f_pushed_q <= 1'b0;
      f_hold_q   <= 1'b0;
    end else begin
      f_count_q  <= f_count_q + (AW + 2)'(f_push) - (AW + 2)'(f_pop);
      f_pushed_q <= f_push;
      f_hold_q   <= rvalid_o && !rready_i;
      if (!f_on_q) begin
        f_on_q    <= f_push && f_pick;
        f_ahead_q <= f_count_q - (AW + 2)'(f_pop);
      end else if (f_pop) begin
        f_on_q    <= f_ahead_q != '0;
        f_ahead_q <= f_ahead_q - (AW + 2)'(1);
      end
    end
  end

  // Nothing but the ghosts here changes with the next edge: a clock may stop.
  logic             f_still, f_still_q;
  logic [2*AW+2:0]  f_state, f_state_q;
  assign f_still = rst_ni && !clr_i && !f_push && !f_pop && (rvalid_o || fill == '0);
  assign f_state = {wp_q, rp_q, rvalid_o};
  always_ff @(posedge clk_i) begin
    f_still_q <= f_still;
    f_state_q <= f_state;
  end

  logic [AW:0] f_place;
  assign f_place = rp_q + f_ahead_q[AW:0] - (AW + 1)'(rvalid_o);

  always_comb if (rst_ni) begin
    // Never lost, doubled or overtaken.
    if (f_on_q && f_ahead_q == '0 && rvalid_o) `F_CLAIM (rdata_o == f_word_q);
    if (rvalid_o) `F_CLAIM (f_count_q != '0);
    if (f_on_q) `F_CLAIM (f_ahead_q < f_count_q);
    // Room for Depth words and that of the output register, and no more than that.
    `F_CLAIM (f_count_q <= (AW + 2)'(Depth + 1));
    if (f_count_q < (AW + 2)'(Depth)) `F_CLAIM (wready_o);
    if (f_count_q == (AW + 2)'(Depth + 1)) `F_CLAIM (!wready_o);
    `F_CLAIM (empty_o == (f_count_q == '0));
    // A word can leave two cycles after it came, then one each cycle.
    if (!rvalid_o) `F_CLAIM (f_count_q == (AW + 2)'(f_pushed_q));
    // What is offered stays.
    if (f_hold_q) `F_CLAIM (rvalid_o && rdata_o == f_held_q);
    if (f_still_q) `F_CLAIM (f_state == f_state_q && rdata_o == f_held_q);
    // Where it is.
    `F_CLAIM (fill <= (AW + 1)'(Depth) && f_count_q == {1'b0, fill} + (AW + 2)'(rvalid_o));
    if (f_on_q && (f_ahead_q != '0 || !rvalid_o)) `F_CLAIM (mem[f_place[AW-1:0]] == f_word_q);
  end

`undef F_CLAIM
