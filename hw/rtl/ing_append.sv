// SPDX-License-Identifier: MIT
// Writes results of vector commands to device memory: K and V blocks, and whole words (sinks KVK, KVV, MEM).
//
// load_i takes the parameters of a command of outer x inner rows of items_i items: blocks of 32 (K, V), or words (MEM).
// Block j of row i (a head) of outer row o belongs to position p = len + o. It goes, in this order and in units from
// offset (expoff), to
//   K  exponent byte  i*stride + (p>>6)*items*65 + j*65, byte p&63
//      data           from the next unit on, ((p>>4)&3)*16 + c, bytes 4*(p&15)..+3: elements 2c, 2c+1 (c = 0..15)
//   V  with q = i*items + j:
//      exponent byte  expoff + q*(stride>>6) + (p>>6), byte p&63
//      data           q*stride + (p>>5)*32 + 16*g + ((p&31)>>1), bytes 4r + 2*(p&1)..+1: element 16*g + r (g = 0, 1)
//   MEM word w of row (o, i): o*stride + i*lines + w / (words of a unit)
// where lines are the whole units of a row. Nothing wraps: a beat whose offset is 2^32 or more asks for the unit
// 0xffffffff, which no slot has; over_o is high from the first beat that asks for it, with the low bits of its offset in
// over_off_o.
//
// Blocks: go_o says that one block may come; start_i takes that back; then its mantissas come as ing_quant sends them.
// Words: m_v_i, m_ready_o. Beats leave by wq_*, one register away. busy_o: until the last beat of the command was
// taken; alone_o: all that is left to do is in registers here. stop_i ends the command, but for a beat already offered;
// clr_i takes that back too.
//
// PortBits: bits of a beat. Step: mantissas that come at a time.
`default_nettype none

module ing_append #(
    parameter int unsigned PortBits = 128,
    parameter int unsigned Step     = (PortBits < 256) ? PortBits / 32 : 8,
    localparam int unsigned Lanes   = PortBits / 32
) (
    input  wire logic                  clk_i,
    input  wire logic                  rst_ni,
    input  wire logic                  clr_i,
    input  wire logic                  stop_i,
    input  wire logic                  load_i,
    input  wire logic                  v_form_i,
    input  wire logic                  mem_i,
    input  wire logic [7:0]            outer_i,
    input  wire logic [7:0]            inner_i,
    input  wire logic [19:0]           items_i,
    input  wire logic [31:0]           stride_i,
    input  wire logic [31:0]           offset_i,
    input  wire logic [31:0]           expoff_i,
    input  wire logic [19:0]           len_i,
    output var  logic                  go_o,
    input  wire logic                  start_i,
    input  wire logic                  q_v_i,
    input  wire logic                  q_first_i,
    input  wire logic                  q_last_i,
    input  wire logic [7:0]            exp_i,
    input  wire logic [Step*16-1:0]    q_i,
    input  wire logic                  m_v_i,
    output var  logic                  m_ready_o,
    input  wire logic [PortBits-1:0]   m_data_i,
    output var  logic                  wq_valid_o,
    input  wire logic                  wq_ready_i,
    output var  logic [31:0]           wq_off_o,
    output var  logic [2:0]            wq_sub_o,
    output var  logic [PortBits-1:0]   wq_data_o,
    output var  logic [PortBits/8-1:0] wq_strb_o,
    output var  logic                  over_o,
    output var  logic [31:0]           over_off_o,
    output var  logic                  alone_o,
    output var  logic                  busy_o
);

  localparam int unsigned LaneLog = $clog2(Lanes);
  localparam int unsigned SubLog  = 4 - LaneLog;       // log2 of the beats of a unit
  localparam int unsigned Entries = 32 / Lanes;        // words of the block buffer
  localparam int unsigned EntryLog = $clog2(Entries);
  localparam int unsigned Halves  = (Step < Lanes) ? Lanes / Step : 1;  // steps of a word
  localparam int unsigned Fold    = (Step > Lanes) ? Step / Lanes : 1;  // words of a step

  typedef enum logic [2:0] {Idle, Prepare, Ready, Fill, Exponent, Data, Words} state_e;
  state_e state_q;

  wire logic room = ~wq_valid_o | wq_ready_i;

  // ---- rows ----
  logic [19:0] item_left_q;
  logic [7:0]  i_left_q, o_left_q;
  wire logic row_end   = item_left_q == 20'd0;
  wire logic outer_end = row_end & (i_left_q == 8'd0);
  wire logic all_end   = outer_end & (o_left_q == 8'd0);
  wire logic item_done;

  // ---- addresses ----
  // K: a_q is the exponent unit of the block, b_q the first one of the row without the tile's share, tile_q that share.
  // V: a_q and b_q are the parts of data and exponent that depend on q. MEM: a_q the unit, b_q the outer row's first.
  // Bit 32: the true value is 2^32 or more.
  logic [32:0] a_q, b_q, tile_q;
  logic [20:0] p_q;
  logic [14:0] mult_q;   // bits of p >> 6 that are not yet multiplied
  logic [32:0] factor_q;
  logic        form_v_q, mem_q;

  // Sum of two such numbers.
  function automatic logic [32:0] plus(input logic [32:0] x, input logic [32:0] y);
    logic [32:0] sum;
    sum  = {1'b0, x[31:0]} + {1'b0, y[31:0]};
    plus = {sum[32] | x[32] | y[32], sum[31:0]};
  endfunction

  wire logic [32:0] stride = {1'b0, stride_i};
  wire logic [32:0] offset = {1'b0, offset_i};
  wire logic [32:0] expoff = {1'b0, expoff_i};

  // ---- beat ----
  logic [3:0]          chunk_q;    // K: chunk. V: beat
  logic [7:0]          exp_q;
  logic [EntryLog:0]   fill_q;     // Fill: steps so far
  logic [Lanes*16-1:0] buffer[Entries];
  logic [SubLog:0]     sub_q;      // MEM: beat within the unit

  wire logic data_last = form_v_q ? (chunk_q == 4'(Entries - 1)) : (chunk_q == 4'd15);
  assign item_done = (state_q == Data && room && data_last) || (state_q == Words && room && m_v_i);
  assign go_o      = state_q == Ready;
  assign m_ready_o = (state_q == Words) & room;
  assign alone_o   = all_end & (state_q == Exponent || state_q == Data);
  assign busy_o    = (state_q != Idle) | wq_valid_o;

  wire logic [EntryLog-1:0] entry = form_v_q ? EntryLog'(chunk_q) : EntryLog'({chunk_q, 1'b0} >> LaneLog);

  always_ff @(posedge clk_i) begin : block
    logic [15:0] value;
    if (state_q == Fill && q_v_i) begin
      for (int h = 0; h < Halves; h++) begin
        if (h == ((Halves == 1) ? 0 : 32'(fill_q[0]))) begin
          for (int e = 0; e < Step; e++) begin
            value = q_i[e*16+:16] ^ 16'h8000;
            buffer[EntryLog'(32'(fill_q >> (Halves - 1)) * Fold + e / Lanes)][(h*Step+e%Lanes)*16+:16] <= value;
          end
        end
      end
      exp_q <= exp_i;
    end
  end

  always_ff @(posedge clk_i) begin : beat
    logic [Lanes*16-1:0] half;
    logic [31:0]         two;
    logic [32:0]         base, unit;
    logic [9:0]          place;
    base   = a_q;
    place = '0;
    case (state_q)
      Exponent: begin
        if (form_v_q) base = plus(b_q, {18'd0, p_q[20:6]});
      end
      Data: begin
        if (form_v_q) base = plus(a_q, {12'd0, p_q[20:5], 5'd0});
        // V: the units of channels 0..15 and 16..31 are 16 apart.
        place = !form_v_q ? {4'd0, p_q[5:4], chunk_q} + 10'd1
            : {5'd0, (chunk_q >> SubLog) != 4'd0, p_q[4:1]};
      end
      default: ;
    endcase
    unit = plus(base, {23'd0, place});
    if (room && (state_q == Words || state_q == Exponent || state_q == Data)) begin
      wq_off_o <= unit[32] ? 32'hffffffff : unit[31:0];
      if ((unit[32] || &unit[31:0]) && !over_o) over_off_o <= unit[31:0];
      if ((unit[32] || &unit[31:0]) && (state_q != Words || m_v_i)) over_o <= 1'b1;
    end
    if (load_i) over_o <= 1'b0;
    if (room) wq_valid_o <= (state_q == Exponent) | (state_q == Data) | (state_q == Words && m_v_i);
    if (room && state_q == Words) begin
      wq_data_o <= m_data_i;
      wq_strb_o <= '1;
      wq_sub_o  <= 3'(sub_q);
    end
    if (room && state_q == Exponent) begin
      wq_data_o <= {PortBits / 8{exp_q}};
      wq_strb_o <= (PortBits / 8)'(1) << p_q[LaneLog+1:0];
      wq_sub_o  <= 3'(p_q[5:0] >> (LaneLog + 2));
    end
    if (room && state_q == Data) begin
      half = buffer[entry];
      if (form_v_q) begin
        for (int l = 0; l < Lanes; l++) wq_data_o[l*32+:32] <= {2{half[l*16+:16]}};
        wq_strb_o <= {Lanes{p_q[0] ? 4'b1100 : 4'b0011}};
        wq_sub_o  <= 3'(chunk_q & 4'((1 << SubLog) - 1));
      end else begin
        two = 32'(half >> ({28'd0, chunk_q & 4'(Lanes / 2 - 1)} * 32));
        wq_data_o <= {Lanes{two}};
        wq_strb_o <= (PortBits / 8)'(4'hf) << {p_q[LaneLog-1:0], 2'b00};
        wq_sub_o  <= 3'(p_q[3:0] >> LaneLog);
      end
    end
    if (!rst_ni || clr_i) wq_valid_o <= 1'b0;
  end

  always_ff @(posedge clk_i) begin : control
    logic [32:0] row;
    case (state_q)
      Prepare: begin
        // tile = (p >> 6) * items * 65, a bit a cycle
        if (mult_q[0]) tile_q <= plus(tile_q, factor_q);
        factor_q <= {factor_q[32] | factor_q[31], factor_q[30:0], 1'b0};
        mult_q   <= mult_q >> 1;
        if (mult_q == '0) begin
          a_q     <= plus(b_q, tile_q);
          state_q <= Ready;
        end
      end
      Ready: begin
        fill_q <= '0;
        if (start_i) state_q <= Fill;
      end
      Fill: begin
        if (q_v_i) begin
          fill_q <= q_first_i ? (EntryLog + 1)'(1) : fill_q + (EntryLog + 1)'(1);
          if (q_last_i) state_q <= Exponent;
        end
      end
      Exponent: begin
        chunk_q <= '0;
        if (room) state_q <= Data;
      end
      Data: begin
        if (room) chunk_q <= chunk_q + 4'd1;
        if (item_done) state_q <= all_end ? Idle : (outer_end && !form_v_q) ? Prepare : Ready;
      end
      Words: begin
        if (item_done && all_end) state_q <= Idle;
      end
      default: ;
    endcase
    if (item_done) begin
      item_left_q <= row_end ? items_i - 20'd1 : item_left_q - 20'd1;
      if (row_end) i_left_q <= outer_end ? inner_i - 8'd1 : i_left_q - 8'd1;
      if (outer_end) begin
        o_left_q <= o_left_q - 8'd1;
        p_q      <= p_q + 21'd1;
        mult_q   <= 15'((p_q + 21'd1) >> 6);
        factor_q <= ({13'd0, items_i} << 6) + {13'd0, items_i};
        tile_q   <= '0;
      end
      if (mem_q) begin
        sub_q <= (sub_q == (SubLog + 1)'((1 << SubLog) - 1)) ? '0 : sub_q + (SubLog + 1)'(1);
        row = plus(b_q, stride);
        if (outer_end) begin
          a_q   <= row;
          b_q   <= row;
          sub_q <= '0;
        end else if (sub_q == (SubLog + 1)'((1 << SubLog) - 1)) begin
          a_q <= plus(a_q, 33'd1);
        end
      end else if (form_v_q) begin
        a_q <= outer_end ? offset : plus(a_q, stride);
        b_q <= outer_end ? expoff : plus(b_q, stride >> 6);
      end else begin
        row = outer_end ? offset : plus(b_q, stride);
        if (row_end) b_q <= row;
        a_q <= row_end ? plus(row, tile_q) : plus(a_q, 33'd65);
      end
    end
    if (load_i) begin
      form_v_q    <= v_form_i;
      mem_q       <= mem_i;
      item_left_q <= items_i - 20'd1;
      i_left_q    <= inner_i - 8'd1;
      o_left_q    <= outer_i - 8'd1;
      p_q         <= {1'b0, len_i};
      mult_q      <= {1'b0, len_i[19:6]};
      factor_q    <= ({13'd0, items_i} << 6) + {13'd0, items_i};
      tile_q      <= '0;
      sub_q       <= '0;
      a_q         <= offset;
      b_q         <= (v_form_i && !mem_i) ? expoff : offset;
      state_q     <= mem_i ? Words : v_form_i ? Ready : Prepare;
    end
    if (!rst_ni || clr_i || stop_i) state_q <= Idle;
  end

`ifdef ING_ASSERT
  // A beat that waits does not change.
  assert property (@(posedge clk_i) disable iff (!rst_ni) wq_valid_o && !wq_ready_i && !clr_i |=> clr_i || wq_valid_o);
  // Mantissas come only while a block is expected.
  assert property (@(posedge clk_i) disable iff (!rst_ni || clr_i) q_v_i && state_q != Idle && !mem_q |-> state_q == Fill);
`endif

endmodule

`default_nettype wire
