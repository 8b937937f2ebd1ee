// Each beat goes to all of COUNT outputs: output i is m_axis_tdata[i*WIDTH +: WIDTH], m_axis_tvalid[i], m_axis_tready[i].
//
// An output may take a beat before the others have: a beat stays until all have taken it, and none sees it twice. So
// outputs are at most one beat apart. A second beat waits behind, and s_axis_tready depends on registers only.
//
// Token times: output i takes beat n at max(enter(n) + 1, one cycle after the last output took beat n-1, its own ready).
// Interval: 1 cycle a beat while all outputs are ready.
//
// Latency: 1 cycle.
module gf_fork #(
    parameter WIDTH = 8,
    parameter COUNT = 2
) (
    input  wire                   aclk,
    input  wire                   aresetn,
    input  wire [WIDTH-1:0]       s_axis_tdata,
    input  wire                   s_axis_tvalid,
    output wire                   s_axis_tready,
    output wire [COUNT*WIDTH-1:0] m_axis_tdata,
    output wire [COUNT-1:0]       m_axis_tvalid,
    input  wire [COUNT-1:0]       m_axis_tready
);
    wire [WIDTH-1:0] head;
    wire             head_valid;
    reg  [COUNT-1:0] taken;
    wire [COUNT-1:0] done = taken | m_axis_tready;
    wire             pop  = &done;

    assign m_axis_tdata  = {COUNT{head}};
    assign m_axis_tvalid = {COUNT{head_valid}} & ~taken;

    always @(posedge aclk)
        if (!aresetn || !head_valid || pop) taken <= {COUNT{1'b0}};
        else taken <= done;

    gf_skid #(.WIDTH(WIDTH), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .m_axis_tdata(head), .m_axis_tvalid(head_valid), .m_axis_tready(pop)
    );
endmodule
