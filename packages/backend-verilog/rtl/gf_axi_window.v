// Joins a kernel's read port and an AXI4-Lite slave (gf_axi_lite) at one memory of DEPTH words of WIDTH bits.
//
// The slave's bytes BASE .. BASE + DEPTH*STRIDE - 1 are the memory: a word has STRIDE bytes, a power of two, of which the
// first 4*PARTS, PARTS = ceil(WIDTH/32), hold it, low bits first. A word is written when its last part is: with
// host_data, the last parts that were written, the newest on top. So parts are written in order, one after the other.
//
// Latency: 1 cycle from host_read to host_word; the kernel's read passes through.
//
// A read takes the kernel's port for a cycle, and the kernel's word is then the host's: the host reads and writes while no
// frame is in the circuit. So the memory needs no second read port, which block RAM of some families has not.
module gf_axi_window #(
    parameter WIDTH      = 8,
    parameter DEPTH      = 16,
    parameter HOST_BITS  = 12,
    parameter BASE       = 0,
    parameter STAGE_BITS = 32,
    parameter ADDR_BITS  = DEPTH < 2 ? 1 : $clog2(DEPTH)
) (
    input  wire                  aclk,
    input  wire                  host_write,
    input  wire                  host_read,
    input  wire [HOST_BITS-1:0]  host_addr,
    input  wire [STAGE_BITS-1:0] host_data,
    output wire                  host_hit,
    output wire [31:0]           host_word,

    input  wire                  en,
    input  wire [ADDR_BITS-1:0]  addr,

    output wire                  mem_en,
    output wire [ADDR_BITS-1:0]  mem_addr,
    input  wire [WIDTH-1:0]      mem_data,
    output wire                  mem_write,
    output wire [ADDR_BITS-1:0]  mem_write_addr,
    output wire [WIDTH-1:0]      mem_write_data
);
    localparam PARTS       = (WIDTH + 31) / 32;
    localparam PART_BITS   = $clog2(PARTS);
    localparam STRIDE_BITS = PART_BITS + 2;
    localparam SIZE_BITS   = ADDR_BITS + STRIDE_BITS;
    localparam SPARE       = STAGE_BITS - 32 * PARTS;
    localparam [31:0] BASE_32   = BASE;
    localparam [31:0] DEPTH_32  = DEPTH;
    localparam [31:0] LAST_PART = PARTS - 1;

    wire [ADDR_BITS-1:0] index = host_addr[STRIDE_BITS +: ADDR_BITS];
    wire                 ours;
    wire                 in_depth;
    wire                 in_word;
    wire                 last_part;
    wire [32*PARTS-1:0]  wide;
    wire [32*PARTS-1:0]  newest = host_data[STAGE_BITS-1 -: 32*PARTS];
    wire                 unused = &{1'b0, host_addr[1:0], newest, BASE_32, LAST_PART};

    generate
        if (SIZE_BITS >= HOST_BITS) begin : g_all
            assign ours = 1'b1;
        end else begin : g_part
            assign ours = host_addr[HOST_BITS-1:SIZE_BITS] == BASE_32[HOST_BITS-1:SIZE_BITS];
        end
        if ((1 << ADDR_BITS) == DEPTH) begin : g_power
            wire unused_depth = &{1'b0, DEPTH_32};
            assign in_depth = 1'b1;
        end else begin : g_rest
            assign in_depth = index < DEPTH_32[ADDR_BITS-1:0];
        end
        if (PARTS == 1 << PART_BITS) begin : g_full
            assign in_word = 1'b1;
        end else begin : g_gaps
            assign in_word = host_addr[STRIDE_BITS-1:2] <= LAST_PART[PART_BITS-1:0];
        end
        if (SPARE > 0) begin : g_spare
            wire unused_spare = &{1'b0, host_data[SPARE-1:0]};
        end
        if (32 * PARTS > WIDTH) begin : g_padded
            assign wide = {{(32*PARTS-WIDTH){1'b0}}, mem_data};
        end else begin : g_exact
            assign wide = mem_data;
        end
    endgenerate

    // the part that was read, in the cycle after: the slave holds its address until the next access
    reg read_q;
    always @(posedge aclk) read_q <= host_read && host_hit;
    generate
        if (PARTS == 1) begin : g_word
            assign last_part = 1'b1;
            assign host_word = read_q ? wide : 32'd0;
        end else begin : g_parts
            wire [PART_BITS-1:0]             part   = host_addr[STRIDE_BITS-1:2];
            wire [(32<<PART_BITS)-1:0]       padded;
            if (PARTS == 1 << PART_BITS) begin : g_even
                assign padded = wide;
            end else begin : g_uneven
                assign padded = {{((32<<PART_BITS)-32*PARTS){1'b0}}, wide};
            end
            assign last_part = part == LAST_PART[PART_BITS-1:0];
            assign host_word = read_q ? padded[32*part +: 32] : 32'd0;
        end
    endgenerate

    assign host_hit       = ours && in_depth && in_word;
    assign mem_en         = en || (host_read && host_hit);
    assign mem_addr       = host_read && host_hit ? index : addr;
    assign mem_write      = host_write && host_hit && last_part;
    assign mem_write_addr = index;
    assign mem_write_data = newest[WIDTH-1:0];
endmodule
