// y = FACTOR * d modulo 2^OUT_BITS, FACTOR an integer constant; a power of two is wires, minus one negates, else "*".
//
// Latency: 0.
module gf_scale #(
    parameter IN_BITS   = 4,
    parameter IS_SIGNED = 0,
    parameter FACTOR    = 2,
    parameter OUT_BITS  = 8
) (
    input  wire [IN_BITS-1:0]  d,
    output wire [OUT_BITS-1:0] y
);
    localparam SIZE  = FACTOR < 0 ? -FACTOR : FACTOR;
    localparam SHIFT = $clog2(SIZE);
    localparam [31:0] SIZE_32 = SIZE;

    wire [OUT_BITS-1:0] wide;
    wire [OUT_BITS-1:0] size;
    gf_resize #(.IN_BITS(IN_BITS), .OUT_BITS(OUT_BITS), .IS_SIGNED(IS_SIGNED)) widen (.d(d), .y(wide));
    generate
        if (SIZE == 0) begin : g_zero
            assign size = {OUT_BITS{1'b0}};
        end else if (SIZE == 1 << SHIFT) begin : g_shift
            assign size = wide << SHIFT;
        end else begin : g_multiply
            wire [OUT_BITS+31:0] product = {32'b0, wide} * {{OUT_BITS{1'b0}}, SIZE_32};
            assign size = product[OUT_BITS-1:0];
            wire unused_high = &{1'b0, product[OUT_BITS+31:OUT_BITS]};
        end
        if (FACTOR < 0) begin : g_minus
            assign y = -size;
        end else begin : g_plus
            assign y = size;
        end
    endgenerate
    wire unused = &{1'b0, wide, SIZE_32};
endmodule
