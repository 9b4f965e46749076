// SPDX-License-Identifier: MIT
// Properties of ing_mem_read, included at its end. A second account of every request is kept, from what the ports show and
// with the rule of slots in integers that do not wrap; what leaves for the bus must be within it. The slot table is any
// table: each lookup may answer anything. That bursts of u_axi leave and come back in order is proven of ing_axi_read and
// assumed here. "Where it is" looks behind the ports, so that the rest holds by induction.

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;

  logic f_rq, f_c, f_p, f_any;
  assign f_rq  = rq_valid_i && rq_ready_o;
  assign f_c   = c_valid_i && c_ready_o;
  assign f_p   = p_valid_i && p_ready_o;
  assign f_any = f_rq || f_c || f_p;

  always_comb begin
    assume (rst_ni == f_ran_q);
    // What the requesters promise.
    if (rq_valid_i) assume (rq_len_i != 7'd0);
    if (p_valid_i) assume (p_len_i != 7'd0);
  end

  // ---- cycle 0 and 1: the request, and the rule on what the table answers ----
  logic        f_a_q, f_b_q, f_a_perm, f_a_ok, f_b_ok_q, f_b_perm_q;
  logic [1:0]  f_a_src_q, f_b_src_q;
  logic [7:0]  f_a_slot_q, f_b_slot_q;
  logic [32:0] f_a_off_q, f_b_off_q;
  logic [6:0]  f_a_len_q, f_b_len_q;
  logic [31:0] f_b_base_q, f_b_room_q;  // of the slot; of a copy: all of memory
  logic [2:0]  f_needs;
  assign f_needs  = (f_a_src_q == SrcCmd) ? 3'b100 : 3'b001;
  assign f_a_perm = f_a_slot_q < 8'd32 && (sl_perm_i & f_needs) != 3'd0 && (f_a_src_q == SrcCmd || !sl_perm_i[2]);
  assign f_a_ok   = (f_a_src_q == SrcCopy) || (f_a_perm && 64'(f_a_off_q) + 64'(f_a_len_q) <= 64'(sl_len_i));

  always_ff @(posedge clk_i) begin
    f_a_src_q  <= f_c ? SrcCmd : f_rq ? SrcStream : SrcCopy;
    f_a_slot_q <= f_c ? c_slot_i : f_rq ? rq_slot_i : 8'd0;
    f_a_off_q  <= f_c ? c_off_i : f_rq ? {1'b0, rq_off_i} : {1'b0, p_unit_i};
    f_a_len_q  <= f_c ? 7'd1 : f_rq ? rq_len_i : p_len_i;
    f_b_src_q  <= f_a_src_q;
    f_b_slot_q <= f_a_slot_q;
    f_b_off_q  <= f_a_off_q;
    f_b_len_q  <= f_a_len_q;
    f_b_ok_q   <= f_a_ok;
    f_b_perm_q <= f_a_perm;
    f_b_base_q <= (f_a_src_q == SrcCopy) ? 32'd0 : sl_base_i;
    f_b_room_q <= sl_len_i;
    f_a_q      <= rst_ni && f_any;
    f_b_q      <= rst_ni && f_a_q;
  end

  // ---- runs that may go, in the order of acceptance ----
  logic [1:0]  f_src_mem [4];
  logic [7:0]  f_slot_mem [4];
  logic [31:0] f_base_mem [4], f_room_mem [4], f_off_mem [4];
  logic [6:0]  f_len_mem [4];
  logic [2:0]  f_wptr_q, f_rptr_q;
  logic        f_pop, f_go, f_s_q;           // the run that is being split
  logic [1:0]  f_s_src_q, f_r_src_q;
  logic [7:0]  f_s_slot_q;
  logic [31:0] f_s_base_q, f_s_room_q, f_s_off_q, f_r_base_q, f_r_room_q, f_r_off_q;
  logic [6:0]  f_s_len_q, f_r_len_q;         // units of it that have not left
  logic [6:0]  f_units;                      // that leave now
  (* hierconn *) logic       \u_axi.f_take , \u_axi.f_on_q , \u_axi.f_rvalid_q ;
  (* hierconn *) logic [7:0] \u_axi.rq_len_i ;
  (* hierconn *) logic [9:0] \u_axi.f_tag_q ;
  (* hierconn *) logic [5:0] \u_axi.f_ahead_q , \u_axi.f_count_q ;
  assign f_go    = \u_axi.f_take ;
  assign f_units = 7'(({1'b0, \u_axi.rq_len_i } + 9'd1) >> LogUnitBeats);
  assign f_pop   = f_wptr_q != f_rptr_q && (!f_s_q || (f_go && f_units == f_s_len_q));

  always_ff @(posedge clk_i) begin
    if (f_b_q && f_b_ok_q) begin
      f_src_mem[f_wptr_q[1:0]]  <= f_b_src_q;
      f_slot_mem[f_wptr_q[1:0]] <= f_b_slot_q;
      f_base_mem[f_wptr_q[1:0]] <= f_b_base_q;
      f_room_mem[f_wptr_q[1:0]] <= f_b_room_q;
      f_off_mem[f_wptr_q[1:0]]  <= f_b_off_q[31:0];
      f_len_mem[f_wptr_q[1:0]]  <= f_b_len_q;
    end
    if (f_pop) begin
      f_s_src_q  <= f_src_mem[f_rptr_q[1:0]];
      f_s_slot_q <= f_slot_mem[f_rptr_q[1:0]];
      f_s_base_q <= f_base_mem[f_rptr_q[1:0]];
      f_s_room_q <= f_room_mem[f_rptr_q[1:0]];
      f_s_off_q  <= f_off_mem[f_rptr_q[1:0]];
      f_s_len_q  <= f_len_mem[f_rptr_q[1:0]];
    end else if (f_go) begin
      f_s_off_q <= f_s_off_q + {25'd0, f_units};
      f_s_len_q <= f_s_len_q - f_units;
    end
    if (f_go) begin
      f_r_src_q  <= f_s_src_q;
      f_r_base_q <= f_s_base_q;
      f_r_room_q <= f_s_room_q;
      f_r_off_q  <= f_s_off_q;
      f_r_len_q  <= f_s_len_q;
    end
    if (!rst_ni) begin
      f_wptr_q <= 3'd0;
      f_rptr_q <= 3'd0;
      f_s_q    <= 1'b0;
    end else begin
      f_wptr_q <= f_wptr_q + 3'(f_b_q && f_b_ok_q);
      f_rptr_q <= f_rptr_q + 3'(f_pop);
      f_s_q    <= f_pop || (f_s_q && !(f_go && f_units == f_s_len_q));
    end
  end

  // ---- whose burst comes back ----
  logic [9:0] f_mine_q;
  always_ff @(posedge clk_i) if (!\u_axi.f_on_q ) f_mine_q <= {f_s_slot_q, f_s_src_q};

  // ---- stream and copies: has the other one had its turn while this one waited? ----
  logic f_rq_passed_q, f_p_passed_q;
  always_ff @(posedge clk_i) begin
    f_rq_passed_q <= rst_ni && rq_valid_i && !f_rq && (f_rq_passed_q || f_p);
    f_p_passed_q  <= rst_ni && p_valid_i && !f_p && (f_p_passed_q || f_rq);
  end

  logic [2:0]  f_runs, f_under_way;
  logic [63:0] f_end;
  logic [31:0] f_unit, f_from;  // of the burst on the bus: its first unit, and that counted from the slot's first one
  logic [8:0]  f_beats;
  logic        f_refused;
  assign f_runs      = f_wptr_q - f_rptr_q;
  assign f_under_way = f_runs + 3'(f_a_q) + 3'(f_b_q);
  assign f_unit      = m_araddr_o[37:6];
  assign f_from      = f_unit - f_r_base_q;
  assign f_beats     = {1'b0, m_arlen_o} + 9'd1;
  assign f_end       = 64'(f_from) + 64'(f_beats >> LogUnitBeats);
  assign f_refused   = f_b_q && !f_b_ok_q;

  always_comb if (rst_ni) begin
    // No burst reads a unit that its request did not name, nor one outside the slot that permitted it; it keeps to whole
    // units and to its page.
    if (m_arvalid_o) begin
      assert (m_araddr_o[63:38] == 26'd0 && m_araddr_o[5:0] == 6'd0);
      assert (9'(f_beats >> LogUnitBeats) << LogUnitBeats == f_beats);
      assert (f_unit == f_r_base_q + f_r_off_q);
      assert (f_end <= 64'(f_r_off_q) + 64'(f_r_len_q));
      if (f_r_src_q != SrcCopy) assert (f_end <= 64'(f_r_room_q));
      assert (64'(m_araddr_o[11:0]) + 64'(f_beats) * 64'(PortBits / 8) <= 64'd4096);
    end
    // Each request is looked up and answered two cycles later, as the rule says.
    assert (sl_en_o == f_any);
    if (f_c) assert (sl_addr_o == {ctx_i, c_slot_i[4:0]});
    if (f_rq) assert (sl_addr_o == {ctx_i, rq_slot_i[4:0]});
    assert (rq_fault_o == (f_refused && f_b_src_q == SrcStream));
    assert (c_fault_o == (f_refused && f_b_src_q == SrcCmd));
    assert (c_ok_o == (f_b_q && f_b_ok_q && f_b_src_q == SrcCmd));
    if (f_refused && !f_b_perm_q) assert (fault_code_o == 8'(ing_pkg::ING_FAULT_PERM) && fault_off_o == f_b_off_q[31:0]);
    if (f_refused && f_b_perm_q) begin
      assert (fault_code_o == 8'(ing_pkg::ING_FAULT_SLOT));
      assert (fault_off_o == ((f_b_off_q > {1'b0, f_b_room_q}) ? f_b_off_q[31:0] : f_b_room_q));
    end
    // One request at a time, and one whenever there is room; none while held. Commands first.
    assert (2'(f_rq) + 2'(f_c) + 2'(f_p) <= 2'd1);
    assert (f_any == (!hold_i && f_under_way < 3'd4 && (rq_valid_i || c_valid_i || p_valid_i)));
    if (c_valid_i) assert (!f_rq && !f_p);
    // Stream and copies in turns: neither passes twice while the other waits.
    if (f_rq_passed_q && rq_valid_i) assert (!f_p);
    if (f_p_passed_q && p_valid_i) assert (!f_rq);
    // Answers go to the source of their burst.
    if (!\u_axi.f_rvalid_q ) assert (!rd_valid_o && !c_rvalid_o && !p_rvalid_o);
    assert (2'(rd_valid_o) + 2'(c_rvalid_o) + 2'(p_rvalid_o) <= 2'd1);
    if (\u_axi.f_on_q && \u_axi.f_ahead_q == 6'd0 && \u_axi.f_rvalid_q ) begin
      assert (rd_valid_o == (f_mine_q[1:0] == SrcStream));
      assert (c_rvalid_o == (f_mine_q[1:0] == SrcCmd));
      assert (p_rvalid_o == (f_mine_q[1:0] == SrcCopy));
    end
    // Idle: nothing is under way.
    assert (idle_o == (f_under_way == 3'd0 && !f_s_q && \u_axi.f_count_q == 6'd0));
    if (idle_o) assert (!m_arvalid_o);
  end

  // Where it is.
  always_comb if (rst_ni) begin
    assert (f_runs <= 3'd4 && f_under_way <= 3'd4 && fill_q == f_under_way);
    assert (f_wptr_q == run_wptr_q && f_rptr_q == run_rptr_q && f_pop == run_pop);
    assert (f_a_q == a_valid_q && f_b_q == b_valid_q && f_s_q == s_valid_q);
    if (f_a_q) begin
      assert (a_src_q == f_a_src_q && a_slot_q == f_a_slot_q && a_off_q == f_a_off_q && a_len_q == f_a_len_q);
      assert (f_a_len_q != 7'd0 && f_a_src_q <= SrcCopy && !(f_a_src_q == SrcCopy && f_a_off_q[32]));
    end
    if (f_b_q) begin
      assert (b_ok_q == f_b_ok_q && b_src_q == f_b_src_q && b_slot_q == f_b_slot_q && b_len_q == f_b_len_q);
      assert (f_b_len_q != 7'd0 && f_b_src_q <= SrcCopy);
      if (f_b_ok_q) assert (b_unit_q == f_b_base_q + f_b_off_q[31:0]);
      if (f_b_ok_q && f_b_src_q != SrcCopy) assert (64'(f_b_off_q) + 64'(f_b_len_q) <= 64'(f_b_room_q));
      if (f_b_src_q == SrcCopy) assert (f_b_ok_q && !f_b_off_q[32]);
    end
    if (f_s_q) begin
      assert (s_src_q == f_s_src_q && s_slot_q == f_s_slot_q && s_unit_q == f_s_base_q + f_s_off_q && s_len_q == f_s_len_q);
      assert (f_s_len_q != 7'd0 && f_s_src_q <= SrcCopy);
      if (f_s_src_q != SrcCopy) assert (64'(f_s_off_q) + 64'(f_s_len_q) <= 64'(f_s_room_q));
    end
    if (m_arvalid_o) assert (f_r_src_q == SrcCopy || 64'(f_r_off_q) + 64'(f_r_len_q) <= 64'(f_r_room_q));
    if (f_rq_passed_q) assert (!turn_q);
    if (f_p_passed_q) assert (turn_q);
    if (\u_axi.f_on_q ) assert (\u_axi.f_tag_q == f_mine_q && f_mine_q[1:0] <= SrcCopy);
  end

  for (genvar f_i = 0; f_i < 4; f_i++) begin : g_runs
    logic [2:0] f_at;
    assign f_at = f_rptr_q + 3'(f_i);
    always_comb if (rst_ni && 3'(f_i) < f_runs) begin
      assert (run_mem[f_at[1:0]] == {f_slot_mem[f_at[1:0]], f_src_mem[f_at[1:0]], f_len_mem[f_at[1:0]],
                                     f_base_mem[f_at[1:0]] + f_off_mem[f_at[1:0]]});
      assert (f_len_mem[f_at[1:0]] != 7'd0 && f_src_mem[f_at[1:0]] <= SrcCopy);
      if (f_src_mem[f_at[1:0]] != SrcCopy)
        assert (64'(f_off_mem[f_at[1:0]]) + 64'(f_len_mem[f_at[1:0]]) <= 64'(f_room_mem[f_at[1:0]]));
    end
  end
