// Pool: WINDOW groups of cf = C/LANES beats (gf_window's order) become one group, per channel the maximum (MODE 0)
// or the sum (MODE 1) modulo 2^OUT_BITS. Bipolar channels are IS_SIGNED = 0, LANE_BITS = 1: the maximum is an OR.
//
// cf accumulators a lane: registers up to cf = 16, else RAM (gf_line).
//
// Token times: enter(k) = enter(k-1) + 1 while the sink is ready; output beat p*cf + f leaves at
// enter((p*WINDOW + WINDOW-1)*cf + f) + 1. Beats of other groups than the last are accepted at any time.
// Interval: WINDOW*cf cycles a pixel.
//
// Latency: 1 cycle from the beat of the last group to m_axis_tvalid.
module gf_pool #(
    parameter C         = 4,
    parameter LANES     = 2,
    parameter LANE_BITS = 4,
    parameter IS_SIGNED = 0,
    parameter WINDOW    = 4,
    parameter MODE      = 0,
    parameter OUT_BITS  = MODE == 0 ? LANE_BITS : LANE_BITS + $clog2(WINDOW)
) (
    input  wire                       aclk,
    input  wire                       aresetn,
    input  wire [LANES*LANE_BITS-1:0] s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,
    output wire [LANES*OUT_BITS-1:0]  m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready
);
    localparam CF       = C / LANES;
    localparam ACC_BITS = MODE == 0 ? LANE_BITS : OUT_BITS;

    wire out_ready;
    wire last_fold, last_group;
    reg  first_group;
    wire step = s_axis_tvalid && s_axis_tready;
    assign s_axis_tready = out_ready || !last_group;

    gf_tick #(.LENGTH(CF)) folds (.aclk(aclk), .aresetn(aresetn), .step(step), .last(last_fold));
    gf_tick #(.LENGTH(WINDOW)) groups (.aclk(aclk), .aresetn(aresetn), .step(step && last_fold), .last(last_group));
    always @(posedge aclk)
        if (!aresetn) first_group <= 1'b1;
        else if (step && last_fold) first_group <= last_group;

    wire [LANES*ACC_BITS-1:0] older;
    wire [LANES*ACC_BITS-1:0] now;
    wire [LANES*OUT_BITS-1:0] out;
    gf_line #(.WIDTH(LANES*ACC_BITS), .STAGES(CF)) line (
        .aclk(aclk), .aresetn(aresetn), .en(step), .d(now), .q(older)
    );

    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire [LANE_BITS-1:0] x = s_axis_tdata[i*LANE_BITS +: LANE_BITS];
            wire [ACC_BITS-1:0]  acc = older[i*ACC_BITS +: ACC_BITS];
            if (MODE == 0) begin : g_max
                wire bigger;
                gf_compare #(.N(1), .X_BITS(LANE_BITS), .T_BITS(LANE_BITS), .IS_SIGNED(IS_SIGNED)) reach (
                    .x(x), .t(acc), .count(bigger)
                );
                assign now[i*ACC_BITS +: ACC_BITS] = first_group || bigger ? x : acc;
            end else begin : g_sum
                wire [ACC_BITS-1:0] wide;
                gf_resize #(.IN_BITS(LANE_BITS), .OUT_BITS(ACC_BITS), .IS_SIGNED(IS_SIGNED)) widen (.d(x), .y(wide));
                assign now[i*ACC_BITS +: ACC_BITS] = (first_group ? {ACC_BITS{1'b0}} : acc) + wide;
            end
            gf_resize #(.IN_BITS(ACC_BITS), .OUT_BITS(OUT_BITS), .IS_SIGNED(IS_SIGNED)) resize (
                .d(now[i*ACC_BITS +: ACC_BITS]), .y(out[i*OUT_BITS +: OUT_BITS])
            );
        end
    endgenerate

    gf_skid #(.WIDTH(LANES*OUT_BITS), .SPARSE(CF == 1 && WINDOW > 1)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(s_axis_tvalid && last_group), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
