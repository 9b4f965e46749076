// SPDX-License-Identifier: MIT
// Properties of ing_axi_write, included at its end. One burst, whichever, is followed from its start to its answer.
// Where this module is a part of what is proven, its claims are assumed and what it asks of its caller is asserted.
// "Where it is" looks behind the ports, so that the rest holds by induction.

`ifdef TOP_ing_axi_write
`define F_CLAIM assert
`define F_NEEDS assume
  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;
  always_comb assume (rst_ni == f_ran_q);
`else
`define F_CLAIM assume
`define F_NEEDS assert
`endif

  (* anyseq *) logic f_pick;
  logic f_start, f_take, f_room, f_last, f_aw_q, f_w_q, f_active_q, f_owner_q, f_on_q, f_mine_q;
  logic [63:0]           f_addr_q;   // of the burst whose address the bus has not taken yet
  logic [7:0]            f_len_q;
  logic [8:0]            f_left_q;   // beats of the active burst that were not taken from its source
  logic [PortBits-1:0]   f_data_q;   // the beat that the bus has not taken yet
  logic [PortBits/8-1:0] f_strb_q;
  logic                  f_last_q;
  logic [PtrBits:0]      f_ahead_q;  // bursts that are answered before the one that was picked
  logic [PtrBits:0]      f_count_q;  // bursts that were started and not answered
  logic [PtrBits:0]      f_naw_q;    // of these, those whose address the bus has taken
  logic [PtrBits:0]      f_nw_q;     // and those whose last beat it has taken
  assign f_start = a_start_o || b_start_o;
  assign f_take  = a_take_o || b_take_o;
  assign f_last  = f_left_q == 9'd1;
  // Nothing is in the way of another start.
  assign f_room  = !hold_i && (!f_active_q || (f_take && f_last)) && (!f_aw_q || m_awready_i) &&
                   f_count_q != (PtrBits + 1)'(Outstanding);

  always_ff @(posedge clk_i) begin
    if (f_start) begin
      f_addr_q  <= a_start_o ? a_addr_i : b_addr_i;
      f_len_q   <= a_start_o ? a_len_i : b_len_i;
      f_left_q  <= {1'b0, a_start_o ? a_len_i : b_len_i} + 9'd1;
      f_owner_q <= b_start_o;
    end else if (f_take) begin
      f_left_q <= f_left_q - 9'd1;
    end
    if (f_take) begin
      f_data_q <= b_take_o ? b_data_i : a_data_i;
      f_strb_q <= a_strb_i | {PortBits / 8{b_take_o}};
      f_last_q <= f_last;
    end
    if (!f_on_q) f_mine_q <= b_start_o;
    if (!rst_ni) begin
      f_aw_q      <= 1'b0;
      f_w_q       <= 1'b0;
      f_active_q  <= 1'b0;
      f_on_q      <= 1'b0;
      f_count_q   <= '0;
      f_naw_q     <= '0;
      f_nw_q      <= '0;
    end else begin
      f_aw_q      <= f_start || (f_aw_q && !m_awready_i);
      f_w_q       <= f_take || (f_w_q && !m_wready_i);
      f_active_q  <= f_start || (f_active_q && !(f_take && f_last));
      f_count_q   <= f_count_q + (PtrBits + 1)'(f_start) - (PtrBits + 1)'(m_bvalid_i);
      f_naw_q     <= f_naw_q + (PtrBits + 1)'(m_awvalid_o && m_awready_i) - (PtrBits + 1)'(m_bvalid_i);
      f_nw_q      <= f_nw_q + (PtrBits + 1)'(m_wvalid_o && m_wready_i && m_wlast_o) - (PtrBits + 1)'(m_bvalid_i);
      if (!f_on_q) begin
        f_on_q    <= f_start && f_pick;
        f_ahead_q <= f_count_q - (PtrBits + 1)'(m_bvalid_i);
      end else if (m_bvalid_i) begin
        f_on_q    <= f_ahead_q != '0;
        f_ahead_q <= f_ahead_q - (PtrBits + 1)'(1);
      end
    end
  end

  logic [PtrBits:0] f_place;
  assign f_place = rptr_q + f_ahead_q;

  always_comb if (rst_ni) begin
    // The bus answers only bursts that it has whole, and bursts that are offered keep within a page.
    if (m_bvalid_i) assume (f_naw_q != '0 && f_nw_q != '0);
    if (a_valid_i) `F_NEEDS ({52'd0, a_addr_i[11:0]} + ((64'(a_len_i) + 64'd1) << LogBytes) <= 64'd4096);
    if (b_valid_i) `F_NEEDS ({52'd0, b_addr_i[11:0]} + ((64'(b_len_i) + 64'd1) << LogBytes) <= 64'd4096);
    // One start at a time, whenever there is room, source a first.
    `F_CLAIM (a_start_o == (f_room && a_valid_i));
    `F_CLAIM (b_start_o == (f_room && b_valid_i && !a_valid_i));
    // Each start is one burst with the address and length of the source that won, held until the bus takes it.
    `F_CLAIM (m_awvalid_o == f_aw_q);
    if (m_awvalid_o) begin
      `F_CLAIM (m_awaddr_o == f_addr_q && m_awlen_o == f_len_q);
      `F_CLAIM (m_awsize_o == 3'(LogBytes) && m_awburst_o == 2'b01);
      `F_CLAIM ({52'd0, m_awaddr_o[11:0]} + ((64'(m_awlen_o) + 64'd1) << LogBytes) <= 64'd4096);
    end
    if (m_awvalid_o && !m_awready_i) `F_CLAIM (!f_start);
    // Its beats come from that source, as many as it said; the last one is marked. A beat offered stays.
    if (a_take_o) `F_CLAIM (f_active_q && !f_owner_q && a_dvalid_i && !b_take_o);
    if (b_take_o) `F_CLAIM (f_active_q && f_owner_q && b_dvalid_i);
    if (f_active_q && (f_owner_q ? b_dvalid_i : a_dvalid_i) && (!f_w_q || m_wready_i)) `F_CLAIM (f_take);
    `F_CLAIM (m_wvalid_o == f_w_q);
    if (m_wvalid_o) `F_CLAIM (m_wdata_o == f_data_q && m_wstrb_o == f_strb_q && m_wlast_o == f_last_q);
    if (m_wvalid_o && !m_wready_i) `F_CLAIM (!f_take);
    // Each answer goes to the source of its burst.
    `F_CLAIM (m_bready_o);
    `F_CLAIM ((a_done_o || b_done_o) == m_bvalid_i && !(a_done_o && b_done_o));
    if (m_bvalid_i && f_on_q && f_ahead_q == '0) `F_CLAIM (b_done_o == f_mine_q);
    if (m_bvalid_i) `F_CLAIM (err_o == (m_bresp_i != 2'b00));
    // Never more bursts than there is room for; idle means that nothing is on any channel.
    `F_CLAIM (f_count_q <= (PtrBits + 1)'(Outstanding));
    `F_CLAIM (idle_o == (f_count_q == '0));
    if (idle_o) `F_CLAIM (!m_awvalid_o && !m_wvalid_o && !f_active_q);
    // Where it is.
    `F_CLAIM (f_count_q == wptr_q - rptr_q);
    `F_CLAIM (f_count_q == f_naw_q + (PtrBits + 1)'(f_aw_q));
    `F_CLAIM (f_count_q == f_nw_q + (PtrBits + 1)'(f_active_q) + (PtrBits + 1)'(f_w_q && f_last_q));
    `F_CLAIM (f_naw_q <= f_count_q && f_nw_q <= f_count_q);
    `F_CLAIM (f_active_q == active_q);
    if (f_active_q) `F_CLAIM (f_owner_q == owner_q && f_left_q == {1'b0, left_q} + 9'd1);
    if (f_w_q && !f_last_q) `F_CLAIM (f_active_q);
    if (f_on_q) `F_CLAIM (f_ahead_q < f_count_q && owner_mem[f_place[PtrBits-1:0]] == f_mine_q);
  end

`undef F_CLAIM
`undef F_NEEDS
