// First-in first-out buffer of exactly DEPTH beats (DEPTH >= 2), full throughput.
//
//   DEPTH = 2                              the two registers of gf_skid
//   DEPTH <= 4, or RAM_STYLE "registers"   a queue of registers: beats move towards the output (one 2:1 mux a bit)
//   otherwise                              RAM with a registered read; RAM_STYLE ("auto", "block", "distributed") is
//                                          handed to the tool as ram_style. iCE40 has no distributed RAM.
//
// count     beats held now, the output register included
// max_count the largest count since reset when TRACK = 1, else 0
//
// Latency: 1 cycle from accepted beat to m_axis_tvalid for the first two forms, 2 cycles for RAM.
module gf_fifo #(
    parameter WIDTH     = 8,
    parameter DEPTH     = 2,
    parameter RAM_STYLE = "auto",
    parameter TRACK     = 0
) (
    input  wire                       aclk,
    input  wire                       aresetn,
    input  wire [WIDTH-1:0]           s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,
    output wire [WIDTH-1:0]           m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready,
    output wire [$clog2(DEPTH+1)-1:0] count,
    output wire [$clog2(DEPTH+1)-1:0] max_count
);
    localparam CNT_BITS  = $clog2(DEPTH + 1);
    /* verilator lint_off WIDTH */ // strings of unequal length are compared
    localparam REGISTERS = DEPTH <= 4 || RAM_STYLE == "registers";
    /* verilator lint_on WIDTH */
    // The output register holds one beat of the RAM form; a power of two lets the pointers wrap by themselves.
    localparam POWER     = (DEPTH & (DEPTH - 1)) == 0;
    localparam MEM_DEPTH = POWER ? DEPTH : DEPTH - 1;
    localparam MEM_BITS  = MEM_DEPTH < 2 ? 1 : $clog2(MEM_DEPTH);
    localparam [31:0] LAST_COUNT = DEPTH - 1;
    localparam [31:0] LAST_SLOT  = MEM_DEPTH - 1;

    wire push = s_axis_tvalid && s_axis_tready;
    wire pop  = m_axis_tvalid && m_axis_tready;

    reg [CNT_BITS-1:0] fill;
    reg                full;
    assign count = fill;

    always @(posedge aclk)
        if (!aresetn) begin
            fill <= {CNT_BITS{1'b0}};
            full <= 1'b0;
        end else if (push != pop) begin
            fill <= push ? fill + 1'b1 : fill - 1'b1;
            full <= push && fill == LAST_COUNT[CNT_BITS-1:0];
        end

    generate
        if (DEPTH == 2) begin : g_skid
            gf_skid #(.WIDTH(WIDTH), .SPARSE(0)) skid (
                .aclk(aclk), .aresetn(aresetn),
                .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready),
                .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
            );
            // full equals the skid's own state here; only the counter is used.
            wire unused_full = full;
        end else if (REGISTERS) begin : g_registers
            // used[i]: slot i holds a beat. Slot 0 is the output; the used slots are always 0..count-1.
            reg  [DEPTH-1:0]       used;
            wire [DEPTH*WIDTH-1:0] held;
            assign s_axis_tready = !full;
            assign m_axis_tvalid = used[0];
            assign m_axis_tdata  = held[WIDTH-1:0];

            always @(posedge aclk)
                if (!aresetn) used <= {DEPTH{1'b0}};
                else if (push != pop) used <= push ? {used[DEPTH-2:0], 1'b1} : {1'b0, used[DEPTH-1:1]};

            genvar i;
            for (i = 0; i < DEPTH; i = i + 1) begin : g_slot
                reg [WIDTH-1:0] slot;
                assign held[i*WIDTH +: WIDTH] = slot;
                if (i == DEPTH - 1) begin : g_last
                    always @(posedge aclk)
                        if (!used[i]) slot <= s_axis_tdata;
                end else begin : g_inner
                    always @(posedge aclk)
                        if (pop || !used[i]) slot <= used[i+1] ? held[(i+1)*WIDTH +: WIDTH] : s_axis_tdata;
                end
            end
        end else begin : g_ram
            (* no_rw_check, ram_style = RAM_STYLE *) reg [WIDTH-1:0] mem [0:MEM_DEPTH-1];
            reg [WIDTH-1:0]    out;
            reg                out_valid;
            reg [MEM_BITS-1:0] write_slot;
            reg [MEM_BITS-1:0] read_slot;
            // Beats in the RAM are count less the one in the output register; a beat written now is read next cycle.
            wire               read = (out_valid ? fill > 1 : fill != 0) && (!out_valid || m_axis_tready);

            assign s_axis_tready = !full;
            assign m_axis_tdata  = out;
            assign m_axis_tvalid = out_valid;

            always @(posedge aclk) begin
                if (push) mem[write_slot] <= s_axis_tdata;
                if (read) out <= mem[read_slot];
            end

            always @(posedge aclk)
                if (!aresetn) begin
                    out_valid  <= 1'b0;
                    write_slot <= {MEM_BITS{1'b0}};
                    read_slot  <= {MEM_BITS{1'b0}};
                end else begin
                    if (read) out_valid <= 1'b1;
                    else if (m_axis_tready) out_valid <= 1'b0;
                    if (push) write_slot <= write_slot == LAST_SLOT[MEM_BITS-1:0] ? {MEM_BITS{1'b0}} : write_slot + 1'b1;
                    if (read) read_slot <= read_slot == LAST_SLOT[MEM_BITS-1:0] ? {MEM_BITS{1'b0}} : read_slot + 1'b1;
                end
        end

        if (TRACK != 0) begin : g_track
            reg [CNT_BITS-1:0] most;
            assign max_count = most;
            always @(posedge aclk)
                if (!aresetn) most <= {CNT_BITS{1'b0}};
                else if (fill > most) most <= fill;
        end else begin : g_untracked
            assign max_count = {CNT_BITS{1'b0}};
        end
    endgenerate
endmodule
