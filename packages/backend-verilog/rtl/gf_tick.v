// last is high in every LENGTH-th step, the first of which is step LENGTH-1 after reset.
// Counts down from LENGTH-2 to -1, so that last is a register bit.
//
// Latency: 0; last is about the step about to be taken.
module gf_tick #(
    parameter LENGTH = 4
) (
    input  wire aclk,
    input  wire aresetn,
    input  wire step,
    output wire last
);
    generate
        if (LENGTH < 2) begin : g_always
            assign last = 1'b1;
            wire unused = &{1'b0, aclk, aresetn, step};
        end else begin : g_count
            localparam BITS = $clog2(LENGTH - 1) + 1;
            localparam [31:0] START = LENGTH - 2;
            reg [BITS-1:0] count;
            assign last = count[BITS-1];
            always @(posedge aclk)
                if (!aresetn) count <= START[BITS-1:0];
                else if (step) count <= last ? START[BITS-1:0] : count - 1'b1;
        end
    endgenerate
endmodule
