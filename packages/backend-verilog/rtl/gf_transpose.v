// Transposes matrices of ROWS x COLS chunks of CHUNK beats, one after the other: chunk (r, c) in is chunk (c, r) out.
//
// One memory of a matrix: each matrix is written to the places that fall free while the one before is read
// (gf_transpose_walk has the order). A beat is written when its place is free, and read when it is there; the last
// matrix needs no successor to push it out.
//
//   LAG = (ROWS-1)*(COLS-1)*CHUNK   output beat n needs no input beat beyond n + LAG, nor beyond its matrix
//
// Token times, when the source always offers and the sink is always ready, from the cycle of the first accepted beat, with
// N = ROWS*COLS*CHUNK:
//   enter(k) = max(enter(k-1) + 1, leave(k - N) - 1)   no second term for k < N
//   leave(n) = max(leave(n-1) + 1, enter(min(n + LAG, last beat of n's matrix)) + 3)
// so enter(k) = k and leave(n) = n + LAG + 3: a place is free (ROWS+COLS-1)*CHUNK beats before it is wanted.
// Interval: exactly as many cycles as beats.
//
// Latency: LAG + 3 cycles.
module gf_transpose #(
    parameter ROWS      = 3,
    parameter COLS      = 2,
    parameter CHUNK     = 2,
    parameter WIDTH     = 8,
    /* verilator lint_off UNUSEDPARAM */ // used in an attribute only
    parameter RAM_STYLE = "auto"
    /* verilator lint_on UNUSEDPARAM */
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
    localparam WORDS     = ROWS * COLS * CHUNK;
    localparam ADDR_BITS = $clog2(WORDS);
    localparam LEAD_BITS = $clog2(WORDS + 1);
    localparam [31:0] WORDS_32 = WORDS;
    localparam [31:0] LAG      = (ROWS - 1) * (COLS - 1) * CHUNK;

    (* no_rw_check, ram_style = RAM_STYLE *) reg [WIDTH-1:0] mem [0:WORDS-1];
    reg  [WIDTH-1:0]     held;
    reg                  held_valid;
    reg  [LEAD_BITS-1:0] lead;   // beats written and not read
    reg                  whole;  // all of the matrix that is read
    wire [ADDR_BITS-1:0] write_addr, read_addr;
    wire                 write_last, read_last;
    wire                 out_ready;
    wire                 run   = out_ready || !held_valid;
    wire                 there = whole || lead > LAG[LEAD_BITS-1:0];
    wire                 read  = run && there;
    wire                 write = s_axis_tvalid && s_axis_tready;
    assign s_axis_tready = lead != WORDS_32[LEAD_BITS-1:0];

    gf_transpose_walk #(.ROWS(ROWS), .COLS(COLS), .CHUNK(CHUNK), .STEP(1), .ADDR_BITS(ADDR_BITS)) writer (
        .aclk(aclk), .aresetn(aresetn), .step(write), .addr(write_addr), .last(write_last)
    );
    gf_transpose_walk #(.ROWS(ROWS), .COLS(COLS), .CHUNK(CHUNK), .STEP(COLS), .ADDR_BITS(ADDR_BITS)) reader (
        .aclk(aclk), .aresetn(aresetn), .step(read), .addr(read_addr), .last(read_last)
    );

    always @(posedge aclk)
        if (!aresetn) begin
            lead       <= {LEAD_BITS{1'b0}};
            whole      <= 1'b0;
            held_valid <= 1'b0;
        end else begin
            if (write != read) lead <= write ? lead + 1'b1 : lead - 1'b1;
            whole <= (write && write_last) || (whole && !(read && read_last));
            if (run) held_valid <= there;
        end

    always @(posedge aclk) begin
        if (write) mem[write_addr] <= s_axis_tdata;
        if (read) held <= mem[read_addr];
    end

    gf_skid #(.WIDTH(WIDTH), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(held), .s_axis_tvalid(held_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
