// SPDX-License-Identifier: MIT
// The running list of the k largest values and their tokens (docs/arithmetic.md, section 6).
//
// reset_i: empties the list and sets k = count_i (0: nothing enters; the state after reset as well).
// update_i: then count_i elements come as words (v_i, ready_o, data_i, last_i), with tokens base_i, base_i + 1, ...
// read_i: then the count_i largest values leave as words from word_o = the last of the last line down to 0 (w_v_o,
//   w_ready_i, w_data_o), -inf for places not filled, +0 past count_i to the end of the line.
// find_i: token_o is the token of place place_i (0xffffffff if it is empty).
// Each of update, read and find ends when busy_o falls; the inputs rest until then. An update takes a word a cycle, and
// a cycle for every element after the first that is larger than the smallest of the list when its word comes.
//
// The list lies at the end of TopK places in falling order, the smallest in the last place: an element enters before the
// first smaller one. Tokens rest in a memory of as many slots; a place has the number of its slot, and a new element the
// slot of the one that leaves. To read the list the places are rotated once around.
//
// PortBits: bits of a word. TopK: places.
`default_nettype none

module ing_topk #(
    parameter int unsigned PortBits = 128,
    parameter int unsigned TopK     = 32,
    localparam int unsigned WordBits = $clog2((TopK + 15) / 16 * 16 * 32 / PortBits + 1)
) (
    input  wire logic                clk_i,
    input  wire logic                rst_ni,
    input  wire logic                clr_i,
    input  wire logic                reset_i,
    input  wire logic                update_i,
    input  wire logic                read_i,
    input  wire logic                find_i,
    input  wire logic [19:0]         count_i,
    input  wire logic [31:0]         base_i,
    input  wire logic [15:0]         place_i,
    input  wire logic                v_i,
    output var  logic                ready_o,
    input  wire logic [PortBits-1:0] data_i,
    input  wire logic                last_i,
    output var  logic                w_v_o,
    input  wire logic                w_ready_i,
    output var  logic [WordBits-1:0] w_word_o,
    output var  logic [PortBits-1:0] w_data_o,
    output var  logic [31:0]         token_o,
    output var  logic                busy_o
);

  localparam int unsigned Lanes   = PortBits / 32;
  localparam int unsigned LaneLog = $clog2(Lanes);
  localparam int unsigned IdxBits = $clog2(TopK + 1);
  localparam int unsigned SlotBits = (TopK == 1) ? 1 : $clog2(TopK);

  typedef enum logic [2:0] {Idle, Update, Rotate, Find, Tell} state_e;
  state_e state_q;

  // ---- the list ----
  logic signed [31:0]  key_q[TopK];
  logic [SlotBits-1:0] slot_q[TopK];
  logic [TopK-1:0]     full_q;      // the place holds a value
  logic [TopK-1:0]     barred_q;    // the place is not used, k is smaller than TopK
  logic [31:0]         tokens[TopK];

  // A new value is compared with all places, and in the next cycle enters, while the one behind it is compared with the
  // places as they were, from which follows how it compares with them as they become.
  logic                rotate, new_v_q, enters_q;
  logic signed [31:0]  new_key_q, entering_key_q;
  logic [31:0]         new_token_q, entering_token_q;
  logic [TopK-1:0]     above_q;     // the entering value goes before this place
  logic [TopK-1:0]     larger;      // the new value is larger than that of the place
  logic [TopK-1:0]     first;       // the place that the entering value takes
  wire logic [SlotBits-1:0] free = slot_q[TopK-1];

  always_comb begin
    for (int j = 0; j < TopK; j++) begin
      larger[j] = ~barred_q[j] & (~full_q[j] | (new_key_q > key_q[j]));
      first[j]  = above_q[j] & ((j == 0) ? 1'b1 : ~above_q[(j == 0) ? 0 : j - 1]);
    end
  end

  always_ff @(posedge clk_i) begin : list
    enters_q         <= new_v_q;
    entering_key_q   <= new_key_q;
    entering_token_q <= new_token_q;
    for (int j = 0; j < TopK; j++) begin
      if (first[j]) above_q[j] <= new_v_q & (new_key_q > entering_key_q);
      else above_q[j] <= new_v_q & (above_q[j] ? larger[(j == 0) ? 0 : j - 1] : larger[j]);
      if (rotate || above_q[j]) begin
        key_q[j]  <= first[j] ? entering_key_q : key_q[(j == 0) ? TopK - 1 : j - 1];
        slot_q[j] <= first[j] ? free : slot_q[(j == 0) ? TopK - 1 : j - 1];
        full_q[j] <= first[j] | full_q[(j == 0) ? TopK - 1 : j - 1];
      end
    end
    if (above_q[TopK-1]) tokens[free] <= entering_token_q;
    if (reset_i) begin
      full_q <= '0;
      for (int j = 0; j < TopK; j++) barred_q[j] <= IdxBits'(count_i) < IdxBits'(TopK - j);
    end
    if (!rst_ni || clr_i) begin
      above_q  <= '0;
      enters_q <= 1'b0;
    end
    if (!rst_ni) begin
      full_q   <= '0;
      barred_q <= '1;
      for (int j = 0; j < TopK; j++) slot_q[j] <= SlotBits'(j);
    end
  end

  // ---- update: words in, candidates out of them ----
  logic [19:0]         left_q;     // elements still to come
  logic                ending_q;   // the last word has come
  logic [31:0]         next_token_q;
  logic [PortBits-1:0] word_q;
  logic [31:0]         word_token_q;
  logic [Lanes-1:0]    candidate_q;  // larger than the smallest of the list when the word came

  wire logic [Lanes-1:0] rest = candidate_q & (candidate_q - Lanes'(1));  // without the first one
  wire logic             take = v_i & ready_o;
  assign ready_o = (state_q == Update) & (rest == '0);

  // Bits of a value, as the integer that orders them: NaN is the smallest.
  function automatic logic [31:0] key_of(input logic [31:0] bits);
    if (bits[30:23] == 8'd255 && bits[22:0] != 23'd0) key_of = 32'h80000000;
    else key_of = {bits[31], bits[30:0] ^ {31{bits[31]}}};
  endfunction

  always_ff @(posedge clk_i) begin : update
    logic [31:0]        bits, chosen, chosen_at;
    logic signed [31:0] key;
    chosen    = '0;
    chosen_at = '0;
    for (int l = 0; l < Lanes; l++) begin
      if (candidate_q[l] && !rest[l]) begin
        chosen    = chosen | word_q[l*32+:32];
        chosen_at = chosen_at | 32'(l);
      end
    end
    new_key_q   <= $signed(key_of(chosen));
    new_token_q <= word_token_q + chosen_at;
    new_v_q     <= candidate_q != '0;
    candidate_q <= rest;
    if (take) begin
      for (int l = 0; l < Lanes; l++) begin
        bits = data_i[l*32+:32];
        key  = $signed(key_of(bits));
        candidate_q[l] <= (left_q > 20'(l)) & ~barred_q[TopK-1] & (~full_q[TopK-1] | (key > key_q[TopK-1]));
      end
      ending_q     <= last_i;
      word_q       <= data_i;
      word_token_q <= next_token_q;
      next_token_q <= next_token_q + 32'(Lanes);
      left_q       <= (left_q > 20'(Lanes)) ? left_q - 20'(Lanes) : 20'd0;
    end
    if (update_i) begin
      ending_q     <= 1'b0;
      left_q       <= count_i;
      next_token_q <= base_i;
    end
    if (!rst_ni || clr_i) begin
      new_v_q     <= 1'b0;
      candidate_q <= '0;
    end
  end

  // ---- read: once around, from the last place to the first ----
  logic signed [16:0]  idx_q;      // place of the list that lies in the last place; negative: a barred one
  logic [15:0]         at_q;       // READ: element about to leave
  logic                reading_q;  // READ: elements are left
  logic [IdxBits-1:0]  turns_q;    // to complete the turn
  logic [IdxBits-1:0]  k_q;
  logic [SlotBits-1:0] at_slot_q;
  logic                found_q;
  logic [PortBits-1:0] out_q;
  logic [31:0]         last_value;
  wire logic [SlotBits-1:0] place = SlotBits'(IdxBits'(TopK) - k_q + place_i[IdxBits-1:0]);
  wire logic           room = ~w_v_o | w_ready_i;
  wire logic           skip = idx_q > $signed({1'b0, at_q});   // READ: places past those wanted
  wire logic           here = idx_q == $signed({1'b0, at_q});
  wire logic           emit = reading_q & room & ~skip;

  assign rotate = (state_q == Rotate) & (turns_q != '0) & (~reading_q | skip | (here & room));

  always_comb begin
    if ({4'd0, at_q} >= count_i) last_value = 32'd0;
    else if (!here || !full_q[TopK-1]) last_value = 32'hff800000;
    else if (key_q[TopK-1] == 32'sh80000000) last_value = 32'h7fc00000;
    else last_value = {key_q[TopK-1][31], key_q[TopK-1][30:0] ^ {31{key_q[TopK-1][31]}}};
  end

  always_ff @(posedge clk_i) begin : leave
    if (room) w_v_o <= 1'b0;
    if (rotate) begin
      turns_q <= turns_q - IdxBits'(1);
      idx_q   <= idx_q - 17'sd1;
    end
    case (state_q)
      Update: begin
        if (ending_q && candidate_q == '0 && !new_v_q && !enters_q) state_q <= Idle;
      end
      Rotate: begin
        if (emit) begin
          out_q <= (out_q << 32) | PortBits'(last_value);
          at_q  <= at_q - 16'd1;
          if (at_q[LaneLog-1:0] == '0) begin
            w_v_o    <= 1'b1;
            w_word_o <= WordBits'(at_q >> LaneLog);
          end
          if (at_q == '0) reading_q <= 1'b0;
        end
        if (!reading_q && turns_q == '0 && !w_v_o) state_q <= Idle;
      end
      Find: begin
        found_q   <= full_q[place] & (place_i < 16'(k_q));
        at_slot_q <= slot_q[place];
        state_q   <= Tell;
      end
      Tell: begin
        token_o <= found_q ? tokens[at_slot_q] : 32'hffffffff;
        state_q <= Idle;
      end
      default: ;
    endcase
    if (reset_i) k_q <= IdxBits'(count_i);
    if (update_i) state_q <= Update;
    if (find_i) state_q <= Find;
    if (read_i) begin
      state_q   <= Rotate;
      reading_q <= 1'b1;
      turns_q   <= IdxBits'(TopK);
      at_q      <= {count_i[15:4] + {11'd0, count_i[3:0] != 4'd0}, 4'd0} - 16'd1;
      idx_q     <= $signed({1'b0, 16'(k_q)}) - 17'sd1;
    end
    if (!rst_ni || clr_i) begin
      state_q <= Idle;
      w_v_o   <= 1'b0;
    end
    if (!rst_ni) k_q <= '0;
  end

  assign w_data_o = out_q;
  assign busy_o   = state_q != Idle;

endmodule

`default_nettype wire
