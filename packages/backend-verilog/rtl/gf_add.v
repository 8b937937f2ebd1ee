// y = a + b + carry, modulo 2^OUT_BITS, on one carry chain; combinational.
//
// Operands are sign-extended when IS_SIGNED = 1, else zero-extended. CARRY = 0: the carry input is not used.
// The carry goes in at an extra bit below the least significant one, because "a + b + c" would make tools build a
// three-operand adder.
//
// Latency: 0.
module gf_add #(
    parameter A_BITS    = 4,
    parameter B_BITS    = 4,
    parameter IS_SIGNED = 0,
    parameter CARRY     = 0,
    parameter OUT_BITS  = 5
) (
    input  wire [A_BITS-1:0]   a,
    input  wire [B_BITS-1:0]   b,
    input  wire                carry,
    output wire [OUT_BITS-1:0] y
);
    wire [OUT_BITS-1:0] a_wide;
    wire [OUT_BITS-1:0] b_wide;
    gf_resize #(.IN_BITS(A_BITS), .OUT_BITS(OUT_BITS), .IS_SIGNED(IS_SIGNED)) resize_a (.d(a), .y(a_wide));
    gf_resize #(.IN_BITS(B_BITS), .OUT_BITS(OUT_BITS), .IS_SIGNED(IS_SIGNED)) resize_b (.d(b), .y(b_wide));
    generate
        if (CARRY != 0) begin : g_carry
            wire [OUT_BITS:0] total = {a_wide, 1'b1} + {b_wide, carry};
            assign y = total[OUT_BITS:1];
            wire unused = &{1'b0, total[0]};
        end else begin : g_plain
            assign y = a_wide + b_wide;
            wire unused = &{1'b0, carry};
        end
    endgenerate
endmodule
