// Sliding window, a whole window a beat: frames of H x W pixels of cf = C/LANES beats become beats of KH*KW*LANES
// elements in the order (kh, kw, lane), lane fastest, the output beats in the order (OH, OW, cf).
// OH = floor((H - DH*(KH-1) - 1)/SH) + 1, OW alike; padding is done before; H = KH = 1 for one dimension.
//
// KH-1 line memories (one RAM, KH-1 beats wide and DH*W*cf deep) and KW-1 delays of DW*cf beats of KH rows. Everything
// moves with the beat that is accepted; beats that complete no window are accepted at any time.
//
// Token times: enter(k) = enter(k-1) + 1 while the sink is ready, leave(n) = enter(k) + 1, k the last beat of window n:
// (oh*SH + DH*(KH-1), ow*SW + DW*(KW-1), fold).
// Interval: exactly H*W*cf cycles a frame.
//
// Latency: 1 cycle from the window's last beat accepted to m_axis_tvalid.
module gf_window_parallel #(
    parameter H         = 8,
    parameter W         = 8,
    parameter C         = 4,
    parameter LANES     = 2,
    parameter LANE_BITS = 4,
    parameter KH        = 3,
    parameter KW        = 3,
    parameter SH        = 1,
    parameter SW        = 1,
    parameter DH        = 1,
    parameter DW        = 1,
    parameter RAM_STYLE = "auto"
) (
    input  wire                             aclk,
    input  wire                             aresetn,
    input  wire [LANES*LANE_BITS-1:0]       s_axis_tdata,
    input  wire                             s_axis_tvalid,
    output wire                             s_axis_tready,
    output wire [KH*KW*LANES*LANE_BITS-1:0] m_axis_tdata,
    output wire                             m_axis_tvalid,
    input  wire                             m_axis_tready
);
    localparam WIDTH  = LANES * LANE_BITS;
    localparam CF     = C / LANES;
    localparam COLUMN = KH * WIDTH;

    wire out_ready;
    wire emit_column, emit_row, last_column, last_row;
    wire emit = emit_column && emit_row;
    wire step = s_axis_tvalid && s_axis_tready;
    wire unused = &{1'b0, last_row};
    assign s_axis_tready = out_ready || !emit;

    gf_mark #(.LENGTH(W*CF), .FIRST(DW*(KW-1)*CF), .PERIOD(SW*CF), .KEEP(CF), .END(W*CF)) columns (
        .aclk(aclk), .aresetn(aresetn), .step(step), .keep(emit_column), .last(last_column)
    );
    gf_mark #(.LENGTH(H), .FIRST(DH*(KH-1)), .PERIOD(SH), .KEEP(1), .END(H)) rows (
        .aclk(aclk), .aresetn(aresetn), .step(step && last_column), .keep(emit_row), .last(last_row)
    );

    // The beats of this column in KH rows, the oldest row in the low bits; then KW such columns, the oldest first.
    wire [COLUMN-1:0]    column;
    wire [KW*COLUMN-1:0] window;
    generate
        if (KH == 1) begin : g_one_row
            assign column = s_axis_tdata;
        end else begin : g_rows
            wire [COLUMN-WIDTH-1:0] above;
            assign column = {s_axis_tdata, above};
            gf_line #(.WIDTH(COLUMN-WIDTH), .STAGES(DH*W*CF), .RAM_STYLE(RAM_STYLE)) lines (
                .aclk(aclk), .aresetn(aresetn), .en(step), .d(column[COLUMN-1:WIDTH]), .q(above)
            );
        end
        if (KW == 1) begin : g_one_column
            assign window = column;
        end else begin : g_columns
            wire [(KW-1)*COLUMN-1:0] older;
            assign window = {column, older};
            gf_line #(.WIDTH((KW-1)*COLUMN), .STAGES(DW*CF), .RAM_STYLE(RAM_STYLE)) line (
                .aclk(aclk), .aresetn(aresetn), .en(step), .d(window[KW*COLUMN-1:COLUMN]), .q(older)
            );
        end
    endgenerate

    wire [KW*COLUMN-1:0] out;
    genvar y, x;
    generate
        for (y = 0; y < KH; y = y + 1) begin : g_row
            for (x = 0; x < KW; x = x + 1) begin : g_column
                assign out[(y*KW+x)*WIDTH +: WIDTH] = window[(x*KH+y)*WIDTH +: WIDTH];
            end
        end
    endgenerate

    gf_skid #(.WIDTH(KW*COLUMN), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(s_axis_tvalid && emit), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
