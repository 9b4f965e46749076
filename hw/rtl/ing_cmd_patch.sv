// SPDX-License-Identifier: MIT
// The command in the front end: patches its words and says what it is.
//
// load_i (a pulse, never before the last command is done with) takes command cmd_i. ready_o, from its second cycle on or
// two to four later for each patch: cmd_o is patched, and the other outputs are about it. is_*_o: its class; none if the
// opcode is unknown. reserved_o: a reserved bit is set. expected_o: it is a LOOP that ing_cmd_prefetch takes for granted.
// raddr_o, rdata_i: the register that a patch adds.
`default_nettype none

module ing_cmd_patch (
    input  wire logic         clk_i,
    input  wire logic         rst_ni,
    input  wire logic         load_i,
    input  wire logic [511:0] cmd_i,
    output var  logic         ready_o,
    output var  logic [511:0] cmd_o,
    output var  logic         is_ctl_o,
    output var  logic         is_str_o,
    output var  logic         is_vec_o,
    output var  logic         reserved_o,
    output var  logic         expected_o,
    output var  logic [3:0]   raddr_o,
    input  wire logic [31:0]  rdata_i
);

  typedef enum logic [2:0] {
    Ready,
    Read,   // operands of a patch
    Mul,    // times w15, for patch 0
    Add,    // the patched word
    Check   // class and reserved bits
  } state_e;
  state_e state_q;

  logic [511:0] cmd_q;
  logic [23:0]  patch_q;   // the patches not done yet, from the unpatched command
  logic         first_q;   // the next one is patch 0
  logic [31:0]  mul_q;     // w15 of the unpatched command
  logic [31:0]  operand_q, word_q, word;
  logic [7:0]   op;

  assign cmd_o   = cmd_q;
  assign ready_o = state_q == Ready;
  assign raddr_o = patch_q[7:4];
  assign op      = cmd_q[7:0];

  always_comb begin
    word = 32'd0;
    for (int i = 0; i < 16; i++) begin
      if (patch_q[3:0] == 4'(i)) word = word | cmd_q[32*i+:32];
    end
  end

  always_ff @(posedge clk_i) begin
    case (state_q)
      Read: begin
        operand_q <= rdata_i;
        word_q    <= word;
        first_q   <= 1'b0;
        if (patch_q[3:0] != 4'd0) begin
          state_q <= first_q ? Mul : Add;
        end else begin
          patch_q <= {8'd0, patch_q[23:8]};
          if (patch_q[23:8] == 16'd0) state_q <= Check;
        end
      end

      Mul: begin
        operand_q <= operand_q * mul_q;
        state_q   <= Add;
      end

      Add: begin
        for (int i = 0; i < 16; i++) begin
          if (patch_q[3:0] == 4'(i)) cmd_q[32*i+:32] <= word_q + operand_q;
        end
        patch_q <= {8'd0, patch_q[23:8]};
        state_q <= (patch_q[23:8] == 16'd0) ? Check : Read;
      end

      Check: begin
        is_ctl_o <= (op == 8'(ing_pkg::ING_OP_END)) || (op == 8'(ing_pkg::ING_OP_SCALAR)) ||
            (op == 8'(ing_pkg::ING_OP_LOOP)) || (op == 8'(ing_pkg::ING_OP_BREAK)) ||
            (op == 8'(ing_pkg::ING_OP_EMIT)) || (op == 8'(ing_pkg::ING_OP_BARRIER));
        is_str_o <= (op == 8'(ing_pkg::ING_OP_MATMUL)) || (op == 8'(ing_pkg::ING_OP_LOAD)) ||
            (op == 8'(ing_pkg::ING_OP_GATHER));
        is_vec_o <= (op == 8'(ing_pkg::ING_OP_VEC)) || (op == 8'(ing_pkg::ING_OP_TOPK)) ||
            (op == 8'(ing_pkg::ING_OP_PICK));
        // The opcode groups differ in their high digit.
        case (op[5:4])
          2'd0: reserved_o <= (cmd_q & ing_pkg::ING_RSVD_CTL) != 512'd0;
          2'd1: reserved_o <= (cmd_q & ing_pkg::ING_RSVD_STR) != 512'd0;
          default: reserved_o <= (cmd_q & ((op == 8'(ing_pkg::ING_OP_VEC)) ? ing_pkg::ING_RSVD_VEC
                                                                          : ing_pkg::ING_RSVD_TOP)) != 512'd0;
        endcase
        state_q <= Ready;
      end

      default: ;
    endcase
    if (load_i) begin
      cmd_q      <= cmd_i;
      patch_q    <= (cmd_i[32+:4] == 4'd0) ? {8'd0, cmd_i[40+:16]} : cmd_i[32+:24];
      first_q    <= cmd_i[32+:4] != 4'd0;
      mul_q      <= cmd_i[32*ing_pkg::ING_F_PATCH_MUL_W+:32];
      expected_o <= (cmd_i[7:0] == 8'(ing_pkg::ING_OP_LOOP)) && (cmd_i[32+:24] == 24'd0);
      state_q    <= (cmd_i[32+:24] == 24'd0) ? Check : Read;
    end
    if (!rst_ni) state_q <= Ready;
  end

endmodule

`default_nettype wire
