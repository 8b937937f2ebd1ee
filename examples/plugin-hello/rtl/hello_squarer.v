// y = x * x for PE lanes a beat; x is unsigned or two's complement, y is x * x modulo 2^OUT_BITS.
//
// Latency: 1 cycle. Interval: 1 beat a cycle.
module hello_squarer #(
    parameter PE        = 1,
    parameter IN_BITS   = 4,
    parameter IN_SIGNED = 1,
    parameter OUT_BITS  = 7
) (
    input  wire                   aclk,
    input  wire                   aresetn,
    input  wire [PE*IN_BITS-1:0]  s_axis_tdata,
    input  wire                   s_axis_tvalid,
    output wire                   s_axis_tready,
    output reg  [PE*OUT_BITS-1:0] m_axis_tdata,
    output reg                    m_axis_tvalid,
    input  wire                   m_axis_tready
);
    // One register: it takes a beat when it is empty or is being emptied.
    assign s_axis_tready = !m_axis_tvalid || m_axis_tready;

    always @(posedge aclk)
        if (!aresetn) m_axis_tvalid <= 1'b0;
        else if (s_axis_tready) m_axis_tvalid <= s_axis_tvalid;

    genvar i;
    generate
        for (i = 0; i < PE; i = i + 1) begin : g_lane
            // |x| fits IN_BITS unsigned bits, also that of the least number.
            wire [IN_BITS-1:0]            x      = s_axis_tdata[i*IN_BITS +: IN_BITS];
            wire [IN_BITS-1:0]            size   = IN_SIGNED != 0 && x[IN_BITS-1] ? -x : x;
            wire [2*IN_BITS+OUT_BITS-1:0] square = {{(IN_BITS+OUT_BITS){1'b0}}, size} *
                                                   {{(IN_BITS+OUT_BITS){1'b0}}, size};
            wire unused = &{1'b0, square[2*IN_BITS+OUT_BITS-1:OUT_BITS]};

            always @(posedge aclk)
                if (s_axis_tready) m_axis_tdata[i*OUT_BITS +: OUT_BITS] <= square[OUT_BITS-1:0];
        end
    endgenerate
endmodule
