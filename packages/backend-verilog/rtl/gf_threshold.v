// Thresholding: y = BIAS + number of k with x >= T[c][k], for C channels, PE a cycle.
//
// Thresholds come from a memory outside with one cycle of latency, t_data at t_addr = c / PE, read when t_en is high.
// Lane pe has N thresholds at t_data[pe*N*T_BITS +: N*T_BITS], ascending from the least significant (equal ones
// are fine); they are signed as the input is. T_BITS may exceed IN_BITS, so that "never" can be said.
// The result has OUT_BITS, two's complement if BIAS < 0. N = 1, BIAS = 0, OUT_BITS = 1 is a bipolar sign bit.
//
// STYLE 0: N comparators; since thresholds ascend, bit j of the count is the parity of each 2^j-th comparator.
// STYLE 1: binary search, one comparator a stage; each stage passes on the half of the thresholds that is left
//          (with C = PE the word is constant and each stage picks from it).
//
// Latency: STYLE 0: 2 cycles. STYLE 1: 1 + $clog2(N+1) cycles. Interval: C/PE cycles a vector.
module gf_threshold #(
    parameter C         = 4,
    parameter PE        = 1,
    parameter IN_BITS   = 8,
    parameter IN_SIGNED = 1,
    parameter N         = 3,
    parameter T_BITS    = 8,
    parameter OUT_BITS  = 2,
    parameter BIAS      = 0,
    parameter STYLE     = 0,
    parameter ADDR_BITS = C / PE < 2 ? 1 : $clog2(C / PE)
) (
    input  wire                   aclk,
    input  wire                   aresetn,
    input  wire [PE*IN_BITS-1:0]  s_axis_tdata,
    input  wire                   s_axis_tvalid,
    output wire                   s_axis_tready,
    output wire [PE*OUT_BITS-1:0] m_axis_tdata,
    output wire                   m_axis_tvalid,
    input  wire                   m_axis_tready,
    output wire                   t_en,
    output wire [ADDR_BITS-1:0]   t_addr,
    input  wire [PE*N*T_BITS-1:0] t_data
);
    localparam K = $clog2(N + 1);  // bits of the count

    wire [PE*IN_BITS-1:0]  x;
    wire                   x_valid;
    wire                   fold_last;
    wire                   y_valid;
    wire                   y_ready;
    wire [PE*OUT_BITS-1:0] y;
    wire                   run = y_ready || !y_valid;
    assign s_axis_tready = run;
    assign t_en          = run;
    wire unused = &{1'b0, fold_last};

    gf_stage #(.WIDTH(PE*IN_BITS), .FOLDS(C/PE), .FOLD_BITS(ADDR_BITS)) stage (
        .aclk(aclk), .aresetn(aresetn), .run(run), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .fold(t_addr), .fold_last(fold_last), .x(x), .x_valid(x_valid)
    );

    genvar i;
    generate
        if (STYLE == 0 || K == 1) begin : g_now
            assign y_valid = x_valid;
        end else begin : g_later
            reg [K-2:0] valid;
            assign y_valid = valid[K-2];
            wire [K-1:0] shifted = {valid, x_valid};
            wire unused_top = &{1'b0, shifted[K-1]};
            always @(posedge aclk)
                if (!aresetn) valid <= {(K-1){1'b0}};
                else if (run) valid <= shifted[K-2:0];
        end

        for (i = 0; i < PE; i = i + 1) begin : g_lane
            wire [K-1:0] count;
            if (STYLE == 0) begin : g_parallel
                gf_compare #(
                    .X_BITS(IN_BITS), .T_BITS(T_BITS), .IS_SIGNED(IN_SIGNED), .N(N)
                ) compare (
                    .x(x[i*IN_BITS +: IN_BITS]), .t(t_data[i*N*T_BITS +: N*T_BITS]), .count(count)
                );
            end else begin : g_search
                gf_compare_search #(
                    .X_BITS(IN_BITS), .T_BITS(T_BITS), .IS_SIGNED(IN_SIGNED), .N(N), .FIXED(C == PE)
                ) compare (
                    .aclk(aclk), .en(run), .x(x[i*IN_BITS +: IN_BITS]), .t(t_data[i*N*T_BITS +: N*T_BITS]), .count(count)
                );
            end

            if (BIAS == 0) begin : g_plain
                gf_resize #(.IN_BITS(K), .OUT_BITS(OUT_BITS), .IS_SIGNED(0)) widen (
                    .d(count), .y(y[i*OUT_BITS +: OUT_BITS])
                );
            end else begin : g_biased
                localparam [31:0] BIAS_32 = BIAS;
                wire [OUT_BITS-1:0] wide;
                gf_resize #(.IN_BITS(K), .OUT_BITS(OUT_BITS), .IS_SIGNED(0)) widen (.d(count), .y(wide));
                assign y[i*OUT_BITS +: OUT_BITS] = wide + BIAS_32[OUT_BITS-1:0];
            end
        end
    endgenerate

    gf_skid #(.WIDTH(PE*OUT_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(y), .s_axis_tvalid(y_valid), .s_axis_tready(y_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
