// TLAST for a network that has none, so that a DMA engine knows where a transfer ends: the last beat out of the last frame of a transfer
// in carries TLAST. Data passes unchanged.
//
//   s_axis (with TLAST on the last beat of a transfer of whole frames) -> to_axis -> network -> from_axis -> m_axis (with TLAST)
//
// IN_BEATS, OUT_BEATS: beats of a frame on either side. At most 2^COUNT_BITS - 1 frames are within the network.
// After the last beat of a transfer the next one waits until the results of this one have left. A result's last beat waits until its
// frame has gone in whole.
//
// Latency: 0 cycles; ready and valid pass through gates.
module gf_transfer #(
    parameter IN_BITS    = 8,
    parameter OUT_BITS   = 8,
    parameter IN_BEATS   = 4,
    parameter OUT_BEATS  = 4,
    parameter COUNT_BITS = 16
) (
    input  wire                aclk,
    input  wire                aresetn,
    input  wire [IN_BITS-1:0]  s_axis_tdata,
    input  wire                s_axis_tvalid,
    input  wire                s_axis_tlast,
    output wire                s_axis_tready,
    output wire [IN_BITS-1:0]  to_axis_tdata,
    output wire                to_axis_tvalid,
    input  wire                to_axis_tready,
    input  wire [OUT_BITS-1:0] from_axis_tdata,
    input  wire                from_axis_tvalid,
    output wire                from_axis_tready,
    output wire [OUT_BITS-1:0] m_axis_tdata,
    output wire                m_axis_tvalid,
    output wire                m_axis_tlast,
    input  wire                m_axis_tready
);
    reg                  closed;   // the transfer is in; its results are not out yet
    reg [COUNT_BITS-1:0] frames;   // frames that went in whole and not yet out whole

    assign to_axis_tdata  = s_axis_tdata;
    assign to_axis_tvalid = s_axis_tvalid && !closed;
    assign s_axis_tready  = to_axis_tready && !closed;
    wire   move_in        = s_axis_tvalid && s_axis_tready;

    wire in_ends, out_ends;
    gf_counter #(.LENGTH(IN_BEATS)) in_beat (
        .aclk(aclk), .aresetn(aresetn), .step(move_in), .index(), .last(in_ends)
    );

    wire pass             = !out_ends || frames != {COUNT_BITS{1'b0}};
    assign m_axis_tdata   = from_axis_tdata;
    assign m_axis_tvalid  = from_axis_tvalid && pass;
    assign from_axis_tready = m_axis_tready && pass;
    assign m_axis_tlast   = closed && out_ends && frames == {{COUNT_BITS-1{1'b0}}, 1'b1};
    wire   move_out       = m_axis_tvalid && m_axis_tready;
    gf_counter #(.LENGTH(OUT_BEATS)) out_beat (
        .aclk(aclk), .aresetn(aresetn), .step(move_out), .index(), .last(out_ends)
    );

    wire frame_in  = move_in && in_ends;
    wire frame_out = move_out && out_ends;
    always @(posedge aclk)
        if (!aresetn) begin
            closed <= 1'b0;
            frames <= {COUNT_BITS{1'b0}};
        end else begin
            if (move_in && s_axis_tlast) closed <= 1'b1;
            else if (move_out && m_axis_tlast) closed <= 1'b0;
            if (frame_in != frame_out) frames <= frame_in ? frames + 1'b1 : frames - 1'b1;
        end
endmodule
