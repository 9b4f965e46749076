// SPDX-License-Identifier: MIT
// Properties of ing_axi_read, included at its end. One burst, whichever, is followed from the request to its last answer.
// Where this module is a part of what is proven, its claims are assumed and what it asks of its caller is asserted.
// "Where it is" looks behind the ports, so that the rest holds by induction.

`ifdef TOP_ing_axi_read
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
  logic f_take, f_end, f_rvalid_q, f_rlast_q, f_rerr_q, f_due_q, f_on_q;
  logic [63:0]        f_addr_q;   // of the burst that the bus has not taken yet
  logic [7:0]         f_len_q;
  logic [TagBits-1:0] f_tag_q;    // of the burst that was picked
  logic [PtrBits:0]   f_ahead_q;  // bursts that end before it
  logic [PtrBits:0]   f_count_q;  // bursts that were accepted and have not come back whole
  logic [PtrBits:0]   f_open_q;   // bursts that the bus has taken and has not given the last beat of
  assign f_take = rq_valid_i && rq_ready_o;
  assign f_end  = f_rvalid_q && f_rlast_q;

  always_ff @(posedge clk_i) begin
    f_rlast_q <= m_rlast_i;
    f_rerr_q  <= m_rresp_i != 2'b00;
    if (f_take) begin
      f_addr_q <= rq_addr_i;
      f_len_q  <= rq_len_i;
    end
    if (!f_on_q) f_tag_q <= rq_tag_i;
    if (!rst_ni) begin
      f_rvalid_q <= 1'b0;
      f_due_q    <= 1'b0;
      f_on_q     <= 1'b0;
      f_count_q  <= '0;
      f_open_q   <= '0;
    end else begin
      f_rvalid_q <= m_rvalid_i;
      f_due_q    <= f_take || (f_due_q && !m_arready_i);
      f_count_q  <= f_count_q + (PtrBits + 1)'(f_take) - (PtrBits + 1)'(f_end);
      f_open_q   <= f_open_q + (PtrBits + 1)'(m_arvalid_o && m_arready_i) - (PtrBits + 1)'(m_rvalid_i && m_rlast_i);
      if (!f_on_q) begin
        f_on_q    <= f_take && f_pick;
        f_ahead_q <= f_count_q - (PtrBits + 1)'(f_end);
      end else if (f_end) begin
        f_on_q    <= f_ahead_q != '0;
        f_ahead_q <= f_ahead_q - (PtrBits + 1)'(1);
      end
    end
  end

  logic [PtrBits:0] f_place;
  assign f_place = rptr_q + f_ahead_q;

  always_comb if (rst_ni) begin
    // The bus answers only what it was asked, and requests keep within a page.
    if (m_rvalid_i) assume (f_open_q != '0);
    if (rq_valid_i) `F_NEEDS ({52'd0, rq_addr_i[11:0]} + ((64'(rq_len_i) + 64'd1) << LogBytes) <= 64'd4096);
    // Each request is one burst: its address and length, once, held until the bus takes it, then the next one.
    `F_CLAIM (m_arvalid_o == f_due_q);
    if (f_take) `F_CLAIM (!f_due_q || m_arready_i);
    if (m_arvalid_o) begin
      `F_CLAIM (m_araddr_o == f_addr_q && m_arlen_o == f_len_q);
      `F_CLAIM (m_arsize_o == 3'(LogBytes) && m_arburst_o == 2'b01);
      `F_CLAIM ({52'd0, m_araddr_o[11:0]} + ((64'(m_arlen_o) + 64'd1) << LogBytes) <= 64'd4096);
    end
    // Each beat comes back once, a cycle later, with its error and the tag of its burst; none is refused.
    `F_CLAIM (m_rready_o);
    `F_CLAIM (rs_valid_o == f_rvalid_q);
    if (rs_valid_o) `F_CLAIM (rs_err_o == f_rerr_q);
    if (rs_valid_o && f_on_q && f_ahead_q == '0) `F_CLAIM (rs_tag_o == f_tag_q);
    // Never more bursts than there is room for; idle exactly when none is under way.
    `F_CLAIM (f_count_q <= (PtrBits + 1)'(Outstanding));
    `F_CLAIM (idle_o == (f_count_q == '0));
    `F_CLAIM (rq_ready_o == ((!m_arvalid_o || m_arready_i) && f_count_q != (PtrBits + 1)'(Outstanding)));
    // Where it is.
    `F_CLAIM (f_count_q == wptr_q - rptr_q);
    `F_CLAIM (f_open_q <= f_count_q && f_count_q == f_open_q + (PtrBits + 1)'(f_due_q) + (PtrBits + 1)'(f_end));
    `F_CLAIM (f_rvalid_q == rvalid_q);
    if (f_rvalid_q) `F_CLAIM (f_rlast_q == rlast_q && f_rerr_q == rerr_q && f_count_q != '0);
    if (f_on_q) `F_CLAIM (f_ahead_q < f_count_q && tag_mem[f_place[PtrBits-1:0]] == f_tag_q);
  end

`undef F_CLAIM
`undef F_NEEDS
