// SPDX-License-Identifier: MIT
// Takes vector commands from ing_cmd and judges them, while the one before may still execute.
//
// vq_*: the vector queue of docs/microarchitecture.md; one command is held. A good command is offered by x_valid_o once
// its wait is over; x_cmd_o, x_pc_o, x_prior_o and x_serial_o rest until x_ready_i. x_serial_o: rows must not overlap in
// time, since a later row reads a scalar that an earlier one writes. A bad one leaves by fault_valid_o, held until
// clr_i, when the engine is idle (idle_i) and the stream commands before it are done. run_o asks for the clock.
//
// Judged in this order: unknown function, type or sub-operation (OPCODE), forbidden values (FIELD), extents (RANGE). An
// extent is first + (outer-1)*stride + (inner-1)*stride + lines, made by a shift-and-add unit, a bit a cycle; with short
// pipelines (Depth, ing_fp_pkg) by multipliers, an extent a cycle.
//
// Parameters: as in docs/microarchitecture.md.
`default_nettype none

module ing_vector_dec #(
    parameter int unsigned TileM        = 1,
    parameter int unsigned ScratchLines = 1024,
    parameter int unsigned ActBlocks    = 256,
    parameter int unsigned Scalars      = 64,
    parameter int unsigned TopK         = 32,
    parameter int unsigned Depth        = ing_fp_pkg::DEPTH_FULL
) (
    input  wire logic         clk_i,
    input  wire logic         rst_ni,
    input  wire logic         clr_i,
    input  wire logic         vq_valid_i,
    output var  logic         vq_ready_o,
    input  wire logic [511:0] vq_cmd_i,
    input  wire logic [31:0]  vq_pc_i,
    input  wire logic [16:0]  vq_wait_i,
    input  wire logic [15:0]  vq_prior_i,
    input  wire logic [15:0]  str_cnt_i,
    output var  logic         x_valid_o,
    input  wire logic         x_ready_i,
    output var  logic [511:0] x_cmd_o,
    output var  logic [31:0]  x_pc_o,
    output var  logic [15:0]  x_prior_o,
    output var  logic         x_serial_o,
    input  wire logic         idle_i,
    output var  logic         fault_valid_o,
    output var  logic [7:0]   fault_code_o,
    output var  logic         run_o
);

  typedef enum logic [2:0] {Empty, Judge, Lines, First, Strides, Compare, Good, Bad} state_e;
  state_e state_q;

  logic [16:0] wait_q;

  // ---- fields ----
  wire logic [7:0]  op     = x_cmd_o[7:0];
  wire logic [3:0]  fn     = x_cmd_o[ing_pkg::ING_V_FN_W*32+ing_pkg::ING_V_FN_L+:4];
  wire logic [2:0]  atype  = x_cmd_o[ing_pkg::ING_V_ATYPE_W*32+ing_pkg::ING_V_ATYPE_L+:3];
  wire logic [1:0]  btype  = x_cmd_o[ing_pkg::ING_V_BTYPE_W*32+ing_pkg::ING_V_BTYPE_L+:2];
  wire logic [2:0]  sink   = x_cmd_o[ing_pkg::ING_V_SINK_W*32+ing_pkg::ING_V_SINK_L+:3];
  wire logic [1:0]  red    = x_cmd_o[ing_pkg::ING_V_RED_W*32+ing_pkg::ING_V_RED_L+:2];
  wire logic        scalar = x_cmd_o[ing_pkg::ING_V_SCALAR_W*32+ing_pkg::ING_V_SCALAR_L];
  wire logic [7:0]  outer  = x_cmd_o[ing_pkg::ING_V_OUTER_W*32+ing_pkg::ING_V_OUTER_L+:8];
  wire logic [7:0]  inner  = x_cmd_o[ing_pkg::ING_V_INNER_W*32+ing_pkg::ING_V_INNER_L+:8];
  wire logic        uses_s = x_cmd_o[ing_pkg::ING_V_USES_W*32+ing_pkg::ING_V_USES_L];
  wire logic [19:0] count  = x_cmd_o[ing_pkg::ING_V_COUNT_W*32+ing_pkg::ING_V_COUNT_L+:20];
  wire logic [15:0] s_in   = x_cmd_o[ing_pkg::ING_V_SIN_W*32+ing_pkg::ING_V_SIN_L+:16];
  wire logic [15:0] s_out  = x_cmd_o[ing_pkg::ING_V_SOUT_W*32+ing_pkg::ING_V_SOUT_L+:16];
  wire logic [7:0]  sub    = x_cmd_o[ing_pkg::ING_T_SUB_W*32+ing_pkg::ING_T_SUB_L+:8];

  wire logic is_vec  = op == 8'(ing_pkg::ING_OP_VEC);
  wire logic is_topk = op == 8'(ing_pkg::ING_OP_TOPK);
  wire logic is_pick = op == 8'(ing_pkg::ING_OP_PICK);
  wire logic updates = is_topk & (sub == 8'(ing_pkg::ING_TOPK_UPDATE));

  // Functions as sets of bits.
  localparam logic [15:0] UsesB = 16'((1 << ing_pkg::ING_FN_ADD) | (1 << ing_pkg::ING_FN_MUL)
      | (1 << ing_pkg::ING_FN_NORM) | (1 << ing_pkg::ING_FN_ROPE) | (1 << ing_pkg::ING_FN_RECIPMUL)
      | (1 << ing_pkg::ING_FN_RMS) | (1 << ing_pkg::ING_FN_EXP2MUL));
  localparam logic [15:0] UsesC = 16'((1 << ing_pkg::ING_FN_EXP2) | (1 << ing_pkg::ING_FN_EXP2ADD)
      | (1 << ing_pkg::ING_FN_AFFINE) | (1 << ing_pkg::ING_FN_MAX) | (1 << ing_pkg::ING_FN_RMS)
      | (1 << ing_pkg::ING_FN_EXP2MUL));
  localparam logic [15:0] ScalarFn = 16'((1 << ing_pkg::ING_FN_COPY) | (1 << ing_pkg::ING_FN_AFFINE)
      | (1 << ing_pkg::ING_FN_RSQRT) | (1 << ing_pkg::ING_FN_RECIP) | (1 << ing_pkg::ING_FN_SQUARE));

  wire logic sink_scratch = sink == 3'(ing_pkg::ING_SINK_SCRATCH);
  wire logic sink_act     = sink == 3'(ing_pkg::ING_SINK_ACT);
  wire logic sink_memory  = (sink >= 3'(ing_pkg::ING_SINK_KVK)) & (sink <= 3'(ing_pkg::ING_SINK_MEM));
  wire logic sink_blocks  = (sink >= 3'(ing_pkg::ING_SINK_ACT)) & (sink <= 3'(ing_pkg::ING_SINK_KVV));

  // ---- judgement without extents ----
  logic unknown, forbidden;
  always_comb begin
    unknown   = 1'b0;
    forbidden = count == '0;
    if (is_vec) begin
      unknown = (atype >= 3'(ing_pkg::ING_ATYPE_COUNT))
          | (sink >= 3'(ing_pkg::ING_SINK_COUNT)) | (red >= 2'(ing_pkg::ING_RED_COUNT));
      if (outer == '0 || inner == '0) forbidden = 1'b1;
      if (scalar) begin
        if (!ScalarFn[fn] || sink != '0 || red != '0) forbidden = 1'b1;
      end else begin
        if (fn == 4'(ing_pkg::ING_FN_ROPE) && count[0]) forbidden = 1'b1;
        if (sink_blocks && count[4:0] != '0) forbidden = 1'b1;
        if (sink_memory && UsesC[fn]) forbidden = 1'b1;
      end
    end else if (is_topk) begin
      unknown = sub > 8'(ing_pkg::ING_TOPK_READ);
    end else begin
      unknown = ~is_pick | (sub > 8'(ing_pkg::ING_PICK_INDEX));
    end
  end

  // ---- extents: one after another; those that do not apply are passed over ----
  typedef enum logic [2:0] {AtA, AtB, AtDst, AtCol, AtSin, AtSout, AtK} extent_e;
  extent_e extent_q;

  logic        applies;
  logic [15:0] first, stride_o, stride_i;
  logic [3:0]  line_log;   // log2 of the elements of a line
  logic        whole;      // the extent is `count` long, and has no rows
  logic [16:0] limit;
  always_comb begin
    applies  = 1'b0;
    first    = '0;
    stride_o = '0;
    stride_i = '0;
    line_log = 4'd4;
    whole    = ~is_vec;
    limit    = 17'(ScratchLines);
    case (extent_q)
      AtA: begin
        if (is_vec) begin
          applies  = ~scalar;
          first    = x_cmd_o[ing_pkg::ING_V_A_W*32+ing_pkg::ING_V_A_L+:16];
          stride_o = x_cmd_o[ing_pkg::ING_V_AOUT_W*32+ing_pkg::ING_V_AOUT_L+:16];
          stride_i = x_cmd_o[ing_pkg::ING_V_AIN_W*32+ing_pkg::ING_V_AIN_L+:16];
          case (atype)
            3'(ing_pkg::ING_ATYPE_F32):                             line_log = 4'd4;
            3'(ing_pkg::ING_ATYPE_U4), 3'(ing_pkg::ING_ATYPE_S4):   line_log = 4'd7;
            3'(ing_pkg::ING_ATYPE_S16):                             line_log = 4'd5;
            default:                                                line_log = 4'd6;
          endcase
        end else begin
          applies = (is_topk & (sub != 8'(ing_pkg::ING_TOPK_RESET)))
              | (is_pick & (sub != 8'(ing_pkg::ING_PICK_BEST)));
          first   = x_cmd_o[ing_pkg::ING_T_LINE_W*32+ing_pkg::ING_T_LINE_L+:16];
        end
      end
      AtB: begin
        applies  = is_vec & ~scalar & UsesB[fn];
        first    = x_cmd_o[ing_pkg::ING_V_B_W*32+ing_pkg::ING_V_B_L+:16];
        stride_o = x_cmd_o[ing_pkg::ING_V_BOUT_W*32+ing_pkg::ING_V_BOUT_L+:16];
        stride_i = x_cmd_o[ing_pkg::ING_V_BIN_W*32+ing_pkg::ING_V_BIN_L+:16];
        case (btype)
          2'(ing_pkg::ING_BTYPE_F32):  line_log = 4'd4;
          2'(ing_pkg::ING_BTYPE_E8):   line_log = 4'd6;
          2'(ing_pkg::ING_BTYPE_F16B): line_log = 4'd10;
          default:                     line_log = 4'd11;
        endcase
      end
      AtDst: begin
        applies  = is_vec & ~scalar & (sink_scratch | sink_act);
        first    = x_cmd_o[ing_pkg::ING_V_DST_W*32+ing_pkg::ING_V_DST_L+:16];
        stride_o = x_cmd_o[ing_pkg::ING_V_DSTOUT_W*32+ing_pkg::ING_V_DSTOUT_L+:16];
        stride_i = x_cmd_o[ing_pkg::ING_V_DSTIN_W*32+ing_pkg::ING_V_DSTIN_L+:16];
        line_log = sink_act ? 4'd5 : 4'd4;
        if (sink_act) limit = 17'(ActBlocks);
      end
      AtCol: begin
        // One column a row: a length of one block stands for it.
        applies  = is_vec & ~scalar & sink_act;
        first    = {8'd0, x_cmd_o[ing_pkg::ING_V_COL_W*32+ing_pkg::ING_V_COL_L+:8]};
        stride_o = {12'd0, x_cmd_o[ing_pkg::ING_V_COLOUT_W*32+ing_pkg::ING_V_COLOUT_L+:4]};
        stride_i = {12'd0, x_cmd_o[ing_pkg::ING_V_COLIN_W*32+ing_pkg::ING_V_COLIN_L+:4]};
        line_log = 4'd15;
        limit    = 17'(TileM);
      end
      AtSin, AtSout: begin
        applies  = is_vec & (scalar | ((extent_q == AtSin) ? uses_s : red != '0));
        first    = (extent_q == AtSin) ? s_in : s_out;
        stride_o = {8'd0, inner};
        stride_i = 16'd1;
        line_log = scalar ? 4'd0 : 4'd15;
        whole    = scalar;
        limit    = 17'(Scalars);
      end
      default: begin  // places
        applies  = ~is_vec & ~updates;
        line_log = 4'd0;
        limit    = 17'(TopK);
      end
    endcase
  end

  logic [19:0] lines_q;
  logic [26:0] end_q;
  logic [23:0] stride_o_q, stride_i_q;
  logic [7:0]  o_q, i_q;
  logic [26:0] s_in_end_q;
  logic [7:0]  code_q;

  // count / elements of a line, rounded up
  wire logic [19:0] rest  = 20'((32'd1 << line_log) - 32'd1);
  wire logic [19:0] lines = (line_log == 4'd15) ? 20'd1 : 20'(({1'b0, count} + {1'b0, rest}) >> line_log);

  localparam bit Short = Depth != ing_fp_pkg::DEPTH_FULL;
  logic [26:0] extent_end;
  if (Short) begin : g_multiply
    wire logic [7:0] o = whole ? 8'd0 : outer - 8'd1;
    wire logic [7:0] i = whole ? 8'd0 : inner - 8'd1;
    assign extent_end = {11'd0, first} + {7'd0, lines} + {3'd0, {16'd0, o} * {8'd0, stride_o}}
        + {3'd0, {16'd0, i} * {8'd0, stride_i}};
  end else begin : g_shift
    assign extent_end = end_q;
  end
  wire logic past = extent_end > {10'd0, limit};

  always_ff @(posedge clk_i) begin : judge
    case (state_q)
      Empty: begin
        x_cmd_o   <= vq_cmd_i;
        x_pc_o    <= vq_pc_i;
        x_prior_o <= vq_prior_i;
        wait_q    <= vq_wait_i;
        extent_q  <= AtA;
        if (vq_valid_i) state_q <= Judge;
      end
      Judge: begin
        code_q  <= unknown ? 8'(ing_pkg::ING_FAULT_OPCODE) : 8'(ing_pkg::ING_FAULT_FIELD);
        state_q <= (unknown || forbidden) ? Bad : Lines;
      end
      Lines: begin
        lines_q <= lines;
        if (Short) begin
          code_q <= 8'(ing_pkg::ING_FAULT_RANGE);
          if (extent_q == AtSin) s_in_end_q <= extent_end;
          extent_q <= is_vec ? extent_e'(extent_q + 3'd1) : AtK;
          if (applies && past) state_q <= Bad;
          else if (extent_q == (is_vec ? AtSout : AtK)) state_q <= Good;
        end else if (applies) begin
          state_q <= First;
        end else begin
          extent_q <= extent_e'(extent_q + 3'd1);
          if (extent_q == AtK) state_q <= Good;
        end
      end
      First: begin
        end_q      <= {11'd0, first} + {7'd0, lines_q};
        stride_o_q <= {8'd0, stride_o};
        stride_i_q <= {8'd0, stride_i};
        o_q        <= whole ? 8'd0 : outer - 8'd1;
        i_q        <= whole ? 8'd0 : inner - 8'd1;
        state_q    <= Strides;
      end
      Strides: begin
        end_q <= end_q + {3'd0, o_q[0] ? stride_o_q : 24'd0} + {3'd0, i_q[0] ? stride_i_q : 24'd0};
        stride_o_q <= stride_o_q << 1;
        stride_i_q <= stride_i_q << 1;
        o_q        <= o_q >> 1;
        i_q        <= i_q >> 1;
        if (o_q[7:1] == '0 && i_q[7:1] == '0) state_q <= Compare;
      end
      Compare: begin
        code_q <= 8'(ing_pkg::ING_FAULT_RANGE);
        if (extent_q == AtSin) s_in_end_q <= end_q;
        extent_q <= extent_e'(extent_q + 3'd1);
        if (past) state_q <= Bad;
        else state_q <= (extent_q == AtK) ? Good : Lines;
      end
      Good: begin
        if (x_valid_o && x_ready_i) state_q <= Empty;
      end
      default: ;
    endcase
    if (!rst_ni || clr_i) state_q <= Empty;
  end

  wire logic wait_over  = ~wait_q[16] | ($signed(str_cnt_i - wait_q[15:0]) >= 0);
  wire logic prior_over = $signed(str_cnt_i - x_prior_o) >= 0;

  assign vq_ready_o = state_q == Empty;
  assign x_valid_o  = (state_q == Good) & wait_over;
  assign x_serial_o = is_vec & (scalar | (uses_s & red != '0)) & (s_out > s_in) & ({11'd0, s_out} < s_in_end_q);
  assign run_o      = (state_q == Empty) ? vq_valid_i : (state_q != Good) | x_valid_o;

  assign fault_valid_o = (state_q == Bad) & idle_i & prior_over;
  assign fault_code_o  = code_q;

endmodule

`default_nettype wire
