// Nearest-neighbour upsampling: frames of H x W pixels, C channels in cf = C/LANES beats, become frames of
// (H*SCALE_H) x (W*SCALE_W) pixels, pixel (y, x) out is pixel (floor(y/SCALE_H), floor(x/SCALE_W)) in.
//
// Memory: a line (W*cf beats) if SCALE_H > 1, else a pixel (cf beats). A beat is accepted in the step that uses it first.
//
// Token times: leave(n) = max(leave(n-1) + 1, enter(k) + 2) where output beat n is the first to use input beat k, else
// leave(n-1) + 1; input beat k is accepted at leave(n) - 2 while the sink is ready.
// Interval: exactly H*SCALE_H*W*SCALE_W*cf cycles a frame.
//
// Latency: 2 cycles from a beat accepted to m_axis_tvalid.
module gf_upsample #(
    /* verilator lint_off UNUSEDPARAM */ // rows follow each other without a difference
    parameter H         = 4,
    /* verilator lint_on UNUSEDPARAM */
    parameter W         = 4,
    parameter C         = 4,
    parameter LANES     = 2,
    parameter LANE_BITS = 4,
    parameter SCALE_H   = 2,
    parameter SCALE_W   = 2,
    /* verilator lint_off UNUSEDPARAM */ // used in an attribute only
    parameter RAM_STYLE = "auto"
    /* verilator lint_on UNUSEDPARAM */
) (
    input  wire                       aclk,
    input  wire                       aresetn,
    input  wire [LANES*LANE_BITS-1:0] s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,
    output wire [LANES*LANE_BITS-1:0] m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready
);
    localparam WIDTH = LANES * LANE_BITS;
    localparam CF    = C / LANES;
    localparam WORDS = SCALE_H > 1 ? W * CF : CF;
    localparam BITS  = WORDS < 2 ? 1 : $clog2(WORDS);

    wire last_fold, last_repeat, last_pixel, last_pass;
    reg  first_repeat;
    reg  first_pass;
    wire out_ready;
    reg  [WIDTH-1:0] held;
    reg              held_valid;
    wire run    = out_ready || !held_valid;
    wire fetch  = first_repeat && first_pass;
    wire there  = s_axis_tvalid || !fetch;
    wire step   = run && there;
    wire end_pixel  = last_fold && last_repeat;
    wire end_line   = end_pixel && last_pixel;
    assign s_axis_tready = run && fetch;

    gf_tick #(.LENGTH(CF)) folds (.aclk(aclk), .aresetn(aresetn), .step(step), .last(last_fold));
    gf_tick #(.LENGTH(SCALE_W)) repeats (.aclk(aclk), .aresetn(aresetn), .step(step && last_fold), .last(last_repeat));
    gf_tick #(.LENGTH(W)) pixels (.aclk(aclk), .aresetn(aresetn), .step(step && end_pixel), .last(last_pixel));
    gf_tick #(.LENGTH(SCALE_H)) passes (.aclk(aclk), .aresetn(aresetn), .step(step && end_line), .last(last_pass));

    always @(posedge aclk)
        if (!aresetn) begin
            first_repeat <= 1'b1;
            first_pass   <= 1'b1;
            held_valid   <= 1'b0;
        end else begin
            if (step && last_fold) first_repeat <= last_repeat;
            if (step && end_line) first_pass <= last_pass;
            if (run) held_valid <= there;
        end

    generate
        if (WORDS == 1) begin : g_one
            always @(posedge aclk)
                if (step && fetch) held <= s_axis_tdata;
        end else begin : g_ram
            // beat: the step's beat in the memory. ahead: what the memory holds for the next step; the beat that the
            // next step reads was written at least two steps before it, but for CF = 1, where a repeat keeps held.
            (* no_rw_check, ram_style = RAM_STYLE *) reg [WIDTH-1:0] mem [0:WORDS-1];
            localparam [31:0] BACK = CF - 1;
            localparam [31:0] LAST = WORDS - 1;
            reg  [BITS-1:0]  beat;
            reg  [WIDTH-1:0] ahead;
            wire             again     = last_fold && !last_repeat;
            wire [BITS-1:0]  next_beat = again                   ? beat - BACK[BITS-1:0] :
                                         beat == LAST[BITS-1:0] ? {BITS{1'b0}} : beat + 1'b1;
            always @(posedge aclk)
                if (!aresetn) beat <= {BITS{1'b0}};
                else if (step) beat <= next_beat;
            always @(posedge aclk)
                if (step) begin
                    if (fetch) mem[beat] <= s_axis_tdata;
                    ahead <= mem[next_beat];
                    if (fetch) held <= s_axis_tdata;
                    else if (CF > 1 || first_repeat) held <= ahead;
                end
        end
    endgenerate

    gf_skid #(.WIDTH(WIDTH), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(held), .s_axis_tvalid(held_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
