// y = a * b, exact, combinational. Each operand is signed or unsigned; y is signed when either operand is.
// Written as one "*" so that tools map it to a DSP block or to logic as they are told.
//
// Latency: 0.
module gf_multiply #(
    parameter A_BITS   = 4,
    parameter A_SIGNED = 0,
    parameter B_BITS   = 4,
    parameter B_SIGNED = 1
) (
    input  wire [A_BITS-1:0]        a,
    input  wire [B_BITS-1:0]        b,
    output wire [A_BITS+B_BITS-1:0] y
);
    generate
        if (A_SIGNED == 0 && B_SIGNED == 0) begin : g_unsigned
            assign y = {{B_BITS{1'b0}}, a} * {{A_BITS{1'b0}}, b};
        end else begin : g_signed
            localparam BITS = A_BITS + B_BITS;
            wire signed [A_BITS:0] a_signed = {A_SIGNED != 0 && a[A_BITS-1], a};
            wire signed [B_BITS:0] b_signed = {B_SIGNED != 0 && b[B_BITS-1], b};
            wire signed [BITS+1:0] product  = {{(B_BITS+1){a_signed[A_BITS]}}, a_signed} *
                                              {{(A_BITS+1){b_signed[B_BITS]}}, b_signed};
            assign y = product[BITS-1:0];
            wire unused = &{1'b0, product[BITS+1:BITS]};
        end
    endgenerate
endmodule
