// d delayed by STAGES steps: in a step (en high), q is the d of the step that lies STAGES before. No reset of contents.
//
// RAM_STYLE "auto": registers up to STAGES = 16, else a RAM of the tool's choice with a registered read, one write and
// one read a step, never at one address; "registers", "block" and "distributed" say which.
//
// Latency: STAGES steps.
module gf_line #(
    parameter WIDTH     = 8,
    parameter STAGES    = 4,
    parameter RAM_STYLE = "auto"
) (
    input  wire             aclk,
    input  wire             aresetn,
    input  wire             en,
    input  wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
    /* verilator lint_off WIDTH */ // strings of unequal length are compared
    localparam REGISTERS = STAGES < 2 || RAM_STYLE == "registers" || (RAM_STYLE == "auto" && STAGES <= 16);
    /* verilator lint_on WIDTH */
    generate
        if (REGISTERS) begin : g_registers
            wire unused = &{1'b0, aresetn};
            gf_delay #(.WIDTH(WIDTH), .STAGES(STAGES)) delay (.aclk(aclk), .en(en), .d(d), .q(q));
        end else begin : g_ram
            localparam BITS = $clog2(STAGES);
            (* no_rw_check, ram_style = RAM_STYLE *) reg [WIDTH-1:0] mem [0:STAGES-1];
            reg  [WIDTH-1:0] held;
            wire [BITS-1:0]  slot;
            wire             last;
            wire [BITS-1:0]  oldest = last ? {BITS{1'b0}} : slot + 1'b1;
            assign q = held;

            gf_counter #(.LENGTH(STAGES), .BITS(BITS)) counter (
                .aclk(aclk), .aresetn(aresetn), .step(en), .index(slot), .last(last)
            );

            always @(posedge aclk)
                if (en) begin
                    mem[slot] <= d;
                    held      <= mem[oldest];
                end
        end
    endgenerate
endmodule
