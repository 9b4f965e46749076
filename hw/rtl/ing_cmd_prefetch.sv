// SPDX-License-Identifier: MIT
// Fetches the commands of a program ahead of their turn, one 64-byte unit each.
//
// start_i (a pulse) begins at command 0 of the program, jump_i at command target_i; what was fetched ahead is dropped.
// A LOOP without patches is expected to be taken: what follows it here is the command it goes to, so that only a LOOP
// that ends needs a jump.
// head_valid_o: the next command is here whole, on head_o; take_i drops it. head_fault_o: the next command cannot be
// had, code_o and off_o say why. Neither is high in the cycle after start_i or jump_i, nor until a jump has taken effect.
// en_i low: nothing more is asked for. quiet_o: nothing that was asked for is still to come.
// clr_i forgets everything; the owner gives it only while no read is under way.
//   PortBits  width of a beat
//   Depth     commands fetched ahead, a power of two
`default_nettype none

module ing_cmd_prefetch #(
    parameter int unsigned PortBits = 512,
    parameter int unsigned Depth    = 16
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                start_i,
    input  wire logic                jump_i,
    input  wire logic [31:0]         target_i,
    input  wire logic                en_i,
    input  wire logic [7:0]          slot_i,
    input  wire logic [31:0]         base_i,
    input  wire logic [31:0]         commands_i,
    output var  logic                head_valid_o,
    output var  logic                head_fault_o,
    output var  logic                quiet_o,
    output var  logic [7:0]          code_o,
    output var  logic [7:0]          slot_o,
    output var  logic [31:0]         off_o,
    input  wire logic                take_i,
    output var  logic [511:0]        head_o,
    output var  logic                c_valid_o,
    input  wire logic                c_ready_i,
    output var  logic [7:0]          c_slot_o,
    output var  logic [32:0]         c_off_o,
    input  wire logic                c_ok_i,
    input  wire logic                c_fault_i,
    input  wire logic [7:0]          c_code_i,
    input  wire logic [31:0]         c_foff_i,
    input  wire logic                c_rvalid_i,
    input  wire logic [PortBits-1:0] c_rdata_i
);

  localparam int unsigned UnitBeats = 512 / PortBits;
  localparam int unsigned PtrBits = $clog2(Depth);
  localparam int unsigned BeatBits = (UnitBeats == 1) ? 1 : $clog2(UnitBeats);
  localparam int unsigned OpenBits = $clog2(Depth * UnitBeats) + 2;
  // Where the target of a LOOP lies.
  localparam int unsigned ImmBeat = 32 * ing_pkg::ING_C_IMM_W / PortBits;
  localparam int unsigned ImmLow = 32 * ing_pkg::ING_C_IMM_W % PortBits;

  if (Depth != (1 << $clog2(Depth))) begin : g_check
    $fatal(1, "Depth must be a power of two");
  end

  logic [PtrBits:0]    wptr_q, rptr_q;      // commands stored and taken
  logic [PtrBits:0]    asked_q;             // commands asked for, of those not dropped
  logic [BeatBits-1:0] beat_q;              // of the command that comes
  logic [OpenBits-1:0] open_q, drop_q;      // beats on their way, and how many of them to drop
  logic [31:0]         next_q;              // next command to ask for
  logic                want_q, judge_q, stop_q, refused_q, jump_q;
  logic [31:0]         target_q;
  logic                room, keep, whole;

  assign room  = (asked_q - rptr_q) < (PtrBits + 1)'(Depth);
  assign keep  = c_rvalid_i && (drop_q == '0) && !turn_q;
  assign whole = keep && (beat_q == BeatBits'(UnitBeats - 1));

  // ---- a LOOP among what comes: what was asked for behind it is dropped, and its target asked for ----
  logic        turn_q;                      // until that takes effect
  logic        loop, loop_q;
  logic [31:0] goal, goal_q;

  assign loop = (beat_q != '0) ? loop_q
      : (c_rdata_i[7:0] == 8'(ing_pkg::ING_OP_LOOP)) && (c_rdata_i[32+:24] == 24'd0);
  assign goal = (beat_q == BeatBits'(ImmBeat)) ? c_rdata_i[ImmLow+:32] : goal_q;

  for (genvar b = 0; b < UnitBeats; b++) begin : g_beat
    logic [PortBits-1:0] beat_mem [Depth];
    always_ff @(posedge clk) begin
      if (keep && (beat_q == BeatBits'(b))) beat_mem[wptr_q[PtrBits-1:0]] <= c_rdata_i;
    end
    assign head_o[b*PortBits+:PortBits] = beat_mem[rptr_q[PtrBits-1:0]];
  end

  // Sleeps while the buffer is full and nobody takes from it.
  logic clk, ahead;

  assign ahead = !jump_q && !turn_q && !want_q && !judge_q && !stop_q && room && en_i;

  ing_clkgate u_clock (
      .clk_i,
      .en_i (!rst_ni || clr_i || start_i || jump_i || jump_q || turn_q || want_q || judge_q || ahead || take_i || c_rvalid_i),
      .clk_o(clk)
  );

  assign c_valid_o = want_q;
  assign c_slot_o  = slot_i;
  assign c_off_o   = {1'b0, base_i} + {1'b0, next_q};

  assign head_valid_o = !jump_q && (wptr_q != rptr_q);
  assign head_fault_o = !jump_q && !turn_q && refused_q && (asked_q == rptr_q);
  assign quiet_o      = !jump_q && !want_q && !judge_q && (open_q == '0);

  always_ff @(posedge clk) begin
    if (jump_i) target_q <= target_i;
    if (start_i) target_q <= 32'd0;

    if (!rst_ni || clr_i) begin
      wptr_q  <= '0;
      rptr_q  <= '0;
      asked_q <= '0;
      open_q  <= '0;
      drop_q  <= '0;
      want_q  <= 1'b0;
      judge_q <= 1'b0;
      stop_q  <= 1'b1;
      jump_q  <= 1'b0;
      turn_q  <= 1'b0;
      beat_q  <= '0;
      refused_q <= 1'b0;
    end else begin
      if (take_i) rptr_q <= rptr_q + 1'b1;
      if (whole) wptr_q <= wptr_q + 1'b1;
      if (keep) begin
        beat_q <= whole ? '0 : beat_q + 1'b1;
        loop_q <= loop;
        goal_q <= goal;
        turn_q <= whole && loop;
      end
      if (c_rvalid_i && drop_q != '0) drop_q <= drop_q - 1'b1;
      open_q <= open_q - OpenBits'(c_rvalid_i) + (c_ok_i ? OpenBits'(UnitBeats) : '0);

      // One request at a time: asked, judged, then the next.
      if (want_q && c_ready_i) begin
        want_q  <= 1'b0;
        judge_q <= 1'b1;
      end
      if (c_ok_i) begin
        judge_q <= 1'b0;
        next_q  <= next_q + 1'b1;
        asked_q <= asked_q + 1'b1;
      end
      if (c_fault_i) begin
        judge_q <= 1'b0;
        stop_q  <= 1'b1;
        refused_q <= 1'b1;
        code_o  <= c_code_i;
        slot_o  <= slot_i;
        off_o   <= c_foff_i;
      end

      if (start_i || jump_i) jump_q <= 1'b1;
      if (jump_q && !want_q && !judge_q) begin
        // What is on its way will be dropped; what is here is forgotten.
        jump_q  <= 1'b0;
        stop_q  <= 1'b0;
        refused_q <= 1'b0;
        next_q  <= target_q;
        drop_q  <= open_q - OpenBits'(c_rvalid_i);
        wptr_q  <= '0;
        rptr_q  <= '0;
        asked_q <= '0;
        beat_q  <= '0;
        turn_q  <= 1'b0;
      end else if (turn_q && !jump_q && !want_q && !judge_q) begin
        turn_q  <= 1'b0;
        stop_q  <= 1'b0;
        refused_q <= 1'b0;
        next_q  <= goal_q;
        drop_q  <= open_q - OpenBits'(c_rvalid_i);
        asked_q <= wptr_q;
      end else if (ahead) begin
        if (next_q >= commands_i) begin
          stop_q <= 1'b1;
          refused_q <= 1'b1;
          code_o <= 8'(ing_pkg::ING_FAULT_PC);
          slot_o <= 8'd0;
          off_o  <= 32'd0;
        end else begin
          want_q <= 1'b1;
        end
      end
    end
  end

`ifdef ING_ASSERT
  OnlyTakesWhatIsThere: assert property (@(posedge clk_i) disable iff (!rst_ni) take_i |-> wptr_q != rptr_q);
`endif

endmodule

`default_nettype wire
