// Keeps channels FIRST .. FIRST+COUNT-1 of each pixel of C channels, LANES a beat; C and COUNT are multiples of LANES,
// FIRST need not be: then an output beat is the upper lanes of an input beat and the lower ones of the next.
//
// Token times: enter(k) = enter(k-1) + 1 while the sink is ready; output beat p*COUNT/LANES + j leaves 1 cycle after
// input beat p*C/LANES + ceil(FIRST/LANES) + j. Beats that complete no output beat are accepted at any time.
// Interval: C/LANES cycles a pixel.
//
// Latency: 1 cycle from the beat with an output beat's last lane to m_axis_tvalid.
module gf_slice #(
    parameter C         = 8,
    parameter LANES     = 2,
    parameter LANE_BITS = 4,
    parameter FIRST     = 2,
    parameter COUNT     = 4
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
    localparam FOLDS  = C / LANES;
    localparam KEEP   = COUNT / LANES;
    localparam FROM   = (FIRST + LANES - 1) / LANES;
    localparam OFFSET = (FIRST % LANES) * LANE_BITS;
    localparam WIDTH  = LANES * LANE_BITS;

    wire keep, last;
    wire out_ready;
    wire [WIDTH-1:0] out;
    wire step   = s_axis_tvalid && s_axis_tready;
    wire unused = &{1'b0, last};
    assign s_axis_tready = out_ready || !keep;

    gf_mark #(.LENGTH(FOLDS), .FIRST(FROM), .PERIOD(FOLDS), .KEEP(KEEP), .END(FROM+KEEP)) folds (
        .aclk(aclk), .aresetn(aresetn), .step(step), .keep(keep), .last(last)
    );

    generate
        if (OFFSET == 0) begin : g_aligned
            assign out = s_axis_tdata;
        end else begin : g_shifted
            reg [WIDTH-OFFSET-1:0] upper;
            assign out = {s_axis_tdata[OFFSET-1:0], upper};
            always @(posedge aclk)
                if (step) upper <= s_axis_tdata[WIDTH-1:OFFSET];
        end
    endgenerate

    gf_skid #(.WIDTH(WIDTH), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(s_axis_tvalid && keep), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
