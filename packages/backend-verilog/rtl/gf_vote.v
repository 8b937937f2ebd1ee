// Majority vote over channels that are there three times. A whole pixel a beat: C channels in, OUT of them out. Output channel c
// is input channel FIRST[16*c +: 16]; where VOTED[c], it is the code that two of the three channels from there share, and the first
// one's when all differ. Two copies that fail alike outvote the good one.
//
// Token times: enter(k) = enter(k-1) + 1 while the sink is ready; output beat k leaves 1 cycle after input beat k.
// Interval: 1 cycle a pixel.
//
// Latency: 1 cycle.
module gf_vote #(
    parameter C         = 6,
    parameter OUT       = 4,
    parameter LANE_BITS = 2,
    parameter [16*OUT-1:0] FIRST = {16'd5, 16'd4, 16'd1, 16'd0},
    parameter [OUT-1:0]    VOTED = 4'b0010
) (
    input  wire                     aclk,
    input  wire                     aresetn,
    input  wire [C*LANE_BITS-1:0]   s_axis_tdata,
    input  wire                     s_axis_tvalid,
    output wire                     s_axis_tready,
    output wire [OUT*LANE_BITS-1:0] m_axis_tdata,
    output wire                     m_axis_tvalid,
    input  wire                     m_axis_tready
);
    wire [OUT*LANE_BITS-1:0] out;

    genvar c;
    generate
        for (c = 0; c < OUT; c = c + 1) begin : g_channel
            localparam integer AT = FIRST[16*c +: 16];
            wire [LANE_BITS-1:0] first = s_axis_tdata[AT*LANE_BITS +: LANE_BITS];
            if (VOTED[c]) begin : g_vote
                wire [LANE_BITS-1:0] second = s_axis_tdata[(AT+1)*LANE_BITS +: LANE_BITS];
                wire [LANE_BITS-1:0] third  = s_axis_tdata[(AT+2)*LANE_BITS +: LANE_BITS];
                assign out[c*LANE_BITS +: LANE_BITS] = second == third ? second : first;
            end else begin : g_pass
                assign out[c*LANE_BITS +: LANE_BITS] = first;
            end
        end
    endgenerate

    gf_skid #(.WIDTH(OUT*LANE_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
