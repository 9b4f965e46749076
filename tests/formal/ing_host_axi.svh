// SPDX-License-Identifier: MIT
// Properties of ing_host_axi, included at its end. What happens to a request inside u_read and u_write is proven of
// ing_axi_read and ing_axi_write and assumed here: here, that each is asked exactly what the source that won asks for.

  logic f_ran_q = 1'b0;
  always_ff @(posedge clk_i) f_ran_q <= 1'b1;

  localparam logic [63:0] FBytes = 64'(PortBits / 8);

  always_comb begin
    assume (rst_ni == f_ran_q);
    // What the rings and the copy engine promise: runs keep within a page and have at most 256 beats.
    if (hr_valid_i) assume (hr_len_i != 7'd0 && 32'(hr_unit_i[5:0]) + 32'(hr_len_i) <= 32'd64);
    if (hr_valid_i) assume ((32'(hr_len_i) << LogUnitBeats) <= 32'd256);
    if (hw_valid_i) assume (hw_len_i != 7'd0 && 32'(hw_unit_i[5:0]) + 32'(hw_len_i) <= 32'd64);
    if (hw_valid_i) assume ((32'(hw_len_i) << LogUnitBeats) <= 32'd256);
    if (rw_valid_i) assume (64'(rw_addr_i[11:0]) + (64'(rw_len_i) + 64'd1) * FBytes <= 64'd4096);
  end

  (* hierconn *) logic        \u_read.f_take , \u_read.f_on_q , \u_read.f_tag_q , \u_read.f_rvalid_q ;
  (* hierconn *) logic [3:0]  \u_read.f_ahead_q , \u_read.f_count_q ;
  (* hierconn *) logic [63:0] \u_read.rq_addr_i ;
  (* hierconn *) logic [7:0]  \u_read.rq_len_i ;
  (* hierconn *) logic        \u_write.f_room , \u_write.f_on_q , \u_write.f_mine_q , \u_write.f_start ;
  (* hierconn *) logic [3:0]  \u_write.f_ahead_q , \u_write.f_count_q ;
  logic f_rr, f_hr, f_ring_q;
  logic [PortBits-1:0]   f_rdata_q, f_wdata_q;
  logic [PortBits/8-1:0] f_wstrb_q;
  logic [63:0]           f_awaddr_q, f_awbeats_q;
  assign f_rr = rr_valid_i && rr_ready_o;
  assign f_hr = hr_valid_i && hr_ready_o;

  always_ff @(posedge clk_i) begin
    f_rdata_q <= m_rdata_i;
    if (!\u_read.f_on_q ) f_ring_q <= f_rr;
    if (rw_take_o || hw_take_o) begin
      f_wdata_q <= rw_take_o ? rw_data_i : hw_data_i;
      f_wstrb_q <= rw_take_o ? rw_strb_i : {PortBits / 8{1'b1}};
    end
    if (rw_start_o || hw_start_o) begin
      f_awaddr_q  <= rw_start_o ? rw_addr_i : {hw_unit_i, 6'd0};
      f_awbeats_q <= rw_start_o ? 64'(rw_len_i) + 64'd1 : 64'(hw_len_i) * 64'(512 / PortBits);
    end
  end

  always_comb if (rst_ni) begin
    // Reads: one at a time, the rings first, one whenever there is room, none while held; payload of the winner.
    assert (!(f_rr && f_hr));
    if (rr_valid_i) assert (!f_hr);
    assert (\u_read.f_take == (f_rr || f_hr));
    assert ((f_rr || f_hr) == (!hold_i && (rr_valid_i || hr_valid_i) && (!m_arvalid_o || m_arready_i) && \u_read.f_count_q != 4'd8));
    if (f_rr) assert (\u_read.rq_addr_i == {rr_unit_i, 6'd0} && 64'(\u_read.rq_len_i ) + 64'd1 == 64'(512 / PortBits));
    if (f_hr) assert (\u_read.rq_addr_i == {hr_unit_i, 6'd0});
    if (f_hr) assert (64'(\u_read.rq_len_i ) + 64'd1 == 64'(hr_len_i) * 64'(512 / PortBits));
    if (m_arvalid_o) assert (64'(m_araddr_o[11:0]) + (64'(m_arlen_o) + 64'd1) * FBytes <= 64'd4096);
    // Each beat goes to the source of its burst, with its data.
    assert (!(rr_rvalid_o && hr_rvalid_o) && (rr_rvalid_o || hr_rvalid_o) == \u_read.f_rvalid_q );
    if (\u_read.f_rvalid_q ) assert (rdata_o == f_rdata_q);
    if (\u_read.f_rvalid_q && \u_read.f_on_q && \u_read.f_ahead_q == 4'd0) assert (rr_rvalid_o == f_ring_q);
    // Writes: one at a time, the rings first, one whenever there is room, none while held; payload of the winner.
    assert (!(rw_start_o && hw_start_o) && \u_write.f_start == (rw_start_o || hw_start_o));
    assert (rw_start_o == (\u_write.f_room && rw_valid_i));
    assert (hw_start_o == (\u_write.f_room && hw_valid_i && !rw_valid_i));
    if (hold_i) assert (!rw_start_o && !hw_start_o);
    if (m_awvalid_o) assert (m_awaddr_o == f_awaddr_q && 64'(m_awlen_o) + 64'd1 == f_awbeats_q);
    if (m_awvalid_o) assert (64'(m_awaddr_o[11:0]) + (64'(m_awlen_o) + 64'd1) * FBytes <= 64'd4096);
    if (m_wvalid_o) assert (m_wdata_o == f_wdata_q && m_wstrb_o == f_wstrb_q);
    // Each answer goes to the source of its burst.
    assert (!(rw_done_o && hw_done_o) && (rw_done_o || hw_done_o) == m_bvalid_i);
    if (m_bvalid_i && \u_write.f_on_q && \u_write.f_ahead_q == 4'd0) assert (hw_done_o == \u_write.f_mine_q );
    // Idle: nothing is under way.
    assert (idle_o == (\u_read.f_count_q == 4'd0 && \u_write.f_count_q == 4'd0));
    // Where it is.
    if (\u_read.f_on_q ) assert (\u_read.f_tag_q == f_ring_q);
  end
