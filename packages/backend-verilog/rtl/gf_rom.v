// Read-only memory of DEPTH words, contents from FILE ($readmemh, one hexadecimal word a line; "" leaves it undefined).
//
// Latency: 1 cycle, when en is high. DEPTH = 1 is a constant output without a register.
module gf_rom #(
    parameter WIDTH     = 8,
    parameter DEPTH     = 16,
    parameter FILE      = "",
    /* verilator lint_off UNUSEDPARAM */ // used in an attribute only
    parameter RAM_STYLE = "auto"
    /* verilator lint_on UNUSEDPARAM */
) (
    input  wire                                      aclk,
    input  wire                                      en,
    input  wire [(DEPTH<2 ? 1 : $clog2(DEPTH))-1:0] addr,
    output wire [WIDTH-1:0]                          data
);
    /* verilator lint_off UNDRIVEN */ // only $readmemh writes it
    (* rom_style = RAM_STYLE *) reg [WIDTH-1:0] mem [0:DEPTH-1];
    /* verilator lint_on UNDRIVEN */

    generate
        /* verilator lint_off WIDTH */ // strings of unequal length are compared
        if (FILE != "") begin : g_contents
            initial $readmemh(FILE, mem);
        end
        /* verilator lint_on WIDTH */
        if (DEPTH < 2) begin : g_constant
            assign data = mem[0];
            // A constant needs neither the clock nor an address.
            wire unused = &{1'b0, aclk, en, addr};
        end else begin : g_memory
            reg [WIDTH-1:0] word;
            assign data = word;
            always @(posedge aclk)
                if (en) word <= mem[addr];
        end
    endgenerate
endmodule
