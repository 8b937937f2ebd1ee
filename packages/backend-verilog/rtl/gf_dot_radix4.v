// Dot product of SIMD integer inputs and integer weights out of LUTs, modulo 2^ACC_BITS: sum + carry (see gf_dot).
//
// The weight, as an unsigned number u (sign bit inverted if W_SIGNED), is cut into 2-bit digits; a digit less 2 is one
// of -2, -1, 0, 1. So a digit's product with x takes one LUT4 a bit, f(x[i], x[i-1], digit), and needs no adder:
//   w * x = sum over digits j of 4^j * (digit_j - 2) * x  +  OFFSET * x
// An odd top bit is a plain AND. The last term is the same for all rows: `x_offset` = OFFSET * (sum of x), made once,
// where OFFSET = 2 * (sum of 4^j over 2-bit digits) - (W_SIGNED ? 2^(W_BITS-1) : 0).
// Each digit has an adder tree of its own, whose carries complete the negations; then the digits are added.
// Measured with Yosys 0.55, synth_ice40 -noabc9, gf_mvu with MW = MH = 64, PE = SIMD = 8, 4 x 4 bits: 1919 LUT4, where
// "*" and an adder tree take 3040.
//
// BOOTH = 1 is for weights that never change: digits of -2 .. 2 without an offset, so that a weight of 0 is nothing but
// zeros, which tools drop, and x_offset has to be 0. Digits: (W_BITS + 1) / 2, or W_BITS / 2 + 1 when W_SIGNED = 0.
//
// x_offset comes with the latency of the trees, T(SIMD) = LEVELS_PER_STAGE = 0 ? 0 : floor($clog2(SIMD) /
// LEVELS_PER_STAGE).
//
// Latency: T(SIMD) + (LEVELS_PER_STAGE > 0) cycles with en high.
module gf_dot_radix4 #(
    parameter SIMD             = 4,
    parameter IN_BITS          = 4,
    parameter IN_SIGNED        = 0,
    parameter W_BITS           = 4,
    parameter W_SIGNED         = 1,
    parameter ACC_BITS         = 16,
    parameter OFFSET_BITS      = 8,
    parameter LEVELS_PER_STAGE = 0,
    parameter BOOTH            = 0
) (
    input  wire                    aclk,
    input  wire                    en,
    input  wire [SIMD*IN_BITS-1:0] x,
    input  wire [OFFSET_BITS-1:0]  x_offset,
    input  wire [SIMD*W_BITS-1:0]  w,
    output wire [ACC_BITS-1:0]     sum,
    output wire                    carry
);
    localparam DIGITS     = BOOTH != 0 && W_SIGNED == 0 ? W_BITS / 2 + 1 : (W_BITS + 1) / 2;
    localparam LEAF_BITS  = IN_BITS + (IN_SIGNED != 0 ? 1 : 2);
    localparam PLANE_BITS = LEAF_BITS + $clog2(SIMD) < ACC_BITS ? LEAF_BITS + $clog2(SIMD) : ACC_BITS;
    localparam INNER      = SIMD < 2 ? 1 : SIMD - 1;
    localparam STAGES     = LEVELS_PER_STAGE > 0 ? $clog2(SIMD) / (LEVELS_PER_STAGE > 0 ? LEVELS_PER_STAGE : 1) : 0;
    localparam TOTAL_BITS = sum_bits(DIGITS - 1);
    localparam [W_BITS-1:0] FLIP = W_SIGNED != 0 ? 1 << (W_BITS - 1) : 0;

    // Bits of the offset and digits 0 .. top together.
    function integer sum_bits(input integer top);
        integer digit;
        begin
            sum_bits = (PLANE_BITS > OFFSET_BITS ? PLANE_BITS : OFFSET_BITS) + 1;
            for (digit = 1; digit <= top; digit = digit + 1)
                sum_bits = (sum_bits > PLANE_BITS + 2 * digit ? sum_bits : PLANE_BITS + 2 * digit) + 1;
            if (sum_bits > ACC_BITS) sum_bits = ACC_BITS;
        end
    endfunction

    wire [ACC_BITS-1:0] total;
    wire                spare;

    genvar j, s;
    generate
        for (j = 0; j < DIGITS; j = j + 1) begin : g_digit
            localparam TWO_BITS = BOOTH != 0 || 2 * j + 1 < W_BITS;
            wire [SIMD*LEAF_BITS-1:0] leaf;
            wire [SIMD-1:0]           minus;
            wire [INNER-1:0]          inner;
            wire [PLANE_BITS-1:0]     plane;
            wire                      last_minus;
            for (s = 0; s < SIMD; s = s + 1) begin : g_lane
                wire [W_BITS-1:0]    u = w[s*W_BITS +: W_BITS] ^ FLIP;
                wire [LEAF_BITS-1:0] one;
                wire                 unused_u = &{1'b0, u};
                gf_resize #(.IN_BITS(IN_BITS), .OUT_BITS(LEAF_BITS), .IS_SIGNED(IN_SIGNED)) widen (
                    .d(x[s*IN_BITS +: IN_BITS]), .y(one)
                );
                if (BOOTH != 0) begin : g_booth
                    // -2 v[2] + v[1] + v[0]
                    wire [2*DIGITS-1:0] wide;
                    wire [2*DIGITS:0]   shifted = {wide, 1'b0};
                    wire [2:0]          v       = shifted[2*j +: 3];
                    gf_resize #(.IN_BITS(W_BITS), .OUT_BITS(2*DIGITS), .IS_SIGNED(W_SIGNED)) widen_w (
                        .d(w[s*W_BITS +: W_BITS]), .y(wide)
                    );
                    wire [LEAF_BITS-1:0] size = v[1] ^ v[0] ? one : v[2] ^ v[1] ? {one[LEAF_BITS-2:0], 1'b0} : {LEAF_BITS{1'b0}};
                    assign minus[s] = v[2] && !(v[1] && v[0]);
                    assign leaf[s*LEAF_BITS +: LEAF_BITS] = size ^ {LEAF_BITS{minus[s]}};
                    wire unused = &{1'b0, shifted};
                end else if (TWO_BITS) begin : g_signed_digit
                    wire [LEAF_BITS-1:0] size = u[2*j] ? one : u[2*j+1] ? {LEAF_BITS{1'b0}} : {one[LEAF_BITS-2:0], 1'b0};
                    assign minus[s] = !u[2*j+1];
                    assign leaf[s*LEAF_BITS +: LEAF_BITS] = size ^ {LEAF_BITS{minus[s]}};
                end else begin : g_bit
                    assign minus[s] = 1'b0;
                    assign leaf[s*LEAF_BITS +: LEAF_BITS] = one & {LEAF_BITS{u[2*j]}};
                end
            end
            if (SIMD < 2) begin : g_single
                assign inner = 1'b0;
            end else begin : g_several
                assign inner = minus[INNER-1:0];
            end
            gf_adder_tree #(
                .N(SIMD), .BITS(LEAF_BITS), .IS_SIGNED(1), .CARRY(TWO_BITS), .MAX_BITS(ACC_BITS),
                .LEVELS_PER_STAGE(LEVELS_PER_STAGE)
            ) tree (
                .aclk(aclk), .en(en), .d(leaf), .carry(inner), .sum(plane)
            );
            gf_delay #(.WIDTH(1), .STAGES(STAGES)) delay (.aclk(aclk), .en(en), .d(minus[SIMD-1]), .q(last_minus));

            // The sum of the offset, the digits below, and this one.
            localparam SUM_BITS = sum_bits(j);
            wire [SUM_BITS-1:0] so_far;
            if (j == 0) begin : g_first
                gf_add #(
                    .A_BITS(PLANE_BITS), .B_BITS(OFFSET_BITS), .IS_SIGNED(1), .CARRY(0), .OUT_BITS(SUM_BITS)
                ) add (
                    .a(plane), .b(x_offset), .carry(1'b0), .y(so_far)
                );
            end else if (SUM_BITS > 2 * j) begin : g_next
                localparam BELOW_BITS = sum_bits(j - 1);
                gf_add #(
                    .A_BITS(BELOW_BITS-2*j), .B_BITS(PLANE_BITS), .IS_SIGNED(1), .CARRY(TWO_BITS), .OUT_BITS(SUM_BITS-2*j)
                ) add (
                    .a(g_digit[j-1].so_far[BELOW_BITS-1:2*j]), .b(plane), .carry(last_minus), .y(so_far[SUM_BITS-1:2*j])
                );
                assign so_far[2*j-1:0] = g_digit[j-1].so_far[2*j-1:0];
            end else begin : g_beyond
                // 4^j is 0 modulo 2^ACC_BITS.
                assign so_far = g_digit[j-1].so_far;
                wire unused = &{1'b0, plane, last_minus};
            end
        end

        gf_resize #(.IN_BITS(TOTAL_BITS), .OUT_BITS(ACC_BITS), .IS_SIGNED(1)) widen (
            .d(g_digit[DIGITS-1].so_far), .y(total)
        );
        assign spare = g_digit[0].last_minus;
    endgenerate

    gf_delay #(.WIDTH(ACC_BITS+1), .STAGES(LEVELS_PER_STAGE > 0)) result (
        .aclk(aclk), .en(en), .d({spare, total}), .q({carry, sum})
    );
endmodule
