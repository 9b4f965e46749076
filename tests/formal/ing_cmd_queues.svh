// SPDX-License-Identifier: MIT
// Properties of ing_cmd_queues, included at its end. That each queue gives back what it took, in order, is proven of
// ing_fifo; here, that what each takes is the command with what belongs to it. Proven without clock gates, with the rule
// that makes them harmless: in a cycle without enable nothing would change.

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;
  always_comb begin
    assume (rst_ni == f_ran_q);
    if (push_str_i) assume (str_ready_o);
    if (push_vec_i) assume (vec_ready_o);
  end

  (* hierconn *) logic \u_clock.en_i ;

  // A wait field of d: all but the last d - 1 of those issued must be done.
  function logic [15:0] f_target(input logic [15:0] issued, input logic [3:0] d);
    f_target = issued - ({12'd0, d} - 16'd1);
  endfunction

  // The fetch queue.
  (* hierconn *) logic         \u_fetch.f_push , \u_fetch.f_pop , \u_fetch.f_still ;
  (* hierconn *) logic [576:0] \u_fetch.wdata_i , \u_fetch.rdata_o ;
  logic [3:0] f_fq_wait;
  assign f_fq_wait = cmd_i[ing_pkg::ING_F_FETCH_WAIT_L+:4];
  always_comb if (rst_ni) begin
    assert (\u_fetch.f_push == push_str_i);
    assert (\u_fetch.wdata_i == {cmd_i, pc_i, f_fq_wait != 4'd0, f_target(vec_iss_i, f_fq_wait), vec_iss_i});
    assert (\u_fetch.rdata_o == {fq_cmd_o, fq_pc_o, fq_wait_o, fq_prior_o});
    assert (\u_fetch.f_pop == (fq_valid_o && fq_ready_i));
    if (!\u_clock.en_i ) assert (\u_fetch.f_still );
  end

  // The exec queue.
  (* hierconn *) logic         \u_exec.f_push , \u_exec.f_pop , \u_exec.f_still ;
  (* hierconn *) logic [576:0] \u_exec.wdata_i , \u_exec.rdata_o ;
  logic [3:0] f_sq_wait;
  assign f_sq_wait = cmd_i[ing_pkg::ING_F_WAIT_VEC_L+:4];
  always_comb if (rst_ni) begin
    assert (\u_exec.f_push == push_str_i);
    assert (\u_exec.wdata_i == {cmd_i, pc_i, f_sq_wait != 4'd0, f_target(vec_iss_i, f_sq_wait), vec_iss_i});
    assert (\u_exec.rdata_o == {sq_cmd_o, sq_pc_o, sq_wait_o, sq_prior_o});
    assert (\u_exec.f_pop == (sq_valid_o && sq_ready_i));
    if (!\u_clock.en_i ) assert (\u_exec.f_still );
  end

  // The vector queue.
  (* hierconn *) logic         \u_vector.f_push , \u_vector.f_pop , \u_vector.f_still ;
  (* hierconn *) logic [576:0] \u_vector.wdata_i , \u_vector.rdata_o ;
  logic [3:0] f_vq_wait;
  assign f_vq_wait = cmd_i[ing_pkg::ING_F_WAIT_STR_L+:4];
  always_comb if (rst_ni) begin
    assert (\u_vector.f_push == push_vec_i);
    assert (\u_vector.wdata_i == {cmd_i, pc_i, f_vq_wait != 4'd0, f_target(str_iss_i, f_vq_wait), str_iss_i});
    assert (\u_vector.rdata_o == {vq_cmd_o, vq_pc_o, vq_wait_o, vq_prior_o});
    assert (\u_vector.f_pop == (vq_valid_o && vq_ready_i));
    if (!\u_clock.en_i ) assert (\u_vector.f_still );
  end
