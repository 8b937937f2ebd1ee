// A serial line around a network with one input and one output stream: bytes of beats in, bytes of beats out, nothing else on the line.
//
//   rx -> gf_uart_rx -> gf_fifo of a frame -> gf_width_converter -> m_axis (to the network)
//   tx <- gf_uart_tx <- gf_width_converter <- s_axis (from the network)
//
// DIVIDER       clock cycles a bit, at least 4
// IN_BYTES      bytes of a beat to the network
// OUT_BYTES     bytes of a beat from it
// FRAME_BYTES   bytes of a frame to the network: so many wait without loss while it is busy
// RESET_CYCLES  see gf_power_on
//
// A beat goes lowest byte first. The network has its reset from here: after power-on, and again when a stop bit is missing or a byte
// finds no room, so that a host that has lost count sends a break and starts afresh.
//
// Latency: 4 cycles from the stop bit's middle of a beat's last byte to m_axis_tvalid, 2 from s_axis to the start bit.
module gf_uart_shell #(
    parameter DIVIDER      = 104,
    parameter IN_BYTES     = 1,
    parameter OUT_BYTES    = 1,
    parameter FRAME_BYTES  = 16,
    parameter RESET_CYCLES = 255
) (
    input  wire                   aclk,
    output wire                   aresetn,
    input  wire                   rx,
    output wire                   tx,
    output wire [8*IN_BYTES-1:0]  m_axis_tdata,
    output wire                   m_axis_tvalid,
    input  wire                   m_axis_tready,
    input  wire [8*OUT_BYTES-1:0] s_axis_tdata,
    input  wire                   s_axis_tvalid,
    output wire                   s_axis_tready
);
    localparam DEPTH = FRAME_BYTES < 2 ? 2 : FRAME_BYTES;

    wire [7:0] got_data, kept_data, sent_data;
    wire       got_valid, got_room, broken;
    wire       kept_valid, kept_ready, sent_valid, sent_ready;

    gf_power_on #(.CYCLES(RESET_CYCLES)) power_on (
        .aclk(aclk), .restart(broken || (got_valid && !got_room)), .aresetn(aresetn)
    );
    gf_uart_rx #(.DIVIDER(DIVIDER)) receiver (
        .aclk(aclk), .aresetn(aresetn), .rx(rx),
        .m_axis_tdata(got_data), .m_axis_tvalid(got_valid), .broken(broken)
    );
    gf_fifo #(.WIDTH(8), .DEPTH(DEPTH)) frame (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(got_data), .s_axis_tvalid(got_valid), .s_axis_tready(got_room),
        .m_axis_tdata(kept_data), .m_axis_tvalid(kept_valid), .m_axis_tready(kept_ready),
        .count(), .max_count()
    );
    gf_width_converter #(.LANE_BITS(8), .IN_LANES(1), .OUT_LANES(IN_BYTES)) gather (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(kept_data), .s_axis_tvalid(kept_valid), .s_axis_tready(kept_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
    gf_width_converter #(.LANE_BITS(8), .IN_LANES(OUT_BYTES), .OUT_LANES(1)) scatter (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
        .m_axis_tdata(sent_data), .m_axis_tvalid(sent_valid), .m_axis_tready(sent_ready)
    );
    gf_uart_tx #(.DIVIDER(DIVIDER)) transmitter (
        .aclk(aclk), .aresetn(aresetn), .tx(tx),
        .s_axis_tdata(sent_data), .s_axis_tvalid(sent_valid), .s_axis_tready(sent_ready)
    );
endmodule
