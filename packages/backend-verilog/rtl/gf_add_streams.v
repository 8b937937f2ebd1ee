// Elementwise sum of two streams: y = A_FACTOR*a + B_FACTOR*b per lane, modulo 2^OUT_BITS; a on s_axis_0, b on s_axis_1.
// The factors are integer constants (gf_scale); negative ones subtract.
//
// A beat of each is taken at once; each s_axis_*_tready depends on the other tvalid.
// Token times: enter(n) = max(enter(n-1) + 1, both offered), leave(n) = enter(n) + 1 while the sink is ready.
// Interval: 1 cycle a beat.
//
// Latency: 1 cycle.
module gf_add_streams #(
    parameter LANES    = 2,
    parameter A_BITS   = 4,
    parameter A_SIGNED = 0,
    parameter B_BITS   = 4,
    parameter B_SIGNED = 0,
    parameter A_FACTOR = 1,
    parameter B_FACTOR = 1,
    parameter OUT_BITS = 5
) (
    input  wire                      aclk,
    input  wire                      aresetn,
    input  wire [LANES*A_BITS-1:0]   s_axis_0_tdata,
    input  wire                      s_axis_0_tvalid,
    output wire                      s_axis_0_tready,
    input  wire [LANES*B_BITS-1:0]   s_axis_1_tdata,
    input  wire                      s_axis_1_tvalid,
    output wire                      s_axis_1_tready,
    output wire [LANES*OUT_BITS-1:0] m_axis_tdata,
    output wire                      m_axis_tvalid,
    input  wire                      m_axis_tready
);
    wire                      out_ready;
    wire [LANES*OUT_BITS-1:0] y;
    assign s_axis_0_tready = out_ready && s_axis_1_tvalid;
    assign s_axis_1_tready = out_ready && s_axis_0_tvalid;

    // One adder a lane: a negative factor subtracts, and only where both are negative is one negated first.
    localparam A_MINUS = A_FACTOR < 0 && B_FACTOR >= 0;
    localparam B_MINUS = B_FACTOR < 0;
    genvar i;
    generate
        for (i = 0; i < LANES; i = i + 1) begin : g_lane
            wire [OUT_BITS-1:0] a;
            wire [OUT_BITS-1:0] b;
            gf_scale #(
                .IN_BITS(A_BITS), .IS_SIGNED(A_SIGNED), .FACTOR(A_MINUS ? -A_FACTOR : A_FACTOR), .OUT_BITS(OUT_BITS)
            ) scale_a (
                .d(s_axis_0_tdata[i*A_BITS +: A_BITS]), .y(a)
            );
            gf_scale #(
                .IN_BITS(B_BITS), .IS_SIGNED(B_SIGNED), .FACTOR(B_MINUS ? -B_FACTOR : B_FACTOR), .OUT_BITS(OUT_BITS)
            ) scale_b (
                .d(s_axis_1_tdata[i*B_BITS +: B_BITS]), .y(b)
            );
            assign y[i*OUT_BITS +: OUT_BITS] = A_MINUS ? b - a : B_MINUS ? a - b : a + b;
        end
    endgenerate

    gf_skid #(.WIDTH(LANES*OUT_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(y), .s_axis_tvalid(s_axis_0_tvalid && s_axis_1_tvalid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
