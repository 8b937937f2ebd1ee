// y = OFFSET + clip(q, LOW, HIGH), q = ((m[c] * x >> DROP) + b[c]) >> SHIFT, for C channels, PE a cycle.
//
// FACTOR >= 0 is the m of all channels, M_BITS wide: a constant, of a power of two wires. FACTOR = -1: each channel has
// its own, unsigned. Parameters come from a memory outside with one cycle of latency, t_data at t_addr = c / PE, read when
// t_en is high: lane pe is t_data[pe*LANE_BITS +: LANE_BITS], m (where FACTOR = -1) in its low bits, b above, signed.
// TIES_EVEN = 1 (DROP = 0): an odd q of which only zeros were shifted out counts as the even one below.
// The result has OUT_BITS, two's complement where it can be negative.
//
// Latency: 4 cycles; 3 where FACTOR is a power of two. Interval: C/PE cycles a vector.
module gf_requantize #(
    parameter C         = 4,
    parameter PE        = 1,
    parameter IN_BITS   = 16,
    parameter IN_SIGNED = 1,
    parameter FACTOR    = -1,
    parameter M_BITS    = 8,
    parameter B_BITS    = 16,
    parameter DROP      = 0,
    parameter SHIFT     = 12,
    parameter TIES_EVEN = 0,
    parameter LOW       = 0,
    parameter HIGH      = 255,
    parameter OFFSET    = 0,
    parameter OUT_BITS  = 8,
    parameter LANE_BITS = B_BITS + (FACTOR < 0 ? M_BITS : 0),
    parameter ADDR_BITS = C / PE < 2 ? 1 : $clog2(C / PE)
) (
    input  wire                    aclk,
    input  wire                    aresetn,
    input  wire [PE*IN_BITS-1:0]   s_axis_tdata,
    input  wire                    s_axis_tvalid,
    output wire                    s_axis_tready,
    output wire [PE*OUT_BITS-1:0]  m_axis_tdata,
    output wire                    m_axis_tvalid,
    input  wire                    m_axis_tready,
    output wire                    t_en,
    output wire [ADDR_BITS-1:0]    t_addr,
    input  wire [PE*LANE_BITS-1:0] t_data
);
    localparam        POWER     = FACTOR > 0 && FACTOR == 1 << $clog2(FACTOR);
    localparam        P_BITS    = IN_BITS + M_BITS;
    localparam        KEPT_BITS = P_BITS - DROP;
    localparam        WIDE      = KEPT_BITS + 1 > B_BITS ? KEPT_BITS + 2 : B_BITS + 1;
    localparam        SUM_BITS  = WIDE > SHIFT + 1 ? WIDE : SHIFT + 2;
    localparam [31:0] FACTOR_32 = FACTOR;

    wire [PE*IN_BITS-1:0]  x;
    wire                   x_valid;
    wire                   fold_last;
    wire                   product_valid;
    reg                    sum_valid;
    wire                   y_ready;
    wire [PE*OUT_BITS-1:0] y;
    wire                   run = y_ready || !sum_valid;
    assign s_axis_tready = run;
    assign t_en          = run;
    wire unused = &{1'b0, fold_last, FACTOR_32};

    gf_stage #(.WIDTH(PE*IN_BITS), .FOLDS(C/PE), .FOLD_BITS(ADDR_BITS)) stage (
        .aclk(aclk), .aresetn(aresetn), .run(run), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .fold(t_addr), .fold_last(fold_last), .x(x), .x_valid(x_valid)
    );

    always @(posedge aclk)
        if (!aresetn) sum_valid <= 1'b0;
        else if (run) sum_valid <= product_valid;

    genvar i;
    generate
        if (POWER) begin : g_at_once
            assign product_valid = x_valid;
        end else begin : g_later
            reg valid;
            assign product_valid = valid;
            always @(posedge aclk)
                if (!aresetn) valid <= 1'b0;
                else if (run) valid <= x_valid;
        end

        for (i = 0; i < PE; i = i + 1) begin : g_lane
            wire [IN_BITS-1:0]   own     = x[i*IN_BITS +: IN_BITS];
            wire [B_BITS-1:0]    b       = t_data[(i+1)*LANE_BITS-1 -: B_BITS];
            wire [P_BITS-1:0]    product;
            wire [B_BITS-1:0]    offset;
            wire [SUM_BITS-1:0]  product_wide;
            wire [SUM_BITS-1:0]  offset_wide;
            reg  [SUM_BITS-1:0]  sum;

            if (POWER) begin : g_wires
                wire [P_BITS-1:0] wide;
                gf_resize #(.IN_BITS(IN_BITS), .OUT_BITS(P_BITS), .IS_SIGNED(IN_SIGNED)) widen (.d(own), .y(wide));
                assign product = wide << $clog2(FACTOR);
                assign offset  = b;
            end else begin : g_multiply
                wire [M_BITS-1:0] m;
                wire [P_BITS-1:0] now;
                reg  [P_BITS-1:0] product_q;
                reg  [B_BITS-1:0] offset_q;
                if (FACTOR >= 0) begin : g_constant
                    assign m = FACTOR_32[M_BITS-1:0];
                end else begin : g_memory
                    assign m = t_data[i*LANE_BITS +: M_BITS];
                end
                gf_multiply #(.A_BITS(IN_BITS), .A_SIGNED(IN_SIGNED), .B_BITS(M_BITS), .B_SIGNED(0)) multiply (
                    .a(own), .b(m), .y(now)
                );
                always @(posedge aclk)
                    if (run) begin
                        product_q <= now;
                        offset_q  <= b;
                    end
                assign product = product_q;
                assign offset  = offset_q;
            end

            gf_resize #(.IN_BITS(KEPT_BITS), .OUT_BITS(SUM_BITS), .IS_SIGNED(IN_SIGNED)) widen_product (
                .d(product[P_BITS-1:DROP]), .y(product_wide)
            );
            gf_resize #(.IN_BITS(B_BITS), .OUT_BITS(SUM_BITS), .IS_SIGNED(1)) widen_offset (
                .d(offset), .y(offset_wide)
            );
            always @(posedge aclk)
                if (run) sum <= product_wide + offset_wide;

            gf_clip #(
                .IN_BITS(SUM_BITS), .SHIFT(SHIFT), .TIES_EVEN(TIES_EVEN), .LOW(LOW), .HIGH(HIGH), .OFFSET(OFFSET),
                .OUT_BITS(OUT_BITS)
            ) clip (.d(sum), .y(y[i*OUT_BITS +: OUT_BITS]));
        end
    endgenerate

    gf_skid #(.WIDTH(PE*OUT_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(y), .s_axis_tvalid(sum_valid), .s_axis_tready(y_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
