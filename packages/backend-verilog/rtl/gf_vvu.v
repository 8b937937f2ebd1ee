// Vector-vector unit (depthwise convolution): WINDOW groups of cf = C/PE beats (gf_window's order, PE lanes) become one
// group, per channel the dot product sum over k of x[k][c] * w[k][c], ACC_BITS a lane.
//
// Weights come from a memory outside with one cycle of latency: w_data at w_addr = k*cf + fold, read when w_en is high;
// lane pe is w_data[pe*W_BITS +: W_BITS]. MODE, IN_BIPOLAR, ACC_BITS and the codes are those of gf_mvu (MW = WINDOW):
// 0 XNOR (out = 2P - WINDOW), 1 SIGN, 2 BIPOLAR_IN, 3 TERNARY, 4 MUL ("*", which tools map to DSP blocks or logic).
// PRODUCT_REG = 1: a register behind the multipliers of MODE 4 with both operands wider than one unsigned bit.
// cf accumulators a lane: registers up to cf = 16, else RAM (gf_line).
//
// Token times: enter(k) = enter(k-1) + 1 while the sink is ready; output beat p*cf + f leaves at
// enter((p*WINDOW + WINDOW-1)*cf + f) + latency.
// Interval: WINDOW*cf cycles a pixel.
//
// Latency: 2 cycles from the beat of the last group accepted to m_axis_tvalid, 3 with a register behind multipliers.
module gf_vvu #(
    parameter C           = 4,
    parameter PE          = 2,
    parameter IN_BITS     = 4,
    parameter IN_SIGNED   = 0,
    parameter IN_BIPOLAR  = 0,
    parameter W_BITS      = 4,
    parameter W_SIGNED    = 1,
    parameter MODE        = 4,
    parameter WINDOW      = 9,
    parameter ACC_BITS    = 16,
    parameter PRODUCT_REG = 0,
    parameter ADDR_BITS   = WINDOW * (C / PE) < 2 ? 1 : $clog2(WINDOW * (C / PE))
) (
    input  wire                   aclk,
    input  wire                   aresetn,
    input  wire [PE*IN_BITS-1:0]  s_axis_tdata,
    input  wire                   s_axis_tvalid,
    output wire                   s_axis_tready,
    output wire [PE*ACC_BITS-1:0] m_axis_tdata,
    output wire                   m_axis_tvalid,
    input  wire                   m_axis_tready,
    output wire                   w_en,
    output wire [ADDR_BITS-1:0]   w_addr,
    input  wire [PE*W_BITS-1:0]   w_data
);
    localparam CF         = C / PE;
    localparam PAIR_BITS  = IN_BITS + (IN_SIGNED != 0 ? 1 : 2);  // gf_dot's, not used here
    localparam STAGED     = PRODUCT_REG != 0 && MODE == 4 && !(IN_BITS == 1 && IN_SIGNED == 0) && !(W_BITS == 1 && W_SIGNED == 0);
    // 2P - WINDOW = 2(P - ceil(WINDOW/2)) + WINDOW mod 2, as in gf_mvu.
    localparam COUNT_BITS = MODE == 0 ? ACC_BITS - 1 : ACC_BITS;
    localparam [31:0] START     = MODE == 0 ? -((WINDOW + 1) / 2) : 0;
    localparam [31:0] WINDOW_32 = WINDOW;

    wire [PE*IN_BITS-1:0] x;
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

    gf_stage #(.WIDTH(PE*IN_BITS), .FOLDS(WINDOW*CF), .FOLD_BITS(ADDR_BITS)) stage (
        .aclk(aclk), .aresetn(aresetn), .run(run), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .fold(w_addr), .fold_last(last_step), .x(x), .x_valid(x_valid)
    );

    generate
        if (STAGED) begin : g_staged
            reg valid_q;
            assign sum_valid = valid_q;
            always @(posedge aclk)
                if (!aresetn) valid_q <= 1'b0;
                else if (run) valid_q <= x_valid;
        end else begin : g_direct
            assign sum_valid = x_valid;
        end
    endgenerate

    gf_tick #(.LENGTH(CF)) folds (.aclk(aclk), .aresetn(aresetn), .step(add), .last(last_fold));
    gf_tick #(.LENGTH(WINDOW)) groups (.aclk(aclk), .aresetn(aresetn), .step(add && last_fold), .last(last_group));
    always @(posedge aclk)
        if (!aresetn) first_group <= 1'b1;
        else if (add && last_fold) first_group <= last_group;

    wire [PE*COUNT_BITS-1:0] older;
    wire [PE*COUNT_BITS-1:0] now;
    wire [PE*ACC_BITS-1:0]   out;
    gf_line #(.WIDTH(PE*COUNT_BITS), .STAGES(CF)) line (
        .aclk(aclk), .aresetn(aresetn), .en(add), .d(now), .q(older)
    );

    genvar i;
    generate
        for (i = 0; i < PE; i = i + 1) begin : g_lane
            wire [COUNT_BITS-1:0] product;
            wire                  carry;
            wire [COUNT_BITS-1:0] so_far = first_group ? START[COUNT_BITS-1:0] : older[i*COUNT_BITS +: COUNT_BITS];
            gf_dot #(
                .SIMD(1), .IN_BITS(IN_BITS), .IN_SIGNED(IN_SIGNED), .IN_BIPOLAR(IN_BIPOLAR), .W_BITS(W_BITS),
                .W_SIGNED(W_SIGNED), .MODE(MODE), .PAIRS(0), .ACC_BITS(COUNT_BITS), .LEVELS_PER_STAGE(STAGED ? 1 : 0),
                .RADIX4(0), .OFFSET_BITS(1)
            ) dot (
                .aclk(aclk), .en(run), .x(x[i*IN_BITS +: IN_BITS]), .pairs({(2*PAIR_BITS){1'b0}}), .x_offset(1'b0),
                .w(w_data[i*W_BITS +: W_BITS]), .sum(product), .carry(carry)
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

    gf_skid #(.WIDTH(PE*ACC_BITS), .SPARSE(CF == 1 && WINDOW > 1)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
