// d delayed by STAGES cycles in which en is high; no reset. STAGES = 0 is a wire.
//
// Latency: STAGES.
module gf_delay #(
    parameter WIDTH  = 1,
    parameter STAGES = 1
) (
    input  wire             aclk,
    input  wire             en,
    input  wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
    generate
        if (STAGES == 0) begin : g_wire
            assign q = d;
            wire unused = &{1'b0, aclk, en};
        end else if (STAGES == 1) begin : g_one
            reg [WIDTH-1:0] held;
            assign q = held;
            always @(posedge aclk)
                if (en) held <= d;
        end else begin : g_many
            reg [STAGES*WIDTH-1:0] held;
            assign q = held[STAGES*WIDTH-1 -: WIDTH];
            always @(posedge aclk)
                if (en) held <= {held[(STAGES-1)*WIDTH-1:0], d};
        end
    endgenerate
endmodule
