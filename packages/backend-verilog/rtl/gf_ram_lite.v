// Memory of DEPTH words that can be written, contents at start from FILE ($readmemh, one hexadecimal word a line).
//
// Latency: 1 cycle, when en is high. A word that is written and read in one cycle is read as it was or as it will be.
module gf_ram_lite #(
    parameter WIDTH     = 8,
    parameter DEPTH     = 16,
    parameter FILE      = "",
    /* verilator lint_off UNUSEDPARAM */ // used in an attribute only
    parameter RAM_STYLE = "auto",
    /* verilator lint_on UNUSEDPARAM */
    parameter ADDR_BITS = DEPTH < 2 ? 1 : $clog2(DEPTH)
) (
    input  wire                 aclk,
    input  wire                 en,
    input  wire [ADDR_BITS-1:0] addr,
    output wire [WIDTH-1:0]     data,
    input  wire                 write,
    input  wire [ADDR_BITS-1:0] write_addr,
    input  wire [WIDTH-1:0]     write_data
);
    (* no_rw_check, ram_style = RAM_STYLE *) reg [WIDTH-1:0] mem [0:DEPTH-1];
    reg [WIDTH-1:0] word;
    assign data = word;

    generate
        /* verilator lint_off WIDTH */ // strings of unequal length are compared
        if (FILE != "") begin : g_contents
            initial $readmemh(FILE, mem);
        end
        /* verilator lint_on WIDTH */
    endgenerate

    always @(posedge aclk) begin
        if (write) mem[write_addr] <= write_data;
        if (en) word <= mem[addr];
    end
endmodule
