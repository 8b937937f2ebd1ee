// Vector-vector unit (depthwise convolution): WINDOW taps of C channels become one pixel, per channel the
// dot product sum over k of x[k][c] * w[k][c], ACC_BITS a lane. PE channels by SIMD taps a beat, lane tap*PE + channel.
//
// Order of the beats of a pixel, with cf = C/PE folds: SIMD = 1: (k, fold), gf_window's; SIMD > 1: (fold, k/SIMD), gf_window_parallel's.
// Weights come from a memory outside with one cycle of latency: w_data at w_addr, a word a beat in the order of the beats,
// read when w_en is high; lane i is w_data[i*W_BITS +: W_BITS]. MODE, IN_BIPOLAR, ACC_BITS and the codes are those of
// gf_mvu (MW = WINDOW): 0 XNOR (out = 2P - WINDOW), 1 SIGN, 2 BIPOLAR_IN, 3 TERNARY, 4 MUL ("*", which tools map to DSP
// blocks or logic). PRODUCT_REG = 1: a register behind the multipliers of MODE 4 with both operands wider than one
// unsigned bit. TREE_LEVELS_PER_STAGE > 0 registers the adder tree of SIMD taps, and has that register as well.
// With SIMD = 1 cf accumulators a lane: registers up to cf = 16, else RAM (gf_line); else one.
//
// Token times: enter(k) = enter(k-1) + 1 while the sink is ready; with G = WINDOW/SIMD, output beat p*cf + f leaves at
// enter((p*WINDOW + WINDOW-1)*cf + f) + latency with SIMD = 1, else at enter((p*cf + f)*G + G-1) + latency.
// Interval: WINDOW/SIMD*cf cycles a pixel.
//
// Latency: 2 + D cycles from the last beat of a sum accepted to m_axis_tvalid, D = gf_dot's latency (0 with SIMD = 1 and
// PRODUCT_REG = 0).
module gf_vvu #(
    parameter C           = 4,
    parameter PE          = 2,
    parameter SIMD        = 1,
    parameter IN_BITS     = 4,
    parameter IN_SIGNED   = 0,
    parameter IN_BIPOLAR  = 0,
    parameter W_BITS      = 4,
    parameter W_SIGNED    = 1,
    parameter MODE        = 4,
    parameter WINDOW      = 9,
    parameter ACC_BITS    = 16,
    parameter PRODUCT_REG = 0,
    parameter TREE_LEVELS_PER_STAGE = 0,
    parameter ADDR_BITS   = WINDOW / SIMD * (C / PE) < 2 ? 1 : $clog2(WINDOW / SIMD * (C / PE))
) (
    input  wire                   aclk,
    input  wire                   aresetn,
    input  wire [PE*SIMD*IN_BITS-1:0] s_axis_tdata,
    input  wire                   s_axis_tvalid,
    output wire                   s_axis_tready,
    output wire [PE*ACC_BITS-1:0] m_axis_tdata,
    output wire                   m_axis_tvalid,
    input  wire                   m_axis_tready,
    output wire                   w_en,
    output wire [ADDR_BITS-1:0]   w_addr,
    input  wire [PE*SIMD*W_BITS-1:0] w_data
);
    localparam CF         = C / PE;
    localparam GROUPS     = WINDOW / SIMD;
    localparam SUMS       = SIMD == 1 ? CF : 1;  // under way at once
    localparam PAIR_BITS  = IN_BITS + (IN_SIGNED != 0 ? 1 : 2);  // gf_dot's, not used here
    // gf_dot's registers.
    localparam MULTIPLY   = MODE == 4 && !(IN_BITS == 1 && IN_SIGNED == 0) && !(W_BITS == 1 && W_SIGNED == 0);
    localparam TREE       = TREE_LEVELS_PER_STAGE > 0;
    localparam PRODUCT    = MULTIPLY && (TREE || PRODUCT_REG != 0);
    localparam L          = TREE ? TREE_LEVELS_PER_STAGE : PRODUCT ? $clog2(SIMD) + 1 : 0;
    localparam STAGES     = (TREE ? $clog2(SIMD) / (TREE ? TREE_LEVELS_PER_STAGE : 1) : 0) + (PRODUCT ? 1 : 0);
    // 2P - WINDOW = 2(P - ceil(WINDOW/2)) + WINDOW mod 2, as in gf_mvu.
    localparam COUNT_BITS = MODE == 0 ? ACC_BITS - 1 : ACC_BITS;
    localparam [31:0] START     = MODE == 0 ? -((WINDOW + 1) / 2) : 0;
    localparam [31:0] WINDOW_32 = WINDOW;

    wire [PE*SIMD*IN_BITS-1:0] x;
    wire                  x_valid;
    wire                  sum_valid;
    wire                  last_step, last_fold, last_group;
    reg                   first_group;
    wire                  out_ready;
    wire                  out_valid = sum_valid && last_group;
    wire                  run       = out_ready || !out_valid;
    wire                  add       = run && sum_valid;
    wire                  unused    = &{1'b0, last_step, WINDOW_32[0]};
    assign w_en          = run;
    assign s_axis_tready = run;

    gf_stage #(.WIDTH(PE*SIMD*IN_BITS), .FOLDS(GROUPS*CF), .FOLD_BITS(ADDR_BITS)) stage (
        .aclk(aclk), .aresetn(aresetn), .run(run), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .fold(w_addr), .fold_last(last_step), .x(x), .x_valid(x_valid)
    );

    generate
        if (STAGES == 0) begin : g_direct
            assign sum_valid = x_valid;
        end else begin : g_staged
            reg [STAGES-1:0] valid_q;
            assign sum_valid = valid_q[STAGES-1];
            wire [STAGES:0] shifted = {valid_q, x_valid};
            wire unused_top = &{1'b0, shifted[STAGES]};
            always @(posedge aclk)
                if (!aresetn) valid_q <= {STAGES{1'b0}};
                else if (run) valid_q <= shifted[STAGES-1:0];
        end
    endgenerate

    gf_tick #(.LENGTH(SUMS)) folds (.aclk(aclk), .aresetn(aresetn), .step(add), .last(last_fold));
    gf_tick #(.LENGTH(GROUPS)) groups (.aclk(aclk), .aresetn(aresetn), .step(add && last_fold), .last(last_group));
    always @(posedge aclk)
        if (!aresetn) first_group <= 1'b1;
        else if (add && last_fold) first_group <= last_group;

    wire [PE*COUNT_BITS-1:0] older;
    wire [PE*COUNT_BITS-1:0] now;
    wire [PE*ACC_BITS-1:0]   out;
    gf_line #(.WIDTH(PE*COUNT_BITS), .STAGES(SUMS)) line (
        .aclk(aclk), .aresetn(aresetn), .en(add), .d(now), .q(older)
    );

    genvar i, k;
    generate
        for (i = 0; i < PE; i = i + 1) begin : g_lane
            wire [SIMD*IN_BITS-1:0] taps;
            wire [SIMD*W_BITS-1:0]  weights;
            for (k = 0; k < SIMD; k = k + 1) begin : g_tap
                assign taps[k*IN_BITS +: IN_BITS] = x[(k*PE+i)*IN_BITS +: IN_BITS];
                assign weights[k*W_BITS +: W_BITS] = w_data[(k*PE+i)*W_BITS +: W_BITS];
            end
            wire [COUNT_BITS-1:0] product;
            wire                  carry;
            wire [COUNT_BITS-1:0] so_far = first_group ? START[COUNT_BITS-1:0] : older[i*COUNT_BITS +: COUNT_BITS];
            gf_dot #(
                .SIMD(SIMD), .IN_BITS(IN_BITS), .IN_SIGNED(IN_SIGNED), .IN_BIPOLAR(IN_BIPOLAR), .W_BITS(W_BITS),
                .W_SIGNED(W_SIGNED), .MODE(MODE), .PAIRS(0), .ACC_BITS(COUNT_BITS), .LEVELS_PER_STAGE(L),
                .RADIX4(0), .OFFSET_BITS(1)
            ) dot (
                .aclk(aclk), .en(run), .x(taps), .pairs({((SIMD+1)/2*2*PAIR_BITS){1'b0}}), .x_offset(1'b0),
                .w(weights), .sum(product), .carry(carry)
            );
            gf_add #(.A_BITS(COUNT_BITS), .B_BITS(COUNT_BITS), .IS_SIGNED(0), .CARRY(1), .OUT_BITS(COUNT_BITS)) add_one (
                .a(so_far), .b(product), .carry(carry), .y(now[i*COUNT_BITS +: COUNT_BITS])
            );
            if (MODE == 0) begin : g_doubled
                assign out[i*ACC_BITS +: ACC_BITS] = {now[i*COUNT_BITS +: COUNT_BITS], WINDOW_32[0]};
            end else begin : g_plain
                assign out[i*ACC_BITS +: ACC_BITS] = now[i*COUNT_BITS +: COUNT_BITS];
            end
        end
    endgenerate

    gf_skid #(.WIDTH(PE*ACC_BITS), .SPARSE(SUMS == 1 && GROUPS > 1)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
