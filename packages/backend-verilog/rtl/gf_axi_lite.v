// AXI4-Lite slave of COUNT memories (gf_axi_window): one transaction at a time, 32 bits of data.
//
// An access is one cycle of host_write or host_read with host_addr, which is held until the next; host_data is what the
// last STAGE_BITS/32 writes brought, the newest on top. Of host_hit, a bit a memory, the one whose address it is answers
// in the cycle of the access; its 32 bits of host_words follow 1 cycle later and are held, those of all others are 0.
// SLVERR: no memory at the address, or a write of less than 32 bits, which is dropped. A write and a read that wait take turns.
//
// Latency: a write is answered after 2 cycles, a read after 3.
// Source: AMBA AXI and ACE protocol specification, IHI 0022E, chapter B1.
module gf_axi_lite #(
    parameter ADDR_BITS  = 12,
    parameter COUNT      = 1,
    parameter STAGE_BITS = 32
) (
    input  wire                  aclk,
    input  wire                  aresetn,
    input  wire [ADDR_BITS-1:0]  s_axi_awaddr,
    input  wire                  s_axi_awvalid,
    output wire                  s_axi_awready,
    input  wire [31:0]           s_axi_wdata,
    input  wire [3:0]            s_axi_wstrb,
    input  wire                  s_axi_wvalid,
    output wire                  s_axi_wready,
    output wire [1:0]            s_axi_bresp,
    output wire                  s_axi_bvalid,
    input  wire                  s_axi_bready,
    input  wire [ADDR_BITS-1:0]  s_axi_araddr,
    input  wire                  s_axi_arvalid,
    output wire                  s_axi_arready,
    output wire [31:0]           s_axi_rdata,
    output wire [1:0]            s_axi_rresp,
    output wire                  s_axi_rvalid,
    input  wire                  s_axi_rready,

    output wire                  host_write,
    output wire                  host_read,
    output wire [ADDR_BITS-1:0]  host_addr,
    output wire [STAGE_BITS-1:0] host_data,
    input  wire [COUNT-1:0]      host_hit,
    input  wire [32*COUNT-1:0]   host_words
);
    reg                  write_q;
    reg                  read_q;
    reg                  whole_q;  // all four bytes are written
    reg                  fetch_q;  // the cycle after an access that reads: the word is there
    reg                  wrote_q;  // the last access was a write
    reg                  bvalid_q;
    reg                  rvalid_q;
    reg                  error_q;
    reg [ADDR_BITS-1:0]  addr_q;
    reg [31:0]           rdata_q;
    reg [STAGE_BITS-1:0] staged_q;

    wire idle     = aresetn && !(write_q || read_q || fetch_q || bvalid_q || rvalid_q);
    wire writes   = s_axi_awvalid && s_axi_wvalid;
    wire do_write = idle && writes && !(s_axi_arvalid && wrote_q);
    wire do_read  = idle && s_axi_arvalid && !do_write;

    assign s_axi_awready = do_write;
    assign s_axi_wready  = do_write;
    assign s_axi_arready = do_read;
    assign s_axi_bvalid  = bvalid_q;
    assign s_axi_bresp   = {error_q, 1'b0};
    assign s_axi_rvalid  = rvalid_q;
    assign s_axi_rresp   = {error_q, 1'b0};
    assign s_axi_rdata   = rdata_q;
    assign host_write    = write_q && whole_q;
    assign host_read     = read_q;
    assign host_addr     = addr_q;
    assign host_data     = staged_q;

    reg [31:0] word;
    integer i;
    always @* begin
        word = 32'd0;
        for (i = 0; i < COUNT; i = i + 1) word = word | host_words[32*i +: 32];
    end

    wire [STAGE_BITS+31:0] shifted = {s_axi_wdata, staged_q};
    wire unused = &{1'b0, shifted[31:0]};

    always @(posedge aclk) begin
        if (do_write) begin
            addr_q   <= s_axi_awaddr;
            whole_q  <= s_axi_wstrb == 4'hf;
            wrote_q  <= 1'b1;
            staged_q <= shifted[STAGE_BITS+31:32];
        end else if (do_read) begin
            addr_q  <= s_axi_araddr;
            wrote_q <= 1'b0;
        end
        if (write_q || read_q) error_q <= !(|host_hit) || (write_q && !whole_q);
        if (fetch_q) rdata_q <= word;
        if (!aresetn) begin
            write_q  <= 1'b0;
            read_q   <= 1'b0;
            fetch_q  <= 1'b0;
            bvalid_q <= 1'b0;
            rvalid_q <= 1'b0;
            wrote_q  <= 1'b0;
        end else begin
            write_q  <= do_write;
            read_q   <= do_read;
            fetch_q  <= read_q;
            bvalid_q <= write_q || (bvalid_q && !s_axi_bready);
            rvalid_q <= fetch_q || (rvalid_q && !s_axi_rready);
        end
    end
endmodule
