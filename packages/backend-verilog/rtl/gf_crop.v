// The inner pixels of each frame of H x W pixels, C channels in cf = C/LANES beats: without TOP, BOTTOM, LEFT and RIGHT
// rows and columns, which are accepted at any time and dropped.
//
// Token times: enter(k) = enter(k-1) + 1 while the sink is ready; an output beat leaves 1 cycle after its input beat.
// Interval: exactly H*W*cf cycles a frame.
//
// Latency: 1 cycle.
module gf_crop #(
    parameter H         = 6,
    parameter W         = 6,
    parameter C         = 4,
    parameter LANES     = 2,
    parameter LANE_BITS = 4,
    parameter TOP       = 1,
    parameter LEFT      = 1,
    parameter BOTTOM    = 1,
    parameter RIGHT     = 1
) (
    input  wire                       aclk,
    input  wire                       aresetn,
    input  wire [LANES*LANE_BITS-1:0] s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,
    output wire [LANES*LANE_BITS-1:0] m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready
);
    localparam CF    = C / LANES;
    localparam IN_W  = (W - LEFT - RIGHT) * CF;
    localparam IN_H  = H - TOP - BOTTOM;

    wire out_ready;
    wire inner_column, inner_row, last_column, last_row;
    wire inner  = inner_column && inner_row;
    wire step   = s_axis_tvalid && s_axis_tready;
    wire unused = &{1'b0, last_row};
    assign s_axis_tready = out_ready || !inner;

    gf_mark #(.LENGTH(W*CF), .FIRST(LEFT*CF), .PERIOD(IN_W), .KEEP(IN_W), .END(LEFT*CF+IN_W)) columns (
        .aclk(aclk), .aresetn(aresetn), .step(step), .keep(inner_column), .last(last_column)
    );
    gf_mark #(.LENGTH(H), .FIRST(TOP), .PERIOD(IN_H), .KEEP(IN_H), .END(TOP+IN_H)) rows (
        .aclk(aclk), .aresetn(aresetn), .step(step && last_column), .keep(inner_row), .last(last_row)
    );

    gf_skid #(.WIDTH(LANES*LANE_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid && inner), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
