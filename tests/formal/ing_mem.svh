// SPDX-License-Identifier: MIT
// Properties of ing_mem, included at its end: what ing_mem_read and ing_mem_write are promised where they are proven, and
// what lies between them. One entry of the slot table, whichever, is followed from the register port to both sides.

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;

  (* hierconn *) logic [7:0]  \u_rslots.f_key , \u_wslots.f_key ;
  (* hierconn *) logic [2:0]  \u_rslots.f_known , \u_wslots.f_known ;
  (* hierconn *) logic [66:0] \u_rslots.f_words_q , \u_wslots.f_words_q ;
  logic [7:0]  f_key;
  logic        f_write;
  logic [2:0]  f_given_q;   // words of the entry that the register port wrote
  logic [66:0] f_entry_q;   // and their values; permissions: none since power-up
  assign f_key   = \u_rslots.f_key ;
  assign f_write = sl_we_i && sl_addr_i[9:2] == f_key;

  always_comb begin
    assume (por_ni == f_ran_q && rst_ni == f_ran_q);
    assume (\u_rslots.f_key == \u_wslots.f_key );
    if (sl_we_i) assume (por_ni && sl_ready_o);
    if (cw_valid_i) assume (cw_len_i != 7'd0 && 32'(cw_unit_i[5:0]) + 32'(cw_len_i) <= 32'd64);
    if (cw_valid_i) assume (32'(cw_len_i) * (32'd512 / PortBits) <= 32'd256);
  end

  always_ff @(posedge clk_i) begin
    if (f_write && sl_addr_i[1:0] == 2'd0) f_entry_q[31:0] <= sl_wdata_i;
    if (f_write && sl_addr_i[1:0] == 2'd1) f_entry_q[63:32] <= sl_wdata_i;
    if (f_write && sl_addr_i[1:0] == 2'd2) f_entry_q[66:64] <= sl_wdata_i[2:0];
    f_given_q <= f_given_q | {f_write && sl_addr_i[1:0] == 2'd2, f_write && sl_addr_i[1:0] == 2'd1,
                              f_write && sl_addr_i[1:0] == 2'd0};
    if (!por_ni) begin
      f_given_q        <= 3'b100;
      f_entry_q[66:64] <= 3'd0;
    end
  end

  // ---- who looked up what; what the write side was told ----
  (* hierconn *) logic       \u_write.v_valid_q , \u_write.v_started_q ;
  (* hierconn *) logic [6:0] \u_write.open_q ;
  logic        f_looked_q, f_sleep_q;
  logic [66:0] f_told_q;
  always_ff @(posedge clk_i) begin
    f_looked_q <= w_en_bus;
    f_told_q   <= {w_perm, w_len, w_base};
  end

  // ---- the clock of the write side: nothing there changes while it stands (the slot of an error counts only with one) ----
  (* hierconn *) logic       \u_write_clock.en_i ;
  (* hierconn *) logic       \u_write.u_axi.awvalid_q , \u_write.u_axi.wvalid_q , \u_write.u_axi.active_q ;
  (* hierconn *) logic       \u_write.u_axi.start , \u_write.u_axi.take ;
  (* hierconn *) logic [5:0] \u_write.u_axi.wptr_q , \u_write.u_axi.rptr_q , \u_write.u_axi.f_count_q ;
  logic [33:0] f_state, f_state_q;
  assign f_state = {\u_write.v_valid_q , \u_write.v_started_q , wq_fault_o, w_err, w_slot & {8{w_err}}, \u_write.open_q ,
                    \u_write.u_axi.awvalid_q , \u_write.u_axi.wvalid_q , \u_write.u_axi.active_q ,
                    \u_write.u_axi.wptr_q , \u_write.u_axi.rptr_q };
  always_ff @(posedge clk_i) begin
    f_sleep_q <= !\u_write_clock.en_i ;
    f_state_q <= f_state;
  end

  always_comb if (!f_ran_q) assert (\u_rslots.f_known == 3'd0 && \u_wslots.f_known == 3'd0);

  always_comb if (rst_ni) begin
    // Both copies hold what the register port wrote, and no permissions before that; until then nothing is accepted.
    if (!sl_ready_o) assert (!rq_ready_o && !c_ready_o && !p_ready_o && !wq_ready_o && !cw_start_o);
    if (sl_ready_o) begin
      assert (\u_rslots.f_known == f_given_q && \u_wslots.f_known == f_given_q);
      if (f_given_q[0]) assert (\u_rslots.f_words_q [31:0] == f_entry_q[31:0] && \u_wslots.f_words_q [31:0] == f_entry_q[31:0]);
      if (f_given_q[1]) assert (\u_rslots.f_words_q [63:32] == f_entry_q[63:32] && \u_wslots.f_words_q [63:32] == f_entry_q[63:32]);
      assert (\u_rslots.f_words_q [66:64] == f_entry_q[66:64] && \u_wslots.f_words_q [66:64] == f_entry_q[66:64]);
    end
    // The register port does not change the answer that a beat is judged by, nor the address of its lookup.
    if (\u_write.v_valid_q && !f_looked_q) assert ({w_perm, w_len, w_base} == f_told_q);
    if (w_en_bus) assert (w_en && w_addr == w_addr_bus);
    // The write side sleeps only while it would stand still.
    if (f_sleep_q) assert (f_state == f_state_q);
    if (!\u_write_clock.en_i ) assert (!\u_write.u_axi.start && !\u_write.u_axi.take && !w_en_bus);
    // Where it is.
    assert (init_q <= 9'd256);
    if (!sl_ready_o) assert (f_given_q == 3'b100 && f_entry_q[66:64] == 3'd0);
    if (!sl_ready_o) assert (!\u_write.v_valid_q && \u_write.u_axi.f_count_q == 6'd0);
    if (!sl_ready_o) assert (\u_rslots.f_known [1:0] == 2'd0 && \u_wslots.f_known [1:0] == 2'd0);
    if (init_q > {1'b0, f_key}) assert (\u_rslots.f_known [2] && \u_wslots.f_known [2]);
    if (!sl_ready_o && \u_rslots.f_known [2]) assert (\u_rslots.f_words_q [66:64] == 3'd0);
    if (!sl_ready_o && \u_wslots.f_known [2]) assert (\u_wslots.f_words_q [66:64] == 3'd0);
    if (!\u_write.v_valid_q ) assert (!\u_write.v_started_q );
  end
