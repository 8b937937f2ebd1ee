// y = (x >= t), both signed or both unsigned, of different widths; combinational.
//
// Latency: 0.
module gf_reach #(
    parameter X_BITS    = 8,
    parameter T_BITS    = 8,
    parameter IS_SIGNED = 1
) (
    input  wire [X_BITS-1:0] x,
    input  wire [T_BITS-1:0] t,
    output wire              y
);
    localparam BITS = X_BITS > T_BITS ? X_BITS : T_BITS;
    wire [BITS-1:0] x_wide;
    wire [BITS-1:0] t_wide;
    gf_resize #(.IN_BITS(X_BITS), .OUT_BITS(BITS), .IS_SIGNED(IS_SIGNED)) resize_x (.d(x), .y(x_wide));
    gf_resize #(.IN_BITS(T_BITS), .OUT_BITS(BITS), .IS_SIGNED(IS_SIGNED)) resize_t (.d(t), .y(t_wide));
    generate
        if (IS_SIGNED != 0) begin : g_signed
            assign y = $signed(x_wide) >= $signed(t_wide);
        end else begin : g_unsigned
            assign y = x_wide >= t_wide;
        end
    endgenerate
endmodule
