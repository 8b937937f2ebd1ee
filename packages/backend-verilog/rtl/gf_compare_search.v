// count = number of k with x >= t[k], for ascending t, by binary search: stage i finds bit K-1-i, K = $clog2(N+1).
//
// N need not be 2^K - 1: what is missing at the top counts as never reached.
// FIXED = 0: t belongs to x and is halved from stage to stage. FIXED = 1: t never changes, and each stage picks its
// threshold by the bits found so far.
//
// Latency: K - 1 cycles with en high (the last stage is combinational).
module gf_compare_search #(
    parameter X_BITS    = 8,
    parameter T_BITS    = 8,
    parameter IS_SIGNED = 1,
    parameter N         = 3,
    parameter FIXED     = 0
) (
    input  wire                       aclk,
    input  wire                       en,
    input  wire [X_BITS-1:0]          x,
    input  wire [N*T_BITS-1:0]        t,
    output wire [$clog2(N+1)-1:0]     count
);
    localparam K    = $clog2(N + 1);
    localparam FULL = (1 << K) - 1;
    wire [FULL*T_BITS-1:0] all;

    genvar i;
    generate
        if (FULL == N) begin : g_full
            assign all = t;
        end else begin : g_padded
            assign all = {{((FULL - N) * T_BITS){1'b0}}, t};
        end

        for (i = 0; i < K; i = i + 1) begin : g_stage
            // Thresholds left at this stage; the one tried is the middle one, number found*(LEFT+1) + HALF of all.
            localparam LEFT = (1 << (K - i)) - 1;
            localparam HALF = LEFT / 2;
            wire [X_BITS-1:0] here;    // x at this stage
            wire [K-1:0]      found;   // bits found by earlier stages, right-aligned
            wire [T_BITS-1:0] middle;
            wire              reached;
            wire              given;   // the middle one is not one of those missing at the top
            wire              hit = reached && given;
            wire              unused_found = &{1'b0, found};  // its top bits are always 0

            if (i == 0) begin : g_first
                assign here  = x;
                assign found = {K{1'b0}};
                assign given = 1'b1;
            end else begin : g_next
                // found*(LEFT+1) + HALF < N
                localparam [31:0] MOST = (N - HALF - 1) / (LEFT + 1);
                reg [X_BITS-1:0] here_q;
                reg [K-1:0]      found_q;
                assign here  = here_q;
                assign found = found_q;
                if (FULL == N) begin : g_always
                    assign given = 1'b1;
                end else begin : g_sometimes
                    assign given = found <= MOST[K-1:0];
                end
                always @(posedge aclk)
                    if (en) begin
                        here_q  <= g_stage[i-1].here;
                        found_q <= {g_stage[i-1].found[K-2:0], g_stage[i-1].hit};
                    end
            end

            if (FIXED != 0) begin : g_pick
                reg [T_BITS-1:0] picked;
                integer k;
                always @* begin
                    picked = all[HALF*T_BITS +: T_BITS];
                    for (k = 1; k < (1 << i); k = k + 1)
                        if (found == k[K-1:0]) picked = all[(k*(LEFT+1)+HALF)*T_BITS +: T_BITS];
                end
                assign middle = picked;
            end else begin : g_halve
                wire [LEFT*T_BITS-1:0] left;
                assign middle = left[HALF*T_BITS +: T_BITS];
                if (i == 0) begin : g_all
                    assign left = all;
                end else begin : g_chosen
                    reg [LEFT*T_BITS-1:0] left_q;
                    assign left = left_q;
                    always @(posedge aclk)
                        if (en)
                            left_q <= g_stage[i-1].hit ? g_stage[i-1].g_halve.left[(LEFT+1)*T_BITS +: LEFT*T_BITS]
                                                       : g_stage[i-1].g_halve.left[0 +: LEFT*T_BITS];
                end
            end

            gf_compare #(.N(1), .X_BITS(X_BITS), .T_BITS(T_BITS), .IS_SIGNED(IS_SIGNED)) reach (
                .x(here), .t(middle), .count(reached)
            );
        end

        if (K == 1) begin : g_one_bit
            assign count = g_stage[0].hit;
            wire unused = &{1'b0, aclk, en};
        end else begin : g_bits
            assign count = {g_stage[K-1].found[K-2:0], g_stage[K-1].hit};
        end
    endgenerate
endmodule
