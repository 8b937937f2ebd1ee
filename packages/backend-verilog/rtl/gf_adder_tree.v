// Balanced adder tree: sum = d[0] + ... + d[N-1] + carry[0] + ... + carry[N-2], modulo 2^MAX_BITS.
//
// Level k adds neighbours of level k-1 and is BITS + k bits wide at most (MAX_BITS caps every level: sums are exact
// modulo 2^MAX_BITS). With CARRY = 1 each of the N-1 adders also takes one carry bit, at (nearly) no cost.
// LEVELS_PER_STAGE = 0: combinational. L > 0: a register behind each L levels.
//
// Latency: L = 0 ? 0 : floor($clog2(N) / L) cycles in which en is high.
module gf_adder_tree #(
    parameter N                = 8,
    parameter BITS             = 4,
    parameter IS_SIGNED        = 0,
    parameter CARRY            = 0,
    parameter MAX_BITS         = 32,
    parameter LEVELS_PER_STAGE = 0,
    parameter OUT_BITS         = BITS + $clog2(N) < MAX_BITS ? BITS + $clog2(N) : MAX_BITS
) (
    input  wire                       aclk,
    input  wire                       en,
    input  wire [N*BITS-1:0]          d,
    input  wire [(N<2 ? 1 : N-1)-1:0] carry,
    output wire [OUT_BITS-1:0]        sum
);
    localparam LEVELS = $clog2(N);
    localparam CARRIES = N < 2 ? 1 : N - 1;

    // Elements, and bits of an element, after level k.
    function integer elements(input integer k);
        elements = (N + (1 << k) - 1) >> k;
    endfunction
    function integer bits(input integer k);
        bits = BITS + k < MAX_BITS ? BITS + k : MAX_BITS;
    endfunction

    genvar k, i;
    generate
        for (k = 0; k <= LEVELS; k = k + 1) begin : g_level
            localparam COUNT = elements(k);
            localparam WIDE  = bits(k);
            wire [COUNT*WIDE-1:0] value;   // after the register, when there is one
            wire [CARRIES-1:0]    carries; // level k+1 uses bits N - COUNT and up
            if (k == 0) begin : g_in
                for (i = 0; i < N; i = i + 1) begin : g_lane
                    gf_resize #(.IN_BITS(BITS), .OUT_BITS(WIDE), .IS_SIGNED(IS_SIGNED)) cut (
                        .d(d[i*BITS +: BITS]), .y(value[i*WIDE +: WIDE])
                    );
                end
                assign carries = carry;
            end else begin : g_add
                localparam FROM_COUNT = elements(k - 1);
                localparam FROM_WIDE  = bits(k - 1);
                localparam REGISTERED = LEVELS_PER_STAGE > 0 && k % (LEVELS_PER_STAGE > 0 ? LEVELS_PER_STAGE : 1) == 0;
                wire [COUNT*WIDE-1:0] added;
                for (i = 0; i < COUNT; i = i + 1) begin : g_pair
                    if (2 * i + 1 < FROM_COUNT) begin : g_two
                        gf_add #(
                            .A_BITS(FROM_WIDE), .B_BITS(FROM_WIDE), .IS_SIGNED(IS_SIGNED), .CARRY(CARRY), .OUT_BITS(WIDE)
                        ) add (
                            .a(g_level[k-1].value[2*i*FROM_WIDE +: FROM_WIDE]),
                            .b(g_level[k-1].value[(2*i+1)*FROM_WIDE +: FROM_WIDE]),
                            .carry(g_level[k-1].carries[N-FROM_COUNT+i]),
                            .y(added[i*WIDE +: WIDE])
                        );
                    end else begin : g_odd
                        gf_resize #(.IN_BITS(FROM_WIDE), .OUT_BITS(WIDE), .IS_SIGNED(IS_SIGNED)) widen (
                            .d(g_level[k-1].value[2*i*FROM_WIDE +: FROM_WIDE]), .y(added[i*WIDE +: WIDE])
                        );
                    end
                end
                if (REGISTERED) begin : g_register
                    reg [COUNT*WIDE-1:0] value_q;
                    reg [CARRIES-1:0]    carries_q;
                    always @(posedge aclk)
                        if (en) begin
                            value_q   <= added;
                            carries_q <= g_level[k-1].carries;
                        end
                    assign value   = value_q;
                    assign carries = carries_q;
                end else begin : g_through
                    assign value   = added;
                    assign carries = g_level[k-1].carries;
                end
            end
        end
        assign sum = g_level[LEVELS].value;
        wire unused = &{1'b0, aclk, en, g_level[LEVELS].carries};
    endgenerate
endmodule
