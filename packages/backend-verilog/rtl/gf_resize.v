// d extended (sign or zero) or cut to OUT_BITS, combinational. Cutting keeps the low bits.
//
// Latency: 0.
module gf_resize #(
    parameter IN_BITS   = 4,
    parameter OUT_BITS  = 8,
    parameter IS_SIGNED = 0
) (
    input  wire [IN_BITS-1:0]  d,
    output wire [OUT_BITS-1:0] y
);
    generate
        if (OUT_BITS > IN_BITS) begin : g_extend
            assign y = {{(OUT_BITS - IN_BITS){IS_SIGNED != 0 && d[IN_BITS-1]}}, d};
        end else begin : g_cut
            assign y = d[OUT_BITS-1:0];
            wire unused = &{1'b0, d};
        end
    endgenerate
endmodule
