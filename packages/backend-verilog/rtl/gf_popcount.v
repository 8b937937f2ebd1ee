// Number of ones in N bits, combinational: y = popcount(d).
//
// A recursive counter: a full left part of 2^k - 1 bits, the rest on the right, and one bit as the carry in:
//   popcount(d) = popcount(left) + popcount(right) + d[N-1]
// so that no full-adder input is wasted. Additions shorter than CHAIN bits are spelled as gates, which a LUT mapper
// merges with what makes the bits (an XNOR, an AND); longer ones are left to the carry chain.
// Measured with Yosys 0.55 for an XNOR-accumulate lane (8-bit accumulator), iCE40 LUT4:
//   N = 8, 16, 28: plain "+" loop 20, 46, 89 - balanced adder tree 25, 46, 83 - this 21, 37, 62.
//
// Latency: 0.
module gf_popcount #(
    parameter N     = 7,
    parameter CHAIN = 3
) (
    input  wire [N-1:0]             d,
    output wire [$clog2(N+1)-1:0]   y
);
    localparam W = $clog2(N + 1);
    genvar i;
    generate
        if (N == 1) begin : g_wire
            assign y = d;
        end else if (N == 2) begin : g_half
            assign y = {d[0] & d[1], d[0] ^ d[1]};
        end else if (N == 3) begin : g_full
            assign y = {(d[0] & d[1]) | (d[2] & (d[0] | d[1])), d[0] ^ d[1] ^ d[2]};
        end else begin : g_split
            localparam LEFT  = (1 << (W - 1)) - 1;
            localparam RIGHT = N - 1 - LEFT;
            wire [W-2:0] a;
            wire [W-2:0] b;
            gf_popcount #(.N(LEFT), .CHAIN(CHAIN)) left (.d(d[LEFT-1:0]), .y(a));
            if (RIGHT > 0) begin : g_right
                localparam RIGHT_BITS = $clog2(RIGHT + 1);
                wire [RIGHT_BITS-1:0] c;
                gf_popcount #(.N(RIGHT), .CHAIN(CHAIN)) right (.d(d[N-2:LEFT]), .y(c));
                if (RIGHT_BITS < W - 1) begin : g_narrow
                    assign b = {{(W - 1 - RIGHT_BITS){1'b0}}, c};
                end else begin : g_same
                    assign b = c;
                end
            end else begin : g_none
                assign b = {(W - 1){1'b0}};
            end

            if (W - 1 >= CHAIN) begin : g_chain
                gf_add #(.A_BITS(W-1), .B_BITS(W-1), .IS_SIGNED(0), .CARRY(1), .OUT_BITS(W)) add (
                    .a(a), .b(b), .carry(d[N-1]), .y(y)
                );
            end else begin : g_gates
                /* verilator lint_off UNOPTFLAT */ // bit i+1 depends on bit i of the same vector
                wire [W-1:0] c;
                /* verilator lint_on UNOPTFLAT */
                assign c[0]   = d[N-1];
                assign y[W-1] = c[W-1];
                for (i = 0; i < W - 1; i = i + 1) begin : g_bit
                    assign y[i]   = a[i] ^ b[i] ^ c[i];
                    assign c[i+1] = (a[i] & b[i]) | (c[i] & (a[i] | b[i]));
                end
            end
        end
    endgenerate
endmodule
