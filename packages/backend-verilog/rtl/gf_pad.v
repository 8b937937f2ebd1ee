// Surrounds each frame of H x W pixels, C channels in cf = C/LANES beats, with TOP, BOTTOM, LEFT and RIGHT rows and
// columns of the constant beat VALUE.
//
// Padding waits for nothing: the rows above a frame leave as soon as the frame before has left.
// Token times: leave(n) = max(leave(n-1) + 1, enter(k) + 1) when output beat n is input beat k, else leave(n-1) + 1;
// input beat k is accepted when its output beat goes into the output register, leave(n) - 1 while the sink is ready.
// leave(0) is 1 cycle after the first one without reset, if beat 0 is padding.
// Interval: exactly (H + TOP + BOTTOM)*(W + LEFT + RIGHT)*cf cycles a frame.
//
// Latency: 1 cycle.
module gf_pad #(
    parameter H         = 4,
    parameter W         = 4,
    parameter C         = 4,
    parameter LANES     = 2,
    parameter LANE_BITS = 4,
    parameter TOP       = 1,
    parameter LEFT      = 1,
    parameter BOTTOM    = 1,
    parameter RIGHT     = 1,
    parameter [LANES*LANE_BITS-1:0] VALUE = 0
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
    localparam CF = C / LANES;

    wire out_ready;
    wire inner_column, inner_row, last_column, last_row;
    wire inner     = inner_column && inner_row;
    wire out_valid = s_axis_tvalid || !inner;
    wire step      = out_ready && out_valid;
    wire unused    = &{1'b0, last_row};
    assign s_axis_tready = out_ready && inner;

    gf_mark #(.LENGTH((W+LEFT+RIGHT)*CF), .FIRST(LEFT*CF), .PERIOD(W*CF), .KEEP(W*CF), .END((LEFT+W)*CF)) columns (
        .aclk(aclk), .aresetn(aresetn), .step(step), .keep(inner_column), .last(last_column)
    );
    gf_mark #(.LENGTH(H+TOP+BOTTOM), .FIRST(TOP), .PERIOD(H), .KEEP(H), .END(TOP+H)) rows (
        .aclk(aclk), .aresetn(aresetn), .step(step && last_column), .keep(inner_row), .last(last_row)
    );

    gf_skid #(.WIDTH(LANES*LANE_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(inner ? s_axis_tdata : VALUE), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
