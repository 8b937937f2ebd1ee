// Handshake of a circuit with DEPTH register stages that all share one enable, a beat a cycle. The circuit stands beside: its stages move
// while enable is high, and result is what it makes of the beat that its last stage holds (DEPTH = 0: of the beat on s_axis).
//
// enable depends on registers only; it is low only while the last stage holds a beat that cannot leave.
//
// Token times: enter(k) = enter(k-1) + 1 while the sink is ready; output beat k leaves DEPTH + 1 cycles after input beat k.
//
// Latency: DEPTH + 1 cycles.
module gf_pipe #(
    parameter WIDTH = 8,
    parameter DEPTH = 2
) (
    input  wire             aclk,
    input  wire             aresetn,
    input  wire             s_axis_tvalid,
    output wire             s_axis_tready,
    output wire             enable,
    input  wire [WIDTH-1:0] result,
    output wire [WIDTH-1:0] m_axis_tdata,
    output wire             m_axis_tvalid,
    input  wire             m_axis_tready
);
    wire last_valid;
    wire skid_ready;
    assign enable        = skid_ready || !last_valid;
    assign s_axis_tready = DEPTH == 0 ? skid_ready : enable;

    generate
        if (DEPTH == 0) begin : g_through
            assign last_valid = s_axis_tvalid;
        end else if (DEPTH == 1) begin : g_one
            reg held;
            assign last_valid = held;
            always @(posedge aclk)
                if (!aresetn) held <= 1'b0;
                else if (enable) held <= s_axis_tvalid;
        end else begin : g_many
            reg [DEPTH-1:0] held;
            assign last_valid = held[DEPTH-1];
            always @(posedge aclk)
                if (!aresetn) held <= {DEPTH{1'b0}};
                else if (enable) held <= {held[DEPTH-2:0], s_axis_tvalid};
        end
    endgenerate

    gf_skid #(.WIDTH(WIDTH), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(result), .s_axis_tvalid(last_valid), .s_axis_tready(skid_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
