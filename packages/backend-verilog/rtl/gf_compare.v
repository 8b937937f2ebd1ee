// count = number of k with x >= t[k], for ascending t, by N comparators at once; combinational. N = 1: x >= t.
//
// A comparator is the carry of t + (2^BITS - 1 - x): only x, shared by all, is inverted. (A plain x >= t inverts
// every t, one LUT4 a bit: iCE40's carry cells have no inverters.)
// The comparators form a thermometer (t[k] reached implies t[k-1] reached), so bit j of the count is the parity
// of the comparators 2^j - 1, 2*2^j - 1, 3*2^j - 1, ...: about 2N/3 LUT4 instead of a counter's 2N.
//
// Latency: 0.
module gf_compare #(
    parameter X_BITS    = 8,
    parameter T_BITS    = 8,
    parameter IS_SIGNED = 1,
    parameter N         = 3
) (
    input  wire [X_BITS-1:0]      x,
    input  wire [N*T_BITS-1:0]    t,
    output reg  [$clog2(N+1)-1:0] count
);
    localparam K    = $clog2(N + 1);
    localparam BITS = X_BITS > T_BITS ? X_BITS : T_BITS;
    // Signed numbers with the sign bit inverted are in unsigned order.
    localparam [BITS-1:0] FLIP = {IS_SIGNED != 0, {(BITS-1){1'b0}}};

    wire [BITS-1:0] x_wide;
    gf_resize #(.IN_BITS(X_BITS), .OUT_BITS(BITS), .IS_SIGNED(IS_SIGNED)) widen (.d(x), .y(x_wide));

    wire [BITS-1:0]       x_below = ~(x_wide ^ FLIP);  // 2^BITS - 1 - x
    reg [N-1:0]           reached;
    reg [BITS:0]          above;  // its carry says t > x
    /* verilator lint_off UNUSEDSIGNAL */ // sign-extended further than needed: Verilog has no empty replication
    reg [BITS+T_BITS-1:0] threshold;
    /* verilator lint_on UNUSEDSIGNAL */
    integer k, j;

    always @* begin
        for (k = 0; k < N; k = k + 1) begin
            threshold  = {{BITS{IS_SIGNED != 0 && t[k*T_BITS+T_BITS-1]}}, t[k*T_BITS +: T_BITS]};
            above      = {1'b0, threshold[BITS-1:0] ^ FLIP} + {1'b0, x_below};
            reached[k] = !above[BITS];
        end
        for (j = 0; j < K; j = j + 1) begin
            count[j] = 1'b0;
            for (k = (1 << j) - 1; k < N; k = k + (1 << j))
                count[j] = count[j] ^ reached[k];
        end
    end
endmodule
