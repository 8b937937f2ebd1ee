// Grouped matrix-vector unit (grouped convolution): windows of TAPS * GROUPS * CHANNELS elements (gf_window's order, SIMD
// lanes), CHANNELS a group, become GROUPS * FILTERS sums, FILTERS a group: each filter reads the channels of its group.
//
// SF = CHANNELS/SIMD beats of a group, NF = FILTERS/PE steps that each is held for. Steps run over taps, groups, beats,
// filters. GROUPS*NF words of PE sums wait in a memory while the other groups are read.
//
// Weights come from a memory outside with one cycle of latency: w_data at w_addr = ((tap*GROUPS + group)*SF + sf)*NF + nf,
// read when w_en is high. Row pe is w_data[pe*SIMD*W_BITS +: SIMD*W_BITS], its element s at s*W_BITS. MODE, IN_BIPOLAR,
// ACC_BITS and the codes are those of gf_mvu (MW = TAPS*CHANNELS): 0 XNOR (out = 2P - MW), 1 SIGN, 2 BIPOLAR_IN,
// 3 TERNARY, 4 MUL.
//
// Token times: input beat k enters NF cycles after beat k-1 while the sink is ready; the output beat of (group, nf) of a
// window leaves `latency` cycles after the step ((TAPS-1)*GROUPS + group)*SF*NF + (SF-1)*NF + nf of the window.
// Interval: TAPS*GROUPS*SF*NF cycles a window.
//
// Latency: 2 + D cycles, with T = LEVELS_PER_STAGE = 0 ? 0 : floor($clog2(SIMD) / LEVELS_PER_STAGE)
//   D = T + (LEVELS_PER_STAGE > 0)   MODE 4 with both operands wider than one unsigned bit;   D = T   else
module gf_gvu #(
    parameter GROUPS           = 2,
    parameter CHANNELS         = 4,
    parameter FILTERS          = 4,
    parameter TAPS             = 9,
    parameter PE               = 2,
    parameter SIMD             = 2,
    parameter IN_BITS          = 4,
    parameter IN_SIGNED        = 0,
    parameter IN_BIPOLAR       = 0,
    parameter W_BITS           = 4,
    parameter W_SIGNED         = 1,
    parameter MODE             = 4,
    parameter ACC_BITS         = 16,
    parameter LEVELS_PER_STAGE = 0,
    /* verilator lint_off UNUSEDPARAM */ // used in an attribute only
    parameter RAM_STYLE        = "auto",
    /* verilator lint_on UNUSEDPARAM */
    parameter STEPS            = TAPS * GROUPS * (CHANNELS / SIMD) * (FILTERS / PE),
    parameter ADDR_BITS        = STEPS < 2 ? 1 : $clog2(STEPS)
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
    localparam SF         = CHANNELS / SIMD;
    localparam NF         = FILTERS / PE;
    localparam WORDS      = GROUPS * NF;
    localparam WORD_BITS  = WORDS < 2 ? 1 : $clog2(WORDS);
    localparam MW         = TAPS * CHANNELS;
    localparam PRODUCTS   = MODE == 4 && !(IN_BITS == 1 && IN_SIGNED == 0) && !(W_BITS == 1 && W_SIGNED == 0);
    localparam L          = LEVELS_PER_STAGE;
    localparam STAGES     = L > 0 ? $clog2(SIMD) / (L > 0 ? L : 1) + (PRODUCTS ? 1 : 0) : 0;
    localparam PAIR_BITS  = IN_BITS + (IN_SIGNED != 0 ? 1 : 2);  // gf_dot's, not used here
    // 2P - MW = 2(P - ceil(MW/2)) + MW mod 2, as in gf_mvu.
    localparam COUNT_BITS = MODE == 0 ? ACC_BITS - 1 : ACC_BITS;
    localparam [31:0] START = MODE == 0 ? -((MW + 1) / 2) : 0;
    localparam [31:0] MW_32 = MW;

    // ---- Input: a beat is held for NF steps.
    wire                    last_held, last_step;
    reg                     fetch;
    reg  [SIMD*IN_BITS-1:0] x;
    wire [STAGES:0]         valid;  // of the step whose weights have come, and D stages on
    wire                    out_ready, out_valid;
    wire                    run   = out_ready || !out_valid;
    wire                    there = s_axis_tvalid || !fetch;
    wire                    go    = run && there;
    wire                    unused = &{1'b0, last_step, MW_32[0]};
    assign s_axis_tready = run && fetch;
    assign w_en          = run;

    gf_tick #(.LENGTH(NF)) holds (.aclk(aclk), .aresetn(aresetn), .step(go), .last(last_held));
    gf_counter #(.LENGTH(STEPS), .BITS(ADDR_BITS)) steps (
        .aclk(aclk), .aresetn(aresetn), .step(go), .index(w_addr), .last(last_step)
    );
    always @(posedge aclk)
        if (!aresetn) fetch <= 1'b1;
        else if (go) fetch <= last_held;
    always @(posedge aclk)
        if (go && fetch) x <= s_axis_tdata;

    genvar i;
    generate
        for (i = 0; i <= STAGES; i = i + 1) begin : g_valid
            reg valid_q;
            assign valid[i] = valid_q;
            if (i == 0) begin : g_first
                always @(posedge aclk)
                    if (!aresetn) valid_q <= 1'b0;
                    else if (run) valid_q <= there;
            end else begin : g_later
                always @(posedge aclk)
                    if (!aresetn) valid_q <= 1'b0;
                    else if (run) valid_q <= valid[i-1];
            end
        end
    endgenerate

    // ---- Sums. `so_far` is what the memory held, one step ahead of its use; where a step goes on with the sum of the
    // step before (NF = 1, next beat of the group), it is handed on.
    wire last_filter, last_beat, last_group, last_tap;
    reg  first_beat, first_tap;
    wire add = run && valid[STAGES];
    wire end_beat  = add && last_filter;
    wire end_group = end_beat && last_beat;
    wire end_tap   = end_group && last_group;
    assign out_valid = valid[STAGES] && last_beat && last_tap;

    gf_tick #(.LENGTH(NF)) filters (.aclk(aclk), .aresetn(aresetn), .step(add), .last(last_filter));
    gf_tick #(.LENGTH(SF)) beats (.aclk(aclk), .aresetn(aresetn), .step(end_beat), .last(last_beat));
    gf_tick #(.LENGTH(GROUPS)) groups (.aclk(aclk), .aresetn(aresetn), .step(end_group), .last(last_group));
    gf_tick #(.LENGTH(TAPS)) taps (.aclk(aclk), .aresetn(aresetn), .step(end_tap), .last(last_tap));
    always @(posedge aclk)
        if (!aresetn) begin
            first_beat <= 1'b1;
            first_tap  <= 1'b1;
        end else begin
            if (end_beat) first_beat <= last_beat;
            if (end_tap) first_tap <= last_tap;
        end

    localparam [31:0] LAST_WORD = WORDS - 1;
    localparam [31:0] BACK      = NF - 1;
    (* no_rw_check, ram_style = RAM_STYLE *) reg [PE*COUNT_BITS-1:0] mem [0:WORDS-1];
    reg  [PE*COUNT_BITS-1:0] so_far;
    reg  [WORD_BITS-1:0]     word;
    wire [PE*COUNT_BITS-1:0] now;
    wire [PE*ACC_BITS-1:0]   out;
    wire                     again     = last_filter && !last_beat;
    wire [WORD_BITS-1:0]     next_word = again                         ? word - BACK[WORD_BITS-1:0] :
                                         word == LAST_WORD[WORD_BITS-1:0] ? {WORD_BITS{1'b0}} : word + 1'b1;
    always @(posedge aclk)
        if (!aresetn) word <= {WORD_BITS{1'b0}};
        else if (add) word <= next_word;
    always @(posedge aclk)
        if (add) begin
            mem[word] <= now;
            so_far    <= (NF == 1 && again) || WORDS == 1 ? now : mem[next_word];
        end

    generate
        for (i = 0; i < PE; i = i + 1) begin : g_row
            wire [COUNT_BITS-1:0] product;
            wire                  carry;
            wire [COUNT_BITS-1:0] earlier = first_tap && first_beat ? START[COUNT_BITS-1:0] : so_far[i*COUNT_BITS +: COUNT_BITS];
            gf_dot #(
                .SIMD(SIMD), .IN_BITS(IN_BITS), .IN_SIGNED(IN_SIGNED), .IN_BIPOLAR(IN_BIPOLAR), .W_BITS(W_BITS),
                .W_SIGNED(W_SIGNED), .MODE(MODE), .PAIRS(0), .ACC_BITS(COUNT_BITS), .LEVELS_PER_STAGE(LEVELS_PER_STAGE),
                .RADIX4(0), .OFFSET_BITS(1)
            ) dot (
                .aclk(aclk), .en(run), .x(x), .pairs({((SIMD+1)/2*2*PAIR_BITS){1'b0}}), .x_offset(1'b0),
                .w(w_data[i*SIMD*W_BITS +: SIMD*W_BITS]), .sum(product), .carry(carry)
            );
            gf_add #(.A_BITS(COUNT_BITS), .B_BITS(COUNT_BITS), .IS_SIGNED(0), .CARRY(1), .OUT_BITS(COUNT_BITS)) add_one (
                .a(earlier), .b(product), .carry(carry), .y(now[i*COUNT_BITS +: COUNT_BITS])
            );
            if (MODE == 0) begin : g_doubled
                assign out[i*ACC_BITS +: ACC_BITS] = {now[i*COUNT_BITS +: COUNT_BITS], MW_32[0]};
            end else begin : g_plain
                assign out[i*ACC_BITS +: ACC_BITS] = now[i*COUNT_BITS +: COUNT_BITS];
            end
        end
    endgenerate

    gf_skid #(.WIDTH(PE*ACC_BITS), .SPARSE(NF == 1 && SF > 1)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
