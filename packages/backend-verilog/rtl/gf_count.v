// Number of ones in N bits as sum + carry (see gf_dot), optionally pipelined.
//
// LEVELS_PER_STAGE = 0: combinational; the last bit is handed out as the carry.
// LEVELS_PER_STAGE = L > 0: groups of 2^L bits are counted and registered, then added by a tree with a register
// behind each L levels; the carry is 0 when anything is registered.
//
// Latency: L = 0 ? 0 : floor($clog2(N) / L) cycles in which en is high.
module gf_count #(
    parameter N                = 8,
    parameter LEVELS_PER_STAGE = 0,
    parameter OUT_BITS         = 8
) (
    input  wire                aclk,
    input  wire                en,
    input  wire [N-1:0]        d,
    output wire [OUT_BITS-1:0] sum,
    output wire                carry
);
    localparam GROUP  = 1 << LEVELS_PER_STAGE;
    localparam GROUPS = (N + GROUP - 1) / GROUP;
    localparam BITS   = LEVELS_PER_STAGE + 1;
    genvar i;
    generate
        if (N == 1) begin : g_one
            assign sum   = {OUT_BITS{1'b0}};
            assign carry = d[0];
            wire unused = &{1'b0, aclk, en};
        end else if (LEVELS_PER_STAGE == 0 || $clog2(N) < LEVELS_PER_STAGE) begin : g_comb
            wire [$clog2(N)-1:0] ones;
            gf_popcount #(.N(N-1)) count (.d(d[N-2:0]), .y(ones));
            gf_resize #(.IN_BITS($clog2(N)), .OUT_BITS(OUT_BITS), .IS_SIGNED(0)) widen (.d(ones), .y(sum));
            assign carry = d[N-1];
            wire unused = &{1'b0, aclk, en};
        end else begin : g_piped
            localparam SUM_BITS = BITS + $clog2(GROUPS) < OUT_BITS ? BITS + $clog2(GROUPS) : OUT_BITS;
            reg  [GROUPS*BITS-1:0] counted;
            wire [GROUPS*BITS-1:0] counts;
            wire [SUM_BITS-1:0]    total;
            for (i = 0; i < GROUPS; i = i + 1) begin : g_group
                localparam SIZE      = (i + 1) * GROUP <= N ? GROUP : N - i * GROUP;
                localparam SIZE_BITS = $clog2(SIZE + 1);
                wire [SIZE_BITS-1:0] ones;
                gf_popcount #(.N(SIZE)) part (.d(d[i*GROUP +: SIZE]), .y(ones));
                gf_resize #(.IN_BITS(SIZE_BITS), .OUT_BITS(BITS), .IS_SIGNED(0)) widen (.d(ones), .y(counts[i*BITS +: BITS]));
            end
            always @(posedge aclk)
                if (en) counted <= counts;
            gf_adder_tree #(
                .N(GROUPS), .BITS(BITS), .IS_SIGNED(0), .CARRY(0), .MAX_BITS(OUT_BITS), .LEVELS_PER_STAGE(LEVELS_PER_STAGE)
            ) tree (
                .aclk(aclk), .en(en), .d(counted), .carry({(GROUPS<2 ? 1 : GROUPS-1){1'b0}}), .sum(total)
            );
            gf_resize #(.IN_BITS(SUM_BITS), .OUT_BITS(OUT_BITS), .IS_SIGNED(0)) widen (.d(total), .y(sum));
            assign carry = 1'b0;
        end
    endgenerate
endmodule
