// Output buffer of a kernel: cuts the ready path, so that chained kernels never form one long one.
//
//   s_axis_tready depends on registers only (never on m_axis_tready of the same cycle).
//   SPARSE = 0: two registers, one beat a cycle.
//   SPARSE = 1: one register, for a source with at least one idle cycle between beats (WIDTH fewer flip-flops).
//
// Latency: 1 cycle from accepted beat to m_axis_tvalid. Capacity: 2 beats (SPARSE = 0) or 1 beat (SPARSE = 1).
module gf_skid #(
    parameter WIDTH  = 8,
    parameter SPARSE = 0
) (
    input  wire             aclk,
    input  wire             aresetn,
    input  wire [WIDTH-1:0] s_axis_tdata,
    input  wire             s_axis_tvalid,
    output wire             s_axis_tready,
    output wire [WIDTH-1:0] m_axis_tdata,
    output wire             m_axis_tvalid,
    input  wire             m_axis_tready
);
    reg [WIDTH-1:0] head;
    reg             head_valid;

    assign m_axis_tdata  = head;
    assign m_axis_tvalid = head_valid;

    generate
        if (SPARSE != 0) begin : g_one
            assign s_axis_tready = !head_valid;

            always @(posedge aclk)
                if (!aresetn) head_valid <= 1'b0;
                else head_valid <= head_valid ? !m_axis_tready : s_axis_tvalid;

            always @(posedge aclk)
                if (!head_valid) head <= s_axis_tdata;
        end else begin : g_two
            reg [WIDTH-1:0] tail;
            reg             tail_valid;  // never without head_valid

            assign s_axis_tready = !tail_valid;
            wire pop = !head_valid || m_axis_tready;

            always @(posedge aclk)
                if (!aresetn) begin
                    head_valid <= 1'b0;
                    tail_valid <= 1'b0;
                end else begin
                    if (pop) head_valid <= tail_valid || s_axis_tvalid;
                    tail_valid <= !pop && (tail_valid || s_axis_tvalid);
                end

            always @(posedge aclk) begin
                if (pop) head <= tail_valid ? tail : s_axis_tdata;
                if (!tail_valid) tail <= s_axis_tdata;
            end
        end
    endgenerate
endmodule
