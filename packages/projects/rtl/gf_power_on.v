// Reset after configuration, and again when asked for: aresetn is low for CYCLES cycles.
//
// The count starts at 0 as the registers of an FPGA do. CYCLES of some microseconds also cover the time after configuration in
// which block RAM of an iCE40 cannot be read yet.
//
// Latency: 1 cycle from restart to aresetn low.
module gf_power_on #(
    parameter CYCLES = 255
) (
    input  wire aclk,
    input  wire restart,
    output reg  aresetn
);
    localparam BITS = $clog2(CYCLES + 1);
    localparam [31:0] LAST = CYCLES;

    reg [BITS-1:0] count = {BITS{1'b0}};
    initial aresetn = 1'b0;

    always @(posedge aclk) begin
        aresetn <= count == LAST[BITS-1:0] && !restart;
        if (restart) count <= {BITS{1'b0}};
        else if (count != LAST[BITS-1:0]) count <= count + 1'b1;
    end
endmodule
