// Counts steps 0 .. LENGTH-1 and round again; last is high in the step numbered LENGTH-1.
//
// Latency: index is a register, the number of the step about to be taken.
module gf_counter #(
    parameter LENGTH = 4,
    parameter BITS   = LENGTH < 2 ? 1 : $clog2(LENGTH)
) (
    input  wire            aclk,
    input  wire            aresetn,
    input  wire            step,
    output wire [BITS-1:0] index,
    output wire            last
);
    generate
        if (LENGTH < 2) begin : g_constant
            assign index = {BITS{1'b0}};
            assign last  = 1'b1;
            wire unused = &{1'b0, aclk, aresetn, step};
        end else begin : g_count
            localparam [31:0] LAST = LENGTH - 1;
            reg [BITS-1:0] count;
            assign index = count;
            assign last  = count == LAST[BITS-1:0];
            always @(posedge aclk)
                if (!aresetn) count <= {BITS{1'b0}};
                else if (step) count <= last ? {BITS{1'b0}} : count + 1'b1;
        end
    endgenerate
endmodule
