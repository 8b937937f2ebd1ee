// Front of a channel-wise kernel: takes one beat a cycle, counts channel folds, and holds the beat for one cycle while
// an outside memory of one cycle of latency (enable = run) is read at the beat's fold.
//
//   fold   the fold of the beat on s_axis now: the memory's address
//   x, x_valid   that beat, one cycle later; held while run is low
//
// Latency: 1 cycle.
module gf_stage #(
    parameter WIDTH     = 8,
    parameter FOLDS     = 4,
    parameter FOLD_BITS = FOLDS < 2 ? 1 : $clog2(FOLDS)
) (
    input  wire                 aclk,
    input  wire                 aresetn,
    input  wire                 run,
    input  wire [WIDTH-1:0]     s_axis_tdata,
    input  wire                 s_axis_tvalid,
    output wire [FOLD_BITS-1:0] fold,
    output wire                 fold_last,
    output wire [WIDTH-1:0]     x,
    output wire                 x_valid
);
    reg [WIDTH-1:0] held;
    reg             held_valid;
    assign x       = held;
    assign x_valid = held_valid;

    gf_counter #(.LENGTH(FOLDS), .BITS(FOLD_BITS)) counter (
        .aclk(aclk), .aresetn(aresetn), .step(run && s_axis_tvalid), .index(fold), .last(fold_last)
    );

    always @(posedge aclk)
        if (!aresetn) held_valid <= 1'b0;
        else if (run) held_valid <= s_axis_tvalid;

    always @(posedge aclk)
        if (run) held <= s_axis_tdata;
endmodule
