// Matrix-vector unit: MH rows of MW weights, PE rows and SIMD elements a cycle; no thresholds inside.
//
// In: vectors of SF = MW/SIMD beats. Out: NF = MH/PE beats a vector, PE accumulators of ACC_BITS each.
// Weights come from a memory outside with one cycle of latency: w_data at w_addr = nf*SF + sf, read when w_en is high.
// Row pe is w_data[pe*SIMD*W_BITS +: SIMD*W_BITS], its element s at s*W_BITS. Bipolar: -1 is 0, +1 is 1.
//
// MODE  0 XNOR    bipolar x bipolar   out = 2P - MW (signed), or P with POPCOUNT_OUT = 1, P = equal bits
//       1 SIGN    bipolar weight x integer input
//       2 BIPOLAR_IN  integer weight x bipolar input
//       3 TERNARY 2-bit weight in -1, 0, 1 x integer input (or bipolar input: IN_BITS = 1, IN_BIPOLAR = 1)
//       4 MUL     integer x integer; 1-bit unsigned operands become ANDs
// ACC_BITS must hold every final result; sums are exact modulo 2^ACC_BITS on the way. ACC_SIGNED is for the reader:
// two's complement arithmetic is the same for both.
// MODE 4 with RADIX4 = 1 multiplies in LUTs by digits of the weights (gf_dot_radix4): smaller than the tools'
// multipliers where there are no DSP blocks; RADIX4 = 0 writes "*", which tools map to DSP blocks.
// With PE = MH and SIMD = MW the weights are expected to be constants: what zeros do not need is then left out.
// MODE 1 with PE > 1 makes sums and differences of input pairs once for all rows (PAIRS = 0 switches that off).
//
// Latency from the last beat of the vector accepted to the first output beat valid: 2 + D cycles, later output beats
// SF cycles apart; with T(n) = TREE_LEVELS_PER_STAGE = 0 ? 0 : floor($clog2(n) / TREE_LEVELS_PER_STAGE)
//   D = T(ceil(SIMD/2))                              MODE 1 with PAIRS
//   D = T(SIMD) + (TREE_LEVELS_PER_STAGE > 0)        MODE 4 with both operands wider than one unsigned bit
//   D = T(SIMD)                                      else
// Interval: NF*SF cycles a vector, vectors back to back without a bubble.
module gf_mvu #(
    parameter MW           = 8,
    parameter MH           = 8,
    parameter PE           = 1,
    parameter SIMD         = 1,
    parameter IN_BITS      = 1,
    parameter IN_SIGNED    = 0,
    parameter W_BITS       = 1,
    parameter W_SIGNED     = 0,
    parameter MODE         = 0,
    parameter ACC_BITS     = 8,
    /* verilator lint_off UNUSEDPARAM */ // says how to read the output
    parameter ACC_SIGNED   = 1,
    /* verilator lint_on UNUSEDPARAM */
    parameter POPCOUNT_OUT = 0,
    parameter IN_BIPOLAR   = 0,
    parameter TREE_LEVELS_PER_STAGE = 0,
    parameter BUF_STYLE    = "auto",
    parameter PAIRS        = PE > 1 && SIMD > 1,
    parameter RADIX4       = 0,
    parameter ADDR_BITS    = (MW / SIMD) * (MH / PE) < 2 ? 1 : $clog2((MW / SIMD) * (MH / PE))
) (
    input  wire                      aclk,
    input  wire                      aresetn,
    input  wire [SIMD*IN_BITS-1:0]   s_axis_tdata,
    input  wire                      s_axis_tvalid,
    output wire                      s_axis_tready,
    output wire [PE*ACC_BITS-1:0]    m_axis_tdata,
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready,
    output wire                      w_en,
    output wire [ADDR_BITS-1:0]      w_addr,
    input  wire [PE*SIMD*W_BITS-1:0] w_data
);
    localparam SF        = MW / SIMD;
    localparam NF        = MH / PE;
    localparam PAIRED    = MODE == 1 && PAIRS != 0 && SIMD > 1;
    localparam LEAVES    = PAIRED ? (SIMD + 1) / 2 : SIMD;
    localparam PRODUCTS  = MODE == 4 && !(IN_BITS == 1 && IN_SIGNED == 0) && !(W_BITS == 1 && W_SIGNED == 0);
    localparam L         = TREE_LEVELS_PER_STAGE;
    localparam STAGES    = L > 0 ? $clog2(LEAVES) / (L > 0 ? L : 1) + (PRODUCTS ? 1 : 0) : 0;
    // RADIX4: see gf_dot_radix4.
    localparam DIGITAL     = PRODUCTS && RADIX4 != 0;
    localparam FIXED       = SF == 1 && NF == 1;
    localparam OFFSETS     = DIGITAL && !FIXED;
    localparam X_SUM_BITS  = IN_BITS + $clog2(SIMD);
    localparam PAIRS_OF_4  = ((1 << (2 * (W_BITS / 2))) - 1) / 3;  // sum of 4^j over 2-bit digits
    localparam OFFSET      = 2 * PAIRS_OF_4 - (W_SIGNED != 0 ? 1 << (W_BITS - 1) : 0);
    localparam OFFSET_BITS = OFFSETS ? X_SUM_BITS + (IN_SIGNED != 0 ? 0 : 1) + $clog2((OFFSET < 0 ? -OFFSET : OFFSET) + 1) : 1;
    localparam [31:0] OFFSET_32 = OFFSET;
    localparam PAIR_BITS = IN_BITS + (IN_SIGNED != 0 ? 1 : 2);
    // 2P - MW = 2(P - ceil(MW/2)) + MW mod 2: the counter starts at -ceil(MW/2) and the last bit is a constant.
    localparam DOUBLED    = MODE == 0 && POPCOUNT_OUT == 0;
    localparam COUNT_BITS = DOUBLED ? ACC_BITS - 1 : ACC_BITS;
    localparam [31:0] START = DOUBLED ? -((MW + 1) / 2) : 0;
    localparam [31:0] MW_32 = MW;

    wire [SIMD*IN_BITS-1:0]              x;
    wire                                 x_valid;
    wire                                 x_last;
    wire                                 sum_valid;
    wire                                 sum_last;
    wire                                 out_ready;
    wire                                 out_valid = sum_valid && sum_last;
    wire                                 run       = out_ready || !out_valid;
    wire [(SIMD+1)/2*2*PAIR_BITS-1:0]    pairs;
    wire [OFFSET_BITS-1:0]               x_offset;
    wire [PE*ACC_BITS-1:0]               out;
    assign w_en = run;

    gf_replay #(
        .WIDTH(SIMD*IN_BITS), .SF(SF), .NF(NF), .BUF_STYLE(BUF_STYLE), .ADDR_BITS(ADDR_BITS)
    ) replay (
        .aclk(aclk), .aresetn(aresetn), .run(run),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .addr(w_addr), .x(x), .valid(x_valid), .last(x_last)
    );

    genvar i;
    generate
        if (PAIRED) begin : g_pairs
            for (i = 0; i < (SIMD + 1) / 2; i = i + 1) begin : g_pair
                wire [PAIR_BITS-1:0] first;
                gf_resize #(.IN_BITS(IN_BITS), .OUT_BITS(PAIR_BITS), .IS_SIGNED(IN_SIGNED)) widen_first (
                    .d(x[2*i*IN_BITS +: IN_BITS]), .y(first)
                );
                if (2 * i + 1 < SIMD) begin : g_two
                    wire [PAIR_BITS-1:0] second;
                    gf_resize #(.IN_BITS(IN_BITS), .OUT_BITS(PAIR_BITS), .IS_SIGNED(IN_SIGNED)) widen_second (
                        .d(x[(2*i+1)*IN_BITS +: IN_BITS]), .y(second)
                    );
                    assign pairs[2*i*PAIR_BITS +: 2*PAIR_BITS] = {first - second, first + second};
                end else begin : g_odd
                    assign pairs[2*i*PAIR_BITS +: 2*PAIR_BITS] = {first, first};
                end
            end
        end else begin : g_no_pairs
            assign pairs = {((SIMD + 1) / 2 * 2 * PAIR_BITS){1'b0}};
        end

        if (OFFSETS) begin : g_offset
            wire [X_SUM_BITS-1:0]  x_sum;
            wire [OFFSET_BITS-1:0] x_sum_wide;
            gf_adder_tree #(
                .N(SIMD), .BITS(IN_BITS), .IS_SIGNED(IN_SIGNED), .CARRY(0), .MAX_BITS(X_SUM_BITS), .LEVELS_PER_STAGE(L)
            ) tree (
                .aclk(aclk), .en(run), .d(x), .carry({(SIMD<2 ? 1 : SIMD-1){1'b0}}), .sum(x_sum)
            );
            gf_resize #(.IN_BITS(X_SUM_BITS), .OUT_BITS(OFFSET_BITS), .IS_SIGNED(IN_SIGNED)) widen (.d(x_sum), .y(x_sum_wide));
            assign x_offset = x_sum_wide * OFFSET_32[OFFSET_BITS-1:0];
        end else begin : g_no_offset
            assign x_offset = 1'b0;
            wire unused = &{1'b0, OFFSET_32};
        end

        if (STAGES == 0) begin : g_direct
            assign sum_valid = x_valid;
            assign sum_last  = x_last;
        end else begin : g_flags
            // gf_dot's registers move with run; so do these, with a reset that discards what was under way.
            reg [2*STAGES-1:0] flags;
            assign {sum_valid, sum_last} = flags[2*STAGES-1 -: 2];
            wire [2*STAGES+1:0] shifted = {flags, x_valid, x_last};
            wire unused_top = &{1'b0, shifted[2*STAGES+1 -: 2]};
            always @(posedge aclk)
                if (!aresetn) flags <= {(2*STAGES){1'b0}};
                else if (run) flags <= shifted[2*STAGES-1:0];
        end

        for (i = 0; i < PE; i = i + 1) begin : g_row
            wire [COUNT_BITS-1:0] sum;
            wire                  carry;
            wire [COUNT_BITS-1:0] total;
            gf_dot #(
                .SIMD(SIMD), .IN_BITS(IN_BITS), .IN_SIGNED(IN_SIGNED), .IN_BIPOLAR(IN_BIPOLAR), .W_BITS(W_BITS),
                .W_SIGNED(W_SIGNED), .MODE(MODE), .PAIRS(PAIRED), .ACC_BITS(COUNT_BITS), .LEVELS_PER_STAGE(L),
                .RADIX4(!DIGITAL ? 0 : FIXED ? 2 : 1), .OFFSET_BITS(OFFSET_BITS),
                .W_FIXED(FIXED)
            ) dot (
                .aclk(aclk), .en(run), .x(x), .pairs(pairs), .x_offset(x_offset), .w(w_data[i*SIMD*W_BITS +: SIMD*W_BITS]),
                .sum(sum), .carry(carry)
            );

            wire [COUNT_BITS-1:0] so_far;
            gf_add #(.A_BITS(COUNT_BITS), .B_BITS(COUNT_BITS), .IS_SIGNED(0), .CARRY(1), .OUT_BITS(COUNT_BITS)) add (
                .a(so_far), .b(sum), .carry(carry), .y(total)
            );
            if (SF == 1) begin : g_no_accumulator
                assign so_far = START[COUNT_BITS-1:0];
            end else begin : g_accumulator
                // Cleared by the step that completes a row, so no cycle and no multiplexer is spent on it.
                reg  [COUNT_BITS-1:0] acc;
                wire                  change = !aresetn || (run && sum_valid);
                wire                  clear  = !aresetn || sum_last;
                assign so_far = acc;
                always @(posedge aclk)
                    if (change) begin
                        if (clear) acc <= START[COUNT_BITS-1:0];
                        else acc <= total;
                    end
            end

            if (DOUBLED) begin : g_doubled
                assign out[i*ACC_BITS +: ACC_BITS] = {total, MW_32[0]};
            end else begin : g_plain
                assign out[i*ACC_BITS +: ACC_BITS] = total;
            end
        end
    endgenerate

    gf_skid #(.WIDTH(PE*ACC_BITS), .SPARSE(SF > 1)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
