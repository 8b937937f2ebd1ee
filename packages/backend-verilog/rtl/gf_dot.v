// One row's share of a matrix-vector product: SIMD inputs times SIMD weights, summed modulo 2^ACC_BITS.
// The result is sum + carry: the spare carry bit goes into the accumulator's adder for nothing.
//
// MODE      x (IN_BITS a lane)     w (W_BITS a lane)      value
//  0 XNOR   bipolar, 1 bit         bipolar, 1 bit         number of lanes where x equals w (P, not 2P - SIMD)
//  1 SIGN   integer                bipolar, 1 bit         sum of w ? x : -x
//  2 BIPOL  bipolar, 1 bit         integer                sum of x ? w : -w
//  3 TERN   integer, or bipolar    -1, 0, 1 in 2 bits     sum of w * x
//           when IN_BIPOLAR = 1
//  4 MUL    integer                integer                sum of w * x
//
// Negation is "invert, and carry in 1" (the adders of the tree take the ones). MODE 1 with PAIRS = 1 reads `pairs`
// instead of `x`: for lanes 2i and 2i+1 the sum and the difference, made once for all rows. A pair is then
// +-sum or +-difference, one LUT4 a bit: f(sum bit, difference bit, w[2i], w[2i+1]).
// W_FIXED = 1: weights never change; then a MODE 2 weight of 0 is 0, not -0, which costs gates where weights do change.
// MODE 4 with RADIX4 = 1 is gf_dot_radix4 (logic only, no "*"), which needs x_offset; RADIX4 = 2 is for weights that
// never change, with x_offset = 0.
// MODE 4 where one side is a single unsigned bit is an AND, where both are it is a popcount.
//
// Latency D, in cycles with en high, with T(n) = LEVELS_PER_STAGE = 0 ? 0 : floor($clog2(n) / LEVELS_PER_STAGE):
//   PAIRS: T(ceil(SIMD / 2)).   MODE 4 with a multiplier: T(SIMD) + (LEVELS_PER_STAGE > 0).   Else: T(SIMD).
module gf_dot #(
    parameter SIMD             = 4,
    parameter IN_BITS          = 4,
    parameter IN_SIGNED        = 0,
    parameter IN_BIPOLAR       = 0,
    parameter W_BITS           = 4,
    parameter W_SIGNED         = 1,
    parameter MODE             = 4,
    parameter PAIRS            = 0,
    parameter ACC_BITS         = 16,
    parameter LEVELS_PER_STAGE = 0,
    parameter RADIX4           = 0,
    parameter W_FIXED          = 0,
    parameter OFFSET_BITS      = 1,
    parameter PAIR_BITS        = IN_BITS + (IN_SIGNED != 0 ? 1 : 2)
) (
    input  wire                                aclk,
    input  wire                                en,
    input  wire [SIMD*IN_BITS-1:0]             x,
    input  wire [(SIMD+1)/2*2*PAIR_BITS-1:0]   pairs,
    input  wire [OFFSET_BITS-1:0]              x_offset,
    input  wire [SIMD*W_BITS-1:0]              w,
    output wire [ACC_BITS-1:0]                 sum,
    output wire                                carry
);
    localparam X_ONE = IN_BITS == 1 && IN_SIGNED == 0;  // x is a plain 0/1
    localparam W_ONE = W_BITS == 1 && W_SIGNED == 0;
    localparam COUNT = MODE == 0 || (MODE == 4 && X_ONE && W_ONE);

    genvar i;
    generate
        if (COUNT) begin : g_count
            wire [SIMD-1:0] hit = MODE == 0 ? ~(x ^ w) : x & w;
            wire            unused = &{1'b0, pairs, x_offset};
            gf_count #(.N(SIMD), .LEVELS_PER_STAGE(LEVELS_PER_STAGE), .OUT_BITS(ACC_BITS)) count (
                .aclk(aclk), .en(en), .d(hit), .sum(sum), .carry(carry)
            );
        end else if (MODE == 4 && RADIX4 != 0 && !X_ONE && !W_ONE) begin : g_radix4
            wire unused = &{1'b0, pairs};
            gf_dot_radix4 #(
                .SIMD(SIMD), .IN_BITS(IN_BITS), .IN_SIGNED(IN_SIGNED), .W_BITS(W_BITS), .W_SIGNED(W_SIGNED),
                .ACC_BITS(ACC_BITS), .OFFSET_BITS(OFFSET_BITS), .LEVELS_PER_STAGE(LEVELS_PER_STAGE),
                .BOOTH(RADIX4 == 2)
            ) dot (
                .aclk(aclk), .en(en), .x(x), .x_offset(x_offset), .w(w), .sum(sum), .carry(carry)
            );
        end else begin : g_sum
            localparam LEAVES = PAIRS != 0 ? (SIMD + 1) / 2 : SIMD;
            // Bits of a leaf, whether it is signed, and whether leaves come with a carry.
            localparam LEAF_BITS =
                PAIRS != 0              ? PAIR_BITS :
                MODE == 1               ? IN_BITS + (IN_SIGNED != 0 ? 0 : 1) :
                MODE == 2               ? W_BITS + (W_SIGNED != 0 ? 0 : 1) :
                MODE == 3 && IN_BIPOLAR ? 2 :
                MODE == 3               ? IN_BITS + (IN_SIGNED != 0 ? 0 : 1) :
                X_ONE                   ? W_BITS :
                W_ONE                   ? IN_BITS : IN_BITS + W_BITS;
            localparam LEAF_SIGNED = MODE != 4 || (X_ONE ? W_SIGNED != 0 : W_ONE ? IN_SIGNED != 0 :
                                                   IN_SIGNED != 0 || W_SIGNED != 0);
            localparam CARRY       = MODE == 1 || MODE == 2 || (MODE == 3 && !IN_BIPOLAR);
            localparam PRODUCT_REG = MODE == 4 && !X_ONE && !W_ONE && LEVELS_PER_STAGE > 0;
            localparam SUM_BITS    = LEAF_BITS + $clog2(LEAVES) < ACC_BITS ? LEAF_BITS + $clog2(LEAVES) : ACC_BITS;
            localparam STAGES      = LEVELS_PER_STAGE > 0 ? $clog2(LEAVES) / (LEVELS_PER_STAGE > 0 ? LEVELS_PER_STAGE : 1) : 0;

            wire [LEAVES*LEAF_BITS-1:0] leaf;
            wire [LEAVES-1:0]           minus;
            wire [LEAVES*LEAF_BITS-1:0] leaf_q;

            for (i = 0; i < LEAVES; i = i + 1) begin : g_leaf
                wire [LEAF_BITS-1:0] value;
                assign leaf[i*LEAF_BITS +: LEAF_BITS] = value;
                if (PAIRS != 0) begin : g_pair
                    // An odd last lane has itself as sum and as difference, with w of its own for both.
                    localparam OTHER = 2 * i + 1 < SIMD ? 2 * i + 1 : 2 * i;
                    wire [PAIR_BITS-1:0] plus = pairs[2*i*PAIR_BITS +: PAIR_BITS];
                    wire [PAIR_BITS-1:0] diff = pairs[(2*i+1)*PAIR_BITS +: PAIR_BITS];
                    assign minus[i] = !w[2*i];
                    assign value    = ((w[2*i] ^ w[OTHER]) ? diff : plus) ^ {PAIR_BITS{minus[i]}};
                end else if (MODE == 1) begin : g_sign
                    wire [LEAF_BITS-1:0] wide;
                    gf_resize #(.IN_BITS(IN_BITS), .OUT_BITS(LEAF_BITS), .IS_SIGNED(IN_SIGNED)) widen (
                        .d(x[i*IN_BITS +: IN_BITS]), .y(wide)
                    );
                    assign minus[i] = !w[i];
                    assign value    = wide ^ {LEAF_BITS{minus[i]}};
                end else if (MODE == 2) begin : g_bipolar
                    wire [LEAF_BITS-1:0] wide;
                    gf_resize #(.IN_BITS(W_BITS), .OUT_BITS(LEAF_BITS), .IS_SIGNED(W_SIGNED)) widen (
                        .d(w[i*W_BITS +: W_BITS]), .y(wide)
                    );
                    assign minus[i] = !x[i] && (W_FIXED == 0 || |w[i*W_BITS +: W_BITS]);
                    assign value    = wide ^ {LEAF_BITS{minus[i]}};
                end else if (MODE == 3 && IN_BIPOLAR) begin : g_ternary_bipolar
                    assign minus[i] = 1'b0;
                    assign value    = {w[2*i] && (w[2*i+1] == x[i]), w[2*i]};
                end else if (MODE == 3) begin : g_ternary
                    wire [LEAF_BITS-1:0] wide;
                    gf_resize #(.IN_BITS(IN_BITS), .OUT_BITS(LEAF_BITS), .IS_SIGNED(IN_SIGNED)) widen (
                        .d(x[i*IN_BITS +: IN_BITS]), .y(wide)
                    );
                    assign minus[i] = w[2*i+1];
                    assign value    = (wide ^ {LEAF_BITS{minus[i]}}) & {LEAF_BITS{w[2*i]}};
                end else if (X_ONE) begin : g_and_x
                    assign minus[i] = 1'b0;
                    assign value    = w[i*W_BITS +: W_BITS] & {W_BITS{x[i]}};
                end else if (W_ONE) begin : g_and_w
                    assign minus[i] = 1'b0;
                    assign value    = x[i*IN_BITS +: IN_BITS] & {IN_BITS{w[i]}};
                end else begin : g_multiply
                    assign minus[i] = 1'b0;
                    gf_multiply #(
                        .A_BITS(IN_BITS), .A_SIGNED(IN_SIGNED), .B_BITS(W_BITS), .B_SIGNED(W_SIGNED)
                    ) multiply (
                        .a(x[i*IN_BITS +: IN_BITS]), .b(w[i*W_BITS +: W_BITS]), .y(value)
                    );
                end
            end

            if (PRODUCT_REG) begin : g_product
                reg [LEAVES*LEAF_BITS-1:0] product;
                always @(posedge aclk)
                    if (en) product <= leaf;
                assign leaf_q = product;
            end else begin : g_direct
                assign leaf_q = leaf;
            end

            wire [(LEAVES<2 ? 1 : LEAVES-1)-1:0] inner;
            if (LEAVES < 2) begin : g_single
                assign inner = 1'b0;
            end else begin : g_several
                assign inner = minus[LEAVES-2:0];
            end

            wire [SUM_BITS-1:0] total;
            gf_adder_tree #(
                .N(LEAVES), .BITS(LEAF_BITS), .IS_SIGNED(LEAF_SIGNED), .CARRY(CARRY), .MAX_BITS(ACC_BITS),
                .LEVELS_PER_STAGE(LEVELS_PER_STAGE)
            ) tree (
                .aclk(aclk), .en(en), .d(leaf_q), .carry(inner), .sum(total)
            );
            gf_resize #(.IN_BITS(SUM_BITS), .OUT_BITS(ACC_BITS), .IS_SIGNED(LEAF_SIGNED)) widen (.d(total), .y(sum));
            gf_delay #(.WIDTH(1), .STAGES(STAGES)) spare (
                .aclk(aclk), .en(en), .d(CARRY && minus[LEAVES-1]), .q(carry)
            );
            wire unused = &{1'b0, x, pairs, x_offset, w};
        end
    endgenerate
endmodule
