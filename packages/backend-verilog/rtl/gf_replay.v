// Input side of a matrix-vector unit: reads SF beats of a vector and offers them NF times, one step a cycle.
//
// A step happens when run is high and the beat is there: always when replaying, with s_axis_tvalid otherwise.
//   x, valid, last   the step's beat, one cycle after the step; last marks every SF-th. Held while run is low.
//   addr             0 .. NF*SF-1, the number of the step about to be taken (for a memory of one cycle with en = run)
// BUF_STYLE: "shift" is a ring of SF registers, of which x is one; "block" and "distributed" are RAM; "auto" is
// "shift" up to SF = 16, else a RAM of the tool's choice. NF = 1 and SF = 1 need no buffer.
//
// Latency: 1 cycle. Interval: NF*SF cycles, vectors back to back.
module gf_replay #(
    parameter WIDTH     = 8,
    parameter SF        = 4,
    parameter NF        = 4,
    parameter BUF_STYLE = "auto",
    parameter ADDR_BITS = NF * SF < 2 ? 1 : $clog2(NF * SF)
) (
    input  wire                 aclk,
    input  wire                 aresetn,
    input  wire                 run,
    input  wire [WIDTH-1:0]     s_axis_tdata,
    input  wire                 s_axis_tvalid,
    output wire                 s_axis_tready,
    output wire [ADDR_BITS-1:0] addr,
    output wire [WIDTH-1:0]     x,
    output wire                 valid,
    output wire                 last
);
    localparam SF_BITS = SF < 2 ? 1 : $clog2(SF);
    localparam SF_POWER = (SF & (SF - 1)) == 0;
    localparam [31:0] LAST_BEAT = SF - 1;
    localparam [31:0] LAST_STEP = NF * SF - 1;
    /* verilator lint_off WIDTH */ // strings of unequal length are compared
    localparam SHIFT = BUF_STYLE == "shift" || (BUF_STYLE == "auto" && SF <= 16);
    /* verilator lint_on WIDTH */

    reg  [ADDR_BITS-1:0] step;
    wire [SF_BITS-1:0]   beat;
    wire [SF_BITS-1:0]   next_beat;
    wire                 last_beat = beat == LAST_BEAT[SF_BITS-1:0];
    wire                 last_step = step == LAST_STEP[ADDR_BITS-1:0];
    reg                  fetch;  // the first of NF passes
    wire                 there = !fetch || s_axis_tvalid;
    wire                 go    = run && there;
    reg  [WIDTH-1:0]     held;
    reg                  valid_q;
    reg                  last_q;

    assign s_axis_tready = run && fetch;
    assign addr  = step;
    assign x     = held;
    assign valid = valid_q;
    assign last  = last_q;

    always @(posedge aclk)
        if (!aresetn) begin
            step    <= {ADDR_BITS{1'b0}};
            fetch   <= 1'b1;
            valid_q <= 1'b0;
            last_q  <= 1'b0;
        end else if (run) begin
            valid_q <= there;
            last_q  <= last_beat;
            if (there) begin
                step  <= last_step ? {ADDR_BITS{1'b0}} : step + 1'b1;
                fetch <= last_step || (fetch && !last_beat);
            end
        end

    generate
        if (NF == 1 || SF == 1 || SF_POWER) begin : g_beat_is_step
            // SF a power of two: the beat is the low bits of the step. SF = 1: always beat 0.
            wire [SF_BITS-1:0] low = step[SF_BITS-1:0];
            assign beat      = SF == 1 ? {SF_BITS{1'b0}} : low;
            assign next_beat = last_beat ? {SF_BITS{1'b0}} : beat + 1'b1;
        end else begin : g_beat_counter
            reg [SF_BITS-1:0] count;
            assign beat      = count;
            assign next_beat = last_beat ? {SF_BITS{1'b0}} : count + 1'b1;
            always @(posedge aclk)
                if (!aresetn) count <= {SF_BITS{1'b0}};
                else if (go) count <= next_beat;
        end

        if (NF == 1) begin : g_once
            wire unused = &{1'b0, next_beat};
            always @(posedge aclk)
                if (go) held <= s_axis_tdata;
        end else if (SF == 1) begin : g_single
            wire unused = &{1'b0, next_beat};
            always @(posedge aclk)
                if (go && fetch) held <= s_axis_tdata;
        end else if (SHIFT) begin : g_ring
            wire unused = &{1'b0, next_beat};
            reg [(SF-1)*WIDTH-1:0] older;
            wire [SF*WIDTH-1:0]    ring = {older, held};
            always @(posedge aclk)
                if (go) begin
                    held  <= fetch ? s_axis_tdata : ring[(SF-1)*WIDTH +: WIDTH];
                    older <= ring[(SF-1)*WIDTH-1:0];
                end
        end else begin : g_ram
            (* no_rw_check, ram_style = BUF_STYLE *) reg [WIDTH-1:0] mem [0:SF-1];
            reg [WIDTH-1:0] ahead;  // the beat of the next step; read and write never meet at one address
            always @(posedge aclk)
                if (go) begin
                    if (fetch) mem[beat] <= s_axis_tdata;
                    ahead <= mem[next_beat];
                    held  <= fetch ? s_axis_tdata : ahead;
                end
        end
    endgenerate
endmodule
