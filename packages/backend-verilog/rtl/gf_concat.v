// Joins the channels of two streams: for each pixel C0/LANES beats of s_axis_0, then C1/LANES beats of s_axis_1.
//
// Token times: leave(n) = max(leave(n-1) + 1, enter + 1), enter of the input beat that output beat n is; an input beat is
// accepted when its turn has come, leave(n) - 1 while the sink is ready.
// Interval: (C0 + C1)/LANES cycles a pixel.
//
// Latency: 1 cycle.
module gf_concat #(
    parameter C0        = 4,
    parameter C1        = 2,
    parameter LANES     = 2,
    parameter LANE_BITS = 4
) (
    input  wire                       aclk,
    input  wire                       aresetn,
    input  wire [LANES*LANE_BITS-1:0] s_axis_0_tdata,
    input  wire                       s_axis_0_tvalid,
    output wire                       s_axis_0_tready,
    input  wire [LANES*LANE_BITS-1:0] s_axis_1_tdata,
    input  wire                       s_axis_1_tvalid,
    output wire                       s_axis_1_tready,
    output wire [LANES*LANE_BITS-1:0] m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready
);
    localparam FOLDS_0 = C0 / LANES;
    localparam FOLDS   = FOLDS_0 + C1 / LANES;

    wire first, last;
    wire out_ready;
    wire out_valid = first ? s_axis_0_tvalid : s_axis_1_tvalid;
    wire unused    = &{1'b0, last};
    assign s_axis_0_tready = out_ready && first;
    assign s_axis_1_tready = out_ready && !first;

    gf_mark #(.LENGTH(FOLDS), .FIRST(0), .PERIOD(FOLDS), .KEEP(FOLDS_0), .END(FOLDS)) folds (
        .aclk(aclk), .aresetn(aresetn), .step(out_ready && out_valid), .keep(first), .last(last)
    );

    gf_skid #(.WIDTH(LANES*LANE_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(first ? s_axis_0_tdata : s_axis_1_tdata), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
