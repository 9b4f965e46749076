// SPDX-License-Identifier: MIT
// SUM and MAX of rows of words (docs/arithmetic.md, section 5). One word a cycle is taken, without stall.
//
// Words come in order: v_i with y_i (elements out of mask_i are +0), first_i and last_i of a row. Row numbers count from
// load_i on. A row's result leaves by s_we_o, s_row_o, s_data_o; done_o counts the rows that have left.
// SUM: each row has 128 partial sums in one of 16 banks; add 8 cycles apart at most closes the loop. batch_i, with
// last_i, says that the partials of all rows so far, at most 16, are to be added up now: no word may come until done_o
// has counted them. The rows of a batch share the way down the tree, so their latencies overlap.
// Without SUM, the result is MAX; both as bits. A MAX of nothing is -inf. All rows since load_i have as many words.
// clk_add_i is clk_i, and may rest when there is no SUM.
//
// PortBits: bits of a word, PortBits / 32 lanes. Depth: of the pipelines (ing_fp_pkg).
`default_nettype none

module ing_reduce #(
    parameter int unsigned PortBits = 128,
    parameter int unsigned Depth    = ing_fp_pkg::DEPTH_FULL
) (
    input  wire logic                   clk_i,
    input  wire logic                   clk_add_i,
    input  wire logic                   rst_ni,
    input  wire logic                   clr_i,
    input  wire logic                   load_i,
    input  wire logic                   sum_i,
    input  wire logic                   v_i,
    input  wire logic                   first_i,
    input  wire logic                   last_i,
    input  wire logic                   batch_i,
    input  wire logic [PortBits/32-1:0] mask_i,
    input  wire logic [PortBits-1:0]    y_i,
    output var  logic                   s_we_o,
    output var  logic [15:0]            s_row_o,
    output var  logic [31:0]            s_data_o,
    output var  logic [15:0]            done_o
);

  localparam int unsigned Lanes    = PortBits / 32;
  localparam int unsigned LaneLog  = $clog2(Lanes);
  localparam int unsigned Words    = ing_pkg::ING_SUM_PARTIALS / Lanes;
  localparam int unsigned WordLog  = $clog2(Words);
  localparam int unsigned HalfLog  = WordLog - 1;
  localparam int unsigned BankLog  = 4;
  // With more than 8 words of partials there is time for a register behind the memory.
  localparam bit          Short    = Depth != ing_fp_pkg::DEPTH_FULL;
  localparam int unsigned Extra    = (Words > 8 && !Short) ? 1 : 0;
  localparam int unsigned LoopLast = ing_fp_pkg::fadd_latency(Depth) + Extra;  // index of the stage that writes

  if (Words < 8) begin : g_bad_loop
    $fatal(1, "ing_reduce: PortBits must be 512 at most, or the adder's loop does not close");
  end

  // ======== SUM ========
  // ---- the slot at the memory: a word from the lanes, or an addition of the tree ----
  logic [WordLog-1:0] word_q;    // partial that the next word from the lanes goes to
  logic               fresh_q;   // the row has not yet been through all partials
  logic [BankLog-1:0] bank_q;
  logic               tree_q;
  logic [WordLog-1:0] span_q;    // words: distance of the partials added; 0: within word 0
  logic [LaneLog-1:0] fold_q;    // lanes: the same within word 0
  logic [WordLog-1:0] at_q;
  logic [BankLog-1:0] row_q;
  logic               issue_q;   // this level has additions left
  logic [WordLog:0]   filled_q;  // partials that a row reaches, in words; the others are +0
  logic [BankLog-1:0] rows_last_q;

  wire logic               lane_word = v_i & sum_i;
  wire logic [WordLog-1:0] word = first_i ? '0 : word_q;
  wire logic               fresh = first_i | fresh_q;
  wire logic               add_tree = tree_q & issue_q;
  wire logic               slot = lane_word | add_tree;
  wire logic [WordLog-1:0] slot_word = tree_q ? at_q : word;
  wire logic [BankLog-1:0] slot_bank = tree_q ? row_q : bank_q;
  wire logic               final_level = (span_q == '0) & (fold_q == LaneLog'(1));

  // Partial w of a bank is in the memory of its parity, so that words a power of two apart are in different ones.
  logic [PortBits-1:0] mem0[1 << (BankLog + HalfLog)];
  logic [PortBits-1:0] mem1[1 << (BankLog + HalfLog)];
  wire logic [WordLog-1:0] pair = slot_word ^ span_q;
  wire logic               odd = ^slot_word;
  wire logic [HalfLog-1:0] half0 = (tree_q & odd) ? pair[WordLog-1:1] : slot_word[WordLog-1:1];
  wire logic [HalfLog-1:0] half1 = (tree_q & ~odd) ? pair[WordLog-1:1] : slot_word[WordLog-1:1];

  logic [PortBits-1:0] read0_q, read1_q, y1_q;
  logic                tree1_q, within1_q, zero_acc1_q, zero_other1_q, odd1_q;
  logic [LaneLog-1:0]  fold1_q;

  logic [PortBits-1:0] acc_d, other_d;

  // Word 0 moved down by the distance of a level within it.
  logic [PortBits-1:0] moved;
  always_comb begin
    moved = '0;
    for (int f = 0; f < LaneLog; f++) begin
      if (fold1_q[f]) moved = moved | (read0_q >> (32 << f));
    end
  end

  assign acc_d   = zero_acc1_q ? '0 : odd1_q ? read1_q : read0_q;
  assign other_d = zero_other1_q ? '0 : !tree1_q ? y1_q : within1_q ? moved : odd1_q ? read0_q : read1_q;

  // Levels that would only add the +0 of partials that no row reached are left out; the first one that is left still
  // meets some of these. Adding +0 changes nothing but a -0, so that level takes -0 for +0 after a level left out.
  logic first_q, left_out_q;
  wire logic first_level = tree_q & first_q;
  wire logic [WordLog:0] reached = fresh ? {1'b0, word} + (WordLog + 1)'(1) : filled_q;
  logic [WordLog-1:0] first_span;
  always_comb begin
    first_span = '0;
    for (int k = 0; k < WordLog; k++) begin
      if (reached > (WordLog + 1)'(1 << k)) first_span = WordLog'(1 << k);
    end
  end

  always_ff @(posedge clk_i) begin : read
    if (slot) begin
      read0_q <= mem0[{slot_bank, half0}];
      read1_q <= mem1[{slot_bank, half1}];
    end
    if (lane_word) y1_q <= y_i;
    tree1_q   <= tree_q;
    within1_q <= span_q == '0;
    fold1_q   <= fold_q;
    odd1_q    <= odd;
    zero_acc1_q   <= tree_q ? first_level & ({1'b0, slot_word} >= filled_q) : fresh;
    zero_other1_q <= first_level & ({1'b0, pair} >= filled_q);
  end

  logic [PortBits-1:0] acc_z, other_z, acc, other, total;
  logic                positive1_q;
  always_ff @(posedge clk_i) positive1_q <= first_level & left_out_q;
  always_comb begin
    for (int l = 0; l < Lanes; l++) begin
      acc_z[l*32+:32]   = {acc_d[l*32+31] & ~(positive1_q & acc_d[l*32+:31] == 31'd0), acc_d[l*32+:31]};
      other_z[l*32+:32] = {other_d[l*32+31] & ~(positive1_q & other_d[l*32+:31] == 31'd0), other_d[l*32+:31]};
    end
  end
  if (Extra != 0) begin : g_extra
    logic [PortBits-1:0] acc_q, other_q;
    always_ff @(posedge clk_i) begin
      acc_q   <= acc_z;
      other_q <= other_z;
    end
    assign acc   = acc_q;
    assign other = other_q;
  end else begin : g_no_extra
    assign acc   = acc_z;
    assign other = other_z;
  end

  for (genvar l = 0; l < Lanes; l++) begin : g_add
    ing_fadd #(.Depth(Depth)) u_add (.clk_i(clk_add_i), .a_i(acc[l*32+:32]), .b_i(other[l*32+:32]), .y_o(total[l*32+:32]));
  end

  // Beside the adder travels where the total goes: bank and word, and whether it is a row's sum.
  localparam int unsigned TagBits = BankLog + WordLog;
  logic [LoopLast:0]  valid_q, final_q;
  logic [TagBits-1:0] tag_q[LoopLast+1];

  wire logic [LoopLast:0] valid_next = (LoopLast + 1)'({valid_q, slot});

  always_ff @(posedge clk_i) begin : tags
    tag_q[0] <= {slot_bank, slot_word};
    for (int k = 1; k <= LoopLast; k++) tag_q[k] <= tag_q[k-1];
    final_q <= (LoopLast + 1)'({final_q, add_tree & final_level});
    if (!rst_ni || clr_i) valid_q <= '0;
    else valid_q <= valid_next;
  end

  wire logic               total_v = valid_q[LoopLast];
  wire logic [WordLog-1:0] total_word = tag_q[LoopLast][WordLog-1:0];
  wire logic [BankLog-1:0] total_bank = tag_q[LoopLast][TagBits-1-:BankLog];

  always_ff @(posedge clk_i) begin : write
    if (total_v && !(^total_word)) mem0[{total_bank, total_word[WordLog-1:1]}] <= total;
    if (total_v && (^total_word)) mem1[{total_bank, total_word[WordLog-1:1]}] <= total;
  end

  // ---- rows and levels ----
  // A level starts when the one before it, or the last word, has left the adder; with short pipelines, a cycle sooner,
  // when the last of it is being written.
  wire logic drained = Short ? ~|valid_next : ~|valid_q;
  wire logic level_end = issue_q & (row_q == rows_last_q)
      & ((span_q == '0) | (at_q == span_q - WordLog'(1)));
  logic last_level_q;  // the additions of the last level are under way
  logic [15:0] base_q;  // rows of earlier batches

  always_ff @(posedge clk_i) begin : control
    if (lane_word) begin
      word_q <= word + WordLog'(1);
      if (word == WordLog'(Words - 1)) fresh_q <= 1'b0;
      else if (first_i) fresh_q <= 1'b1;
      if (fresh) filled_q <= {1'b0, word} + (WordLog + 1)'(1);
      if (last_i) bank_q <= bank_q + BankLog'(1);
    end
    if (lane_word && last_i && batch_i) begin
      tree_q       <= 1'b1;
      issue_q      <= 1'b0;
      last_level_q <= 1'b0;
      rows_last_q  <= bank_q;
      span_q       <= first_span;
      fold_q       <= (first_span == '0) ? LaneLog'(Lanes / 2) : '0;
      first_q      <= 1'b1;
      left_out_q   <= reached <= (WordLog + 1)'(Words / 2);
      at_q         <= '0;
      row_q        <= '0;
    end else if (tree_q) begin
      if (issue_q) begin
        if (row_q != rows_last_q) begin
          row_q <= row_q + BankLog'(1);
        end else begin
          row_q <= '0;
          at_q  <= at_q + WordLog'(1);
        end
        if (level_end) begin
          issue_q      <= 1'b0;
          first_q      <= 1'b0;
          at_q         <= '0;
          last_level_q <= final_level;
          if (span_q != '0) begin
            span_q <= span_q >> 1;
            fold_q <= span_q[0] ? LaneLog'(Lanes / 2) : '0;
          end else begin
            fold_q <= fold_q >> 1;
          end
        end
      end else if (drained && last_level_q) begin
        tree_q <= 1'b0;
        bank_q <= '0;
        base_q <= base_q + 16'(rows_last_q) + 16'd1;
      end else if (drained) begin
        issue_q <= 1'b1;
      end
    end
    if (load_i) begin
      bank_q <= '0;
      base_q <= '0;
    end
    if (!rst_ni || clr_i) tree_q <= 1'b0;
  end

  // ======== MAX ========
  // A tree of the lanes' keys, a level a cycle or, with short pipelines, all in one, then the running maximum of the row.
  localparam int unsigned MaxLast = Short ? 0 : LaneLog;  // index of the stage that has the largest key of a word
  logic [MaxLast:0]   max_v_q, max_first_q, max_last_q, max_any_q;
  logic signed [31:0] key_q[Lanes];
  logic signed [31:0] word_best;
  logic signed [31:0] best_q;
  logic               best_any_q, best_last_q;
  logic [15:0]        max_row_q;

  always_ff @(posedge clk_i) begin : maximum
    if (!rst_ni || clr_i) begin
      max_v_q     <= '0;
      best_last_q <= 1'b0;
    end else begin
      max_v_q     <= (MaxLast + 1)'({max_v_q, v_i & ~sum_i});
      best_last_q <= max_v_q[MaxLast] & max_last_q[MaxLast];
    end
    max_first_q <= (MaxLast + 1)'({max_first_q, first_i});
    max_last_q  <= (MaxLast + 1)'({max_last_q, last_i});
    max_any_q   <= (MaxLast + 1)'({max_any_q, mask_i != '0});
    if (v_i && !sum_i) begin
      for (int l = 0; l < Lanes; l++) begin
        key_q[l] <= mask_i[l] ? {y_i[l*32+31], y_i[l*32+:31] ^ {31{y_i[l*32+31]}}} : 32'sh80000000;
      end
    end
    if (max_v_q[MaxLast]) begin
      if (max_first_q[MaxLast] || word_best > best_q) best_q <= word_best;
      best_any_q <= max_any_q[MaxLast] | (best_any_q & ~max_first_q[MaxLast]);
    end
  end

  if (Short) begin : g_at_once
    always_comb begin
      word_best = key_q[0];
      for (int l = 1; l < Lanes; l++) if (key_q[l] > word_best) word_best = key_q[l];
    end
  end else begin : g_levels
    logic signed [31:0] level_q[LaneLog+1][Lanes];
    always_ff @(posedge clk_i) begin
      for (int k = 1; k <= LaneLog; k++) begin
        if (max_v_q[k-1]) begin
          for (int l = 0; l < (Lanes >> k); l++) begin
            if (k == 1) level_q[k][l] <= (key_q[2*l] > key_q[2*l+1]) ? key_q[2*l] : key_q[2*l+1];
            else level_q[k][l] <= (level_q[k-1][2*l] > level_q[k-1][2*l+1]) ? level_q[k-1][2*l] : level_q[k-1][2*l+1];
          end
        end
      end
    end
    assign word_best = level_q[LaneLog][0];
  end

  // ======== results ========
  wire logic sum_out = total_v & final_q[LoopLast];

  always_ff @(posedge clk_i) begin : result
    if (!rst_ni || clr_i) begin
      s_we_o <= 1'b0;
      done_o <= '0;
    end else begin
      s_we_o <= sum_out | best_last_q;
      if (load_i) done_o <= '0;
      else if (s_we_o) done_o <= done_o + 16'd1;
    end
    if (sum_out) begin
      s_row_o  <= base_q + 16'(total_bank);
      s_data_o <= total[31:0];
    end else if (best_last_q) begin
      s_row_o  <= max_row_q;
      s_data_o <= best_any_q ? {best_q[31], best_q[30:0] ^ {31{best_q[31]}}} : 32'hff800000;
    end
    if (load_i) max_row_q <= '0;
    else if (best_last_q) max_row_q <= max_row_q + 16'd1;
  end

endmodule

`default_nettype wire
