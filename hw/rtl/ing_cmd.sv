// SPDX-License-Identifier: MIT
// Command processor: runs the program of a job, one command at a time, and feeds the units.
//
// Job: job_valid_i with the descriptor (stable until job_ready_o, a pulse when all of it has been read). Before the first
// job of another context the units are wiped. Completions (cp_*: events and the end of the job) are offered until taken.
// Commands: fetched ahead, patched, judged, then queued for the units (16 deep) or executed here; see "Front end" in
// docs/microarchitecture.md for the order of checks and the wires.
// Faults: of a unit (held by it until clr_o), of the memory bus, of this block, or abort_i. Then mem_hold_o stops the
// memory port, and when mem_idle_i says that nothing is under way clr_o (a pulse) empties every block.
//   PortBits  width of a beat of a fetched command
`default_nettype none

module ing_cmd #(
    parameter int unsigned PortBits = 512
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    // job
    input  wire logic                job_valid_i,
    output var  logic                job_ready_o,
    input  wire logic [511:0]        job_desc_i,
    input  wire logic                abort_i,
    output var  logic                run_o,      // cycles that count
    output var  logic                start_o,    // pulse before the first of them
    output var  logic                host_o,     // waits for room for a completion
    output var  logic                command_o,  // pulse: a command executes
    output var  logic [2:0]          ctx_o,
    // completions
    output var  logic                cp_valid_o,
    input  wire logic                cp_ready_i,
    output var  logic                cp_done_o,  // the job is over; otherwise an event
    output var  logic                cp_irq_o,
    output var  logic [31:0]         cp_tag_o,
    output var  logic [7:0]          cp_code_o,
    output var  logic [31:0]         cp_value_o,
    output var  logic [31:0]         cp_value2_o,
    output var  logic [31:0]         cp_off_o,
    output var  logic [47:0]         cp_cycles_o,
    // command fetch
    output var  logic                c_valid_o,
    input  wire logic                c_ready_i,
    output var  logic [7:0]          c_slot_o,
    output var  logic [32:0]         c_off_o,
    input  wire logic                c_ok_i,
    input  wire logic                c_fault_i,
    input  wire logic [7:0]          c_code_i,
    input  wire logic [31:0]         c_foff_i,
    input  wire logic                c_rvalid_i,
    input  wire logic [PortBits-1:0] c_rdata_i,
    // memory
    output var  logic                mem_hold_o,
    input  wire logic                mem_idle_i,
    input  wire logic                bus_err_i,
    input  wire logic [7:0]          bus_slot_i,
    // units
    output var  logic                clr_o,
    output var  logic                wipe_o,
    input  wire logic                wipe_busy_i,
    output var  logic                fq_valid_o,
    input  wire logic                fq_ready_i,
    output var  logic [511:0]        fq_cmd_o,
    output var  logic [31:0]         fq_pc_o,
    output var  logic [16:0]         fq_wait_o,
    output var  logic [15:0]         fq_prior_o,
    output var  logic                sq_valid_o,
    input  wire logic                sq_ready_i,
    output var  logic [511:0]        sq_cmd_o,
    output var  logic [31:0]         sq_pc_o,
    output var  logic [16:0]         sq_wait_o,
    output var  logic [15:0]         sq_prior_o,
    output var  logic                vq_valid_o,
    input  wire logic                vq_ready_i,
    output var  logic [511:0]        vq_cmd_o,
    output var  logic [31:0]         vq_pc_o,
    output var  logic [16:0]         vq_wait_o,
    output var  logic [15:0]         vq_prior_o,
    input  wire logic                str_done_i,
    input  wire logic                vec_done_i,
    output var  logic [15:0]         str_cnt_o,
    output var  logic [15:0]         vec_cnt_o,
    input  wire logic                sf_valid_i,
    input  wire logic [7:0]          sf_code_i,
    input  wire logic [31:0]         sf_pc_i,
    input  wire logic [7:0]          sf_slot_i,
    input  wire logic [31:0]         sf_off_i,
    input  wire logic                vf_valid_i,
    input  wire logic [7:0]          vf_code_i,
    input  wire logic [31:0]         vf_pc_i,
    input  wire logic [7:0]          vf_slot_i,
    input  wire logic [31:0]         vf_off_i,
    input  wire logic                pk_valid_i,
    input  wire logic [3:0]          pk_rd_i,
    input  wire logic [31:0]         pk_token_i
);

  typedef enum logic [4:0] {
    Idle,       // no job
    Load,       // registers: zero and the arguments
    Wipe,       // units forget the last context
    Next,       // judge budget and program counter, take the command
    Judge,      // until it is patched: opcode and field faults; then until its queue has room, or its waits are over
    Execute,    // control
    Event,      // EMIT: offer the completion
    Finish,     // END: all commands done
    Settle,     // a fault of this block: all earlier commands done first
    Drain,      // memory port quiet
    Clear,      // clr_o
    Done        // offer the completion of the job
  } state_e;

  state_e       state_q;
  logic [511:0] cmd;       // patched
  logic [31:0]  pc_q, budget_q, count_q, tag_q;
  logic [31:0]  prog_q, prog_len_q;
  logic [7:0]   prog_slot_q;
  logic         irq_q, abort_q, last_valid_q, started_q;
  logic [2:0]   last_ctx_q;
  logic [47:0]  cycles_q;
  logic [3:0]   step_q;
  logic [15:0]  vec_iss_q, str_iss_q;

  // ---- fields of the command ----
  logic [7:0] op;
  logic [3:0] wait_vec, wait_str, rd, ra, rb, ids;
  logic [4:0] shift;

  assign op         = cmd[7:0];
  assign wait_vec   = cmd[ing_pkg::ING_F_WAIT_VEC_L+:4];
  assign wait_str   = cmd[ing_pkg::ING_F_WAIT_STR_L+:4];
  assign rd         = cmd[32*ing_pkg::ING_C_RD_W+ing_pkg::ING_C_RD_L+:4];
  assign ra         = cmd[32*ing_pkg::ING_C_RA_W+ing_pkg::ING_C_RA_L+:4];
  assign rb         = cmd[32*ing_pkg::ING_C_RB_W+ing_pkg::ING_C_RB_L+:4];
  assign shift      = cmd[32*ing_pkg::ING_C_SH_W+ing_pkg::ING_C_SH_L+:5];
  assign ids        = cmd[32*ing_pkg::ING_C_COUNT_W+ing_pkg::ING_C_COUNT_L+:4];

  // ---- what decides on the next step ----
  logic [15:0] vec_left, str_left;
  logic        all_done, waited;
  logic        cmd_ready, is_ctl, is_str, is_vec, reserved, expected;
  logic        q_ready, str_ready, vec_ready;
  logic        unit_fault, stoppable, own_fault, head_stop;
  logic        go;         // nothing is wrong with the command
  logic        push_str, push_vec;
  logic        head_valid, head_fault, head_quiet;

  // ---- clock: the state machine sleeps while it can only wait ----
  logic waiting, clk;

  always_comb begin
    case (state_q)
      Idle: waiting = !job_valid_i;
      Next: waiting = started_q && !head_valid && !own_fault;
      Judge: waiting = go && (is_ctl ? !waited : !q_ready);
      Finish: waiting = !(all_done && head_quiet);
      Event, Done: waiting = !cp_ready_i;
      default: waiting = 1'b0;
    endcase
  end

  ing_clkgate u_clock (
      .clk_i,
      .en_i (!rst_ni || !waiting || we_q || job_ready_o || start_o || clr_o || wipe_o || command_o || mem_hold_o || abort_i ||
             abort_q || unit_fault || bus_err_i),
      .clk_o(clk)
  );

  always_ff @(posedge clk_i) begin
    if (start_o) cycles_q <= 48'd0;
    else if (run_o) cycles_q <= cycles_q + 48'd1;
  end

  // ---- commands done ----

  assign vec_left = vec_iss_q - vec_cnt_o;
  assign str_left = str_iss_q - str_cnt_o;
  assign all_done = (vec_left == 16'd0) && (str_left == 16'd0);
  // Held by a wait field of d: as long as d or more earlier commands are not done.
  assign waited   = (wait_vec == 4'd0 || vec_left < {12'd0, wait_vec}) &&
                    (wait_str == 4'd0 || str_left < {12'd0, wait_str});

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_o) begin
      vec_cnt_o <= 16'd0;
      str_cnt_o <= 16'd0;
    end else begin
      if (vec_done_i) vec_cnt_o <= vec_cnt_o + 16'd1;
      if (str_done_i) str_cnt_o <= str_cnt_o + 16'd1;
    end
  end

  // ---- fetch and patches ----
  logic         load, jump;
  logic [7:0]   head_code, head_slot;
  logic [31:0]  head_off, jump_to;
  logic [511:0] head;
  logic [3:0]   patch_ra;
  logic [31:0]  ra_now, rb_now;

  // Nothing is asked for from END on: it would come into the next job.
  ing_cmd_prefetch #(
      .PortBits(PortBits),
      .Depth   (16)
  ) u_prefetch (
      .clk_i,
      .rst_ni,
      .clr_i       (clr_o || start_o),
      .start_i     (state_q == Next && !started_q),
      .jump_i      (jump),
      .en_i        (run_o && state_q != Finish && state_q != Done),
      .target_i    (jump_to),
      .slot_i      (prog_slot_q),
      .base_i      (prog_q),
      .commands_i  (prog_len_q),
      .head_valid_o(head_valid),
      .head_fault_o(head_fault),
      .quiet_o     (head_quiet),
      .code_o      (head_code),
      .slot_o      (head_slot),
      .off_o       (head_off),
      .take_i      (load),
      .head_o      (head),
      .c_valid_o,
      .c_ready_i,
      .c_slot_o,
      .c_off_o,
      .c_ok_i,
      .c_fault_i,
      .c_code_i,
      .c_foff_i,
      .c_rvalid_i,
      .c_rdata_i
  );

  ing_cmd_patch u_patch (
      .clk_i     (clk),
      .rst_ni,
      .load_i    (load),
      .cmd_i     (head),
      .ready_o   (cmd_ready),
      .cmd_o     (cmd),
      .is_ctl_o  (is_ctl),
      .is_str_o  (is_str),
      .is_vec_o  (is_vec),
      .reserved_o(reserved),
      .expected_o(expected),
      .raddr_o   (patch_ra),
      .rdata_i   (ra_now)
  );

  assign load = state_q == Next && started_q && head_valid && (!we_q || we_ready);

  // ---- registers ----
  logic [31:0] ra_q, rb_q, wdata_q;
  logic [3:0]  waddr_q;
  logic        we, we_q, we_ready, job_word_zero;

  // A result is written while the next command is taken, which reads no register before its second cycle.
  assign we = state_q == Load || we_q;
  assign job_word_zero = (step_q == 4'd0) || (32'(step_q) > ing_pkg::ING_ARGS);

  ing_cmd_regs u_regs (
      .clk_i,
      .we_i      (we),
      .ready_o   (we_ready),
      .waddr_i   (waddr_q),
      .wdata_i   (wdata_q),
      .pk_valid_i,
      .pk_rd_i,
      .pk_token_i,
      .aaddr_i   (cmd_ready ? ra : patch_ra),
      .adata_o   (ra_now),
      .baddr_i   (rb),
      .bdata_o   (rb_now)
  );

  // Arguments: word 8 and up of the descriptor, taken one a cycle. step_q is one ahead of the register written.
  logic [31:0] arg;
  always_comb begin
    arg = 32'd0;
    for (int i = 0; i < ing_pkg::ING_ARGS; i++) begin
      if (step_q == 4'(i + 1)) arg = arg | job_desc_i[32*(ing_pkg::ING_DESC_ARG0_W+i)+:32];
    end
  end

  assign go      = state_q == Judge && cmd_ready && !own_fault;
  assign q_ready = is_str ? str_ready : vec_ready;

  // ---- faults ----
  logic [7:0]  code_q, slot_q, own_code;
  logic [31:0] fpc_q, off_q;

  assign unit_fault = sf_valid_i || vf_valid_i;

  // States in which the job can be taken off at once: all but those that come before, after, or talk to the host.
  always_comb begin
    case (state_q)
      Idle, Load, Wipe, Event, Drain, Clear, Done: stoppable = 1'b0;
      default: stoppable = 1'b1;
    endcase
  end

  always_comb begin
    own_fault = 1'b0;
    own_code  = 8'd0;
    head_stop = 1'b0;
    if (state_q == Next && budget_q != 32'd0 && count_q == budget_q) begin
      own_fault = 1'b1;
      own_code  = 8'(ing_pkg::ING_FAULT_BUDGET);
    end else if (state_q == Next && head_fault) begin
      own_fault = 1'b1;
      own_code  = head_code;
      head_stop = 1'b1;
    end else if (state_q == Judge && cmd_ready && !is_ctl && !is_str && !is_vec) begin
      own_fault = 1'b1;
      own_code  = 8'(ing_pkg::ING_FAULT_OPCODE);
    end else if (state_q == Judge && cmd_ready && (reserved || (op == 8'(ing_pkg::ING_OP_BREAK) && ids > 4'd8))) begin
      own_fault = 1'b1;
      own_code  = 8'(ing_pkg::ING_FAULT_FIELD);
    end
  end

  // ---- the state machine ----
  logic        taken;  // LOOP or BREAK goes to its target
  logic        found;  // R[ra] is one of the ids
  logic [31:0] target, result;

  assign target = cmd[32*ing_pkg::ING_C_IMM_W+:32];

  always_comb begin
    found = 1'b0;
    for (int i = 0; i < 8; i++) begin
      if (32'(i) < 32'(ids) && cmd[32*(ing_pkg::ING_C_ID0_W+i)+:32] == ra_q) found = 1'b1;
    end
    case (op)
      8'(ing_pkg::ING_OP_LOOP):  taken = ra_q != 32'd1;
      8'(ing_pkg::ING_OP_BREAK): taken = found;
      default:                   taken = 1'b0;
    endcase
  end

  assign result  = (op == 8'(ing_pkg::ING_OP_LOOP)) ? ra_q - 32'd1
      : ((ra_q + rb_q + target) >> shift) & cmd[32*ing_pkg::ING_C_MASK_W+:32];
  assign jump    = state_q == Execute && taken != expected;
  assign jump_to = taken ? target : pc_q + 32'd1;

  always_ff @(posedge clk) begin
    job_ready_o <= 1'b0;
    start_o     <= 1'b0;
    clr_o       <= 1'b0;
    wipe_o      <= 1'b0;
    command_o   <= 1'b0;
    if (we_ready) we_q <= 1'b0;

    case (state_q)
      Idle: begin
        step_q <= 4'd0;
        if (job_valid_i && !job_ready_o) begin
          state_q     <= Load;
          waddr_q     <= 4'd0;
          wdata_q     <= 32'd0;
          step_q      <= 4'd1;
          ctx_o       <= job_desc_i[32*ing_pkg::ING_DESC_CTX_W+:3];
          prog_slot_q <= job_desc_i[32*ing_pkg::ING_DESC_CTX_W+8+:8];
          budget_q    <= job_desc_i[32*ing_pkg::ING_DESC_BUDGET_W+:32];
          prog_q      <= job_desc_i[32*ing_pkg::ING_DESC_PROG_W+:32];
          prog_len_q  <= job_desc_i[32*ing_pkg::ING_DESC_PROG_LEN_W+:32];
          tag_q       <= job_desc_i[32*ing_pkg::ING_DESC_TAG_W+:32];
          irq_q       <= job_desc_i[8];
        end
      end

      Load: begin
        waddr_q <= step_q;
        wdata_q <= job_word_zero ? 32'd0 : arg;
        step_q  <= step_q + 4'd1;
        if (waddr_q == 4'd15) begin
          job_ready_o <= 1'b1;
          start_o     <= 1'b1;
          wipe_o      <= !last_valid_q || (last_ctx_q != ctx_o);
          step_q      <= 4'd0;
          state_q     <= Wipe;
        end
      end

      Wipe: begin
        last_valid_q <= 1'b1;
        last_ctx_q   <= ctx_o;
        pc_q         <= 32'd0;
        count_q      <= 32'd0;
        vec_iss_q    <= 16'd0;
        str_iss_q    <= 16'd0;
        code_q       <= 8'd0;
        off_q        <= 32'd0;
        slot_q       <= 8'd0;
        fpc_q        <= 32'd0;
        step_q       <= (step_q == 4'd15) ? 4'd15 : step_q + 4'd1;
        // The first cycles are the pulse itself and the answer to it.
        if (step_q >= 4'd3 && !wipe_busy_i) begin
          run_o     <= 1'b1;
          started_q <= 1'b0;
          state_q   <= Next;
        end
      end

      Next: begin
        step_q    <= 4'd0;
        started_q <= 1'b1;
        // The first cycle of a job starts the fetch.
        if (load) begin
          state_q <= Judge;
          count_q <= count_q + 32'd1;
        end
      end

      Judge: begin
        ra_q <= ra_now;
        rb_q <= rb_now;
        if (push_str) str_iss_q <= str_iss_q + 16'd1;
        if (push_vec) vec_iss_q <= vec_iss_q + 16'd1;
        if (push_str || push_vec) begin
          command_o <= 1'b1;
          pc_q      <= pc_q + 32'd1;
          state_q   <= Next;
        end
        if (go && is_ctl && waited) begin
          command_o <= 1'b1;
          case (op)
            8'(ing_pkg::ING_OP_END):  state_q <= Finish;
            8'(ing_pkg::ING_OP_EMIT): state_q <= Event;
            default:                  state_q <= Execute;
          endcase
        end
      end

      Execute: begin
        we_q    <= (op == 8'(ing_pkg::ING_OP_LOOP)) || (op == 8'(ing_pkg::ING_OP_SCALAR));
        waddr_q <= (op == 8'(ing_pkg::ING_OP_LOOP)) ? ra : rd;
        wdata_q <= result;
        pc_q    <= jump_to;
        state_q <= Next;
      end

      Event: begin
        if (cp_ready_i) begin
          pc_q    <= pc_q + 32'd1;
          state_q <= Next;
        end
      end

      Finish: begin
        if (all_done && head_quiet) state_q <= Done;
      end

      Settle: begin
        if (all_done) state_q <= Drain;
      end

      Drain: begin
        if (mem_idle_i && mem_hold_o) begin
          clr_o   <= 1'b1;
          state_q <= Clear;
        end
      end

      Clear: state_q <= Done;

      Done: begin
        if (cp_ready_i) begin
          run_o   <= 1'b0;
          abort_q <= 1'b0;
          state_q <= Idle;
        end
      end

      default: state_q <= Idle;
    endcase

    // A fault of this block waits for all earlier commands, so that one of theirs is reported instead.
    if (own_fault) begin
      code_q  <= own_code;
      fpc_q   <= pc_q;
      slot_q  <= head_stop ? head_slot : 8'd0;
      off_q   <= head_stop ? head_off : 32'd0;
      state_q <= Settle;
    end
    if (stoppable && (unit_fault || bus_err_i || abort_q)) begin
      state_q <= Drain;
      if (sf_valid_i) begin
        code_q <= sf_code_i;
        fpc_q  <= sf_pc_i;
        slot_q <= sf_slot_i;
        off_q  <= sf_off_i;
      end else if (vf_valid_i) begin
        code_q <= vf_code_i;
        fpc_q  <= vf_pc_i;
        slot_q <= vf_slot_i;
        off_q  <= vf_off_i;
      end else begin
        code_q <= bus_err_i ? 8'(ing_pkg::ING_FAULT_BUS) : 8'(ing_pkg::ING_FAULT_ABORT);
        fpc_q  <= pc_q;
        slot_q <= bus_err_i ? bus_slot_i : 8'd0;
        off_q  <= 32'd0;
      end
    end

    mem_hold_o <= state_q == Drain || state_q == Clear;
    if (abort_i && run_o) abort_q <= 1'b1;

    if (!rst_ni) begin
      state_q      <= Idle;
      run_o        <= 1'b0;
      job_ready_o  <= 1'b0;
      start_o      <= 1'b0;
      clr_o        <= 1'b1;
      wipe_o       <= 1'b0;
      command_o    <= 1'b0;
      we_q         <= 1'b0;
      abort_q      <= 1'b0;
      last_valid_q <= 1'b0;
      mem_hold_o   <= 1'b0;
    end
  end

  // ---- completions ----
  assign cp_valid_o  = (state_q == Event) || (state_q == Done);
  assign cp_done_o   = state_q == Done;
  assign cp_irq_o    = (state_q == Done) ? irq_q : cmd[32*ing_pkg::ING_C_IRQ_W+ing_pkg::ING_C_IRQ_L];
  assign cp_tag_o    = tag_q;
  assign cp_code_o   = code_q;
  assign cp_value_o  = (state_q == Done) ? fpc_q : ra_q;
  assign cp_value2_o = (state_q == Done) ? {24'd0, slot_q} : rb_q;
  assign cp_off_o    = off_q;
  assign cp_cycles_o = cycles_q;
  assign host_o      = cp_valid_o && !cp_ready_i;

  // ---- queues to the units ----
  assign push_str = go && is_str && str_ready;
  assign push_vec = go && is_vec && vec_ready;

  ing_cmd_queues u_queues (
      .clk_i,
      .rst_ni,
      .clr_i      (clr_o),
      .push_str_i (push_str),
      .push_vec_i (push_vec),
      .str_ready_o(str_ready),
      .vec_ready_o(vec_ready),
      .cmd_i      (cmd),
      .pc_i       (pc_q),
      .vec_iss_i  (vec_iss_q),
      .str_iss_i  (str_iss_q),
      .fq_valid_o,
      .fq_ready_i,
      .fq_cmd_o,
      .fq_pc_o,
      .fq_wait_o,
      .fq_prior_o,
      .sq_valid_o,
      .sq_ready_i,
      .sq_cmd_o,
      .sq_pc_o,
      .sq_wait_o,
      .sq_prior_o,
      .vq_valid_o,
      .vq_ready_i,
      .vq_cmd_o,
      .vq_pc_o,
      .vq_wait_o,
      .vq_prior_o
  );

`ifdef ING_ASSERT
  // Waits name earlier commands only, so no more commands are ever done than were issued.
  NoMoreDoneThanIssued: assert property (@(posedge clk_i) disable iff (!rst_ni)
      run_o |-> !vec_left[15] && !str_left[15]);
  AFaultIsHeld: assert property (@(posedge clk_i) disable iff (!rst_ni)
      unit_fault && !clr_o |=> unit_fault || clr_o || $past(clr_o));
`endif

endmodule

`default_nettype wire
