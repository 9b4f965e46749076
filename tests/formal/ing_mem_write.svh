// SPDX-License-Identifier: MIT
// Properties of ing_mem_write, included at its end. A second account of the beat that is being judged is kept, from what the
// ports show and with the rule of slots in integers that do not wrap; what leaves for the bus must be within it. The slot
// table is any table whose answer stays while a beat is judged. That bursts of u_axi leave and come back in order is
// proven of ing_axi_write and assumed here. "Where it is" looks behind the ports, so that the rest holds by induction.

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;

  localparam logic [3:0] FSubs = 4'(512 / PortBits);  // beats of a unit

  logic        f_looked_q;
  logic [31:0] f_base_q, f_room_q;  // the table's last answer
  logic [2:0]  f_perm_q;
  always_ff @(posedge clk_i) begin
    f_looked_q <= sl_en_o;
    f_base_q   <= sl_base_i;
    f_room_q   <= sl_len_i;
    f_perm_q   <= sl_perm_i;
  end

  always_comb begin
    assume (rst_ni == f_ran_q);
    if (f_v_q && !f_looked_q) assume (sl_base_i == f_base_q && sl_len_i == f_room_q && sl_perm_i == f_perm_q);
    // What the vector engine and the copy engine promise.
    if (wq_valid_i) assume ({1'b0, wq_sub_i} < FSubs);
    if (cw_valid_i) assume (cw_len_i != 7'd0 && 32'(cw_unit_i[5:0]) + 32'(cw_len_i) <= 32'd64);
    if (cw_valid_i) assume ((32'(cw_len_i) << LogUnitBeats) <= 32'd256);
  end

  // ---- the beat that is being judged or on its way to the bus ----
  logic                  f_come, f_v_q, f_new_q, f_sent_q, f_ok, f_perm, f_begin, f_drop, f_fault_q;
  logic [7:0]            f_slot_q, f_code_q;
  logic [31:0]           f_off_q, f_foff_q;
  logic [2:0]            f_sub_q;
  logic [PortBits-1:0]   f_data_q;
  logic [PortBits/8-1:0] f_strb_q;
  (* hierconn *) logic       \u_axi.a_start_o , \u_axi.a_take_o , \u_axi.a_done_o , \u_axi.f_on_q , \u_axi.f_mine_q ;
  (* hierconn *) logic       \u_axi.f_owner_q , \u_axi.f_active_q ;
  (* hierconn *) logic [8:0] \u_axi.f_left_q ;
  (* hierconn *) logic [5:0] \u_axi.f_ahead_q , \u_axi.f_count_q ;
  assign f_come  = wq_valid_i && wq_ready_o;
  assign f_perm  = f_slot_q < 8'd32 && sl_perm_i[1] && !sl_perm_i[2];
  assign f_ok    = f_perm && 64'(f_off_q) + 64'd1 <= 64'(sl_len_i);
  assign f_begin = \u_axi.a_start_o ;
  assign f_drop  = f_v_q && !f_sent_q && (!f_ok || f_fault_q);

  always_ff @(posedge clk_i) begin
    if (f_come) begin
      f_slot_q <= wq_slot_i;
      f_off_q  <= wq_off_i;
      f_sub_q  <= wq_sub_i;
      f_data_q <= wq_data_i;
      f_strb_q <= wq_strb_i;
    end
    if (f_drop && !f_fault_q) begin
      f_code_q <= f_perm ? 8'(ing_pkg::ING_FAULT_SLOT) : 8'(ing_pkg::ING_FAULT_PERM);
      f_foff_q <= (f_perm && sl_len_i > f_off_q) ? sl_len_i : f_off_q;
    end
    if (!rst_ni) begin
      f_v_q     <= 1'b0;
      f_new_q   <= 1'b0;
      f_sent_q  <= 1'b0;
      f_fault_q <= 1'b0;
    end else begin
      f_v_q     <= f_come || (f_v_q && !f_drop && !\u_axi.a_take_o );
      f_new_q   <= f_come;
      f_sent_q  <= f_begin || (f_sent_q && !\u_axi.a_take_o );
      f_fault_q <= !clr_i && (f_fault_q || f_drop);
    end
  end

  // ---- the address and the data that the bus has not taken yet ----
  logic                  f_aw_a_q, f_w_a_q;
  logic [31:0]           f_aw_base_q, f_aw_room_q, f_aw_off_q, f_aw_unit_q;
  logic [2:0]            f_aw_sub_q;
  logic [6:0]            f_aw_len_q;
  logic [PortBits-1:0]   f_w_data_q;
  logic [PortBits/8-1:0] f_w_strb_q;
  always_ff @(posedge clk_i) begin
    if (f_begin || cw_start_o) begin
      f_aw_a_q    <= f_begin;
      f_aw_base_q <= sl_base_i;
      f_aw_room_q <= sl_len_i;
      f_aw_off_q  <= f_off_q;
      f_aw_sub_q  <= f_sub_q;
      f_aw_unit_q <= cw_unit_i;
      f_aw_len_q  <= cw_len_i;
    end
    if (\u_axi.a_take_o || cw_take_o) begin
      f_w_a_q    <= \u_axi.a_take_o ;
      f_w_data_q <= f_data_q;
      f_w_strb_q <= f_strb_q;
    end
  end

  logic [31:0] f_unit;
  logic [63:0] f_first, f_last;  // bytes, counted from the first one of the slot
  assign f_unit  = m_awaddr_o[37:6] - f_aw_base_q;
  assign f_first = 64'(f_unit) * 64'd64 + 64'(m_awaddr_o[5:0]);
  assign f_last  = f_first + (64'(m_awlen_o) + 64'd1) * 64'(PortBits / 8);

  always_comb if (rst_ni) begin
    // No beat is written outside of a slot that permitted it, nor anywhere but where its request said; a copy's burst is what
    // was asked for.
    if (m_awvalid_o) assert (m_awaddr_o[63:38] == 26'd0);
    if (m_awvalid_o && f_aw_a_q) begin
      assert (m_awlen_o == 8'd0);
      assert (f_first == 64'(f_aw_off_q) * 64'd64 + 64'(f_aw_sub_q) * 64'(PortBits / 8));
      assert (f_last <= 64'(f_aw_room_q) * 64'd64);
    end
    if (m_awvalid_o && !f_aw_a_q) begin
      assert (m_awaddr_o[37:0] == {f_aw_unit_q, 6'd0});
      assert (64'(m_awlen_o) + 64'd1 == 64'(f_aw_len_q) * 64'(512 / PortBits));
    end
    if (m_awvalid_o) assert (64'(m_awaddr_o[11:0]) + (64'(m_awlen_o) + 64'd1) * 64'(PortBits / 8) <= 64'd4096);
    if (m_wvalid_o && f_w_a_q) assert (m_wdata_o == f_w_data_q && m_wstrb_o == f_w_strb_q && m_wlast_o);
    // A beat starts once and only with permission, gives its data once, and makes room for the next one then.
    if (f_begin) assert (f_v_q && !f_sent_q && f_ok && !f_fault_q);
    if (\u_axi.a_take_o ) assert (f_v_q && f_sent_q);
    assert (wq_ready_o == (!hold_i && !f_v_q));
    assert (beat_o == \u_axi.a_take_o );
    assert (sl_en_o == f_come);
    if (f_come) assert (sl_addr_o == {ctx_i, wq_slot_i[4:0]});
    // A refusal is judged in the cycle after its beat came, and stays: the first one's code and offset.
    if (f_drop && !f_fault_q) assert (f_new_q);
    assert (wq_fault_o == f_fault_q);
    if (f_fault_q) assert (wq_fault_code_o == f_code_q && wq_fault_off_o == f_foff_q);
    // One source at a time, the vector engine first; nothing starts that was not there before a hold.
    assert (!(f_begin && cw_start_o));
    if (cw_start_o) assert (cw_valid_i && !hold_i && !(f_v_q && !f_sent_q && f_ok && !f_fault_q));
    if (\u_axi.f_on_q && \u_axi.f_ahead_q == 6'd0 && m_bvalid_i) assert (cw_done_o == \u_axi.f_mine_q );
    // Idle: nothing is under way.
    if (idle_o) assert (!f_v_q && \u_axi.f_count_q == 6'd0 && !m_awvalid_o && !m_wvalid_o);
    if (wq_idle_o) assert (!f_v_q);
  end

  // Where it is.
  always_comb if (rst_ni) begin
    assert (v_valid_q == f_v_q && v_started_q == f_sent_q && !(f_sent_q && !f_v_q));
    if (f_v_q) assert (v_slot_q == f_slot_q && v_off_q == f_off_q && v_sub_q == f_sub_q && {1'b0, f_sub_q} < FSubs);
    if (f_v_q) assert (v_data_q == f_data_q && v_strb_q == f_strb_q);
    if (f_new_q) assert (f_v_q && !f_sent_q);
    if (f_v_q && !f_sent_q && !f_new_q) assert (f_ok && !f_fault_q);
    if (f_sent_q) assert (\u_axi.f_left_q == 9'd1);
    assert (f_sent_q == (\u_axi.f_active_q && !\u_axi.f_owner_q ));
    if (f_v_q) assert (f_looked_q == f_new_q);
  end
