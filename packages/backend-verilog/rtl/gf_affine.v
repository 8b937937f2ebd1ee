// y = a[c] * x + b[c] on integers, modulo 2^OUT_BITS, for C channels, PE a cycle; a and b are two's complement.
//
// Parameters come from a memory outside with one cycle of latency, t_data at t_addr = c / PE, read when t_en is high:
// lane pe is t_data[pe*(A_BITS+B_BITS) +: A_BITS+B_BITS], a in its low A_BITS, b above.
//
// Latency: 3 cycles. Interval: C/PE cycles a vector.
module gf_affine #(
    parameter C         = 4,
    parameter PE        = 1,
    parameter IN_BITS   = 8,
    parameter IN_SIGNED = 1,
    parameter A_BITS    = 8,
    parameter B_BITS    = 8,
    parameter OUT_BITS  = 16,
    parameter ADDR_BITS = C / PE < 2 ? 1 : $clog2(C / PE)
) (
    input  wire                           aclk,
    input  wire                           aresetn,
    input  wire [PE*IN_BITS-1:0]          s_axis_tdata,
    input  wire                           s_axis_tvalid,
    output wire                           s_axis_tready,
    output wire [PE*OUT_BITS-1:0]         m_axis_tdata,
    output wire                           m_axis_tvalid,
    input  wire                           m_axis_tready,
    output wire                           t_en,
    output wire [ADDR_BITS-1:0]           t_addr,
    input  wire [PE*(A_BITS+B_BITS)-1:0]  t_data
);
    localparam P_BITS = IN_BITS + A_BITS;

    wire [PE*IN_BITS-1:0]  x;
    wire                   x_valid;
    wire                   fold_last;
    reg                    product_valid;
    wire                   y_ready;
    wire [PE*OUT_BITS-1:0] y;
    wire                   run = y_ready || !product_valid;
    assign s_axis_tready = run;
    assign t_en          = run;
    wire unused = &{1'b0, fold_last};

    gf_stage #(.WIDTH(PE*IN_BITS), .FOLDS(C/PE), .FOLD_BITS(ADDR_BITS)) stage (
        .aclk(aclk), .aresetn(aresetn), .run(run), .s_axis_tdata(s_axis_tdata), .s_axis_tvalid(s_axis_tvalid),
        .fold(t_addr), .fold_last(fold_last), .x(x), .x_valid(x_valid)
    );

    always @(posedge aclk)
        if (!aresetn) product_valid <= 1'b0;
        else if (run) product_valid <= x_valid;

    genvar i;
    generate
        for (i = 0; i < PE; i = i + 1) begin : g_lane
            wire [P_BITS-1:0]   product;
            wire [OUT_BITS-1:0] product_wide;
            wire [OUT_BITS-1:0] offset_wide;
            reg  [P_BITS-1:0]   product_q;
            reg  [B_BITS-1:0]   offset_q;
            gf_multiply #(.A_BITS(IN_BITS), .A_SIGNED(IN_SIGNED), .B_BITS(A_BITS), .B_SIGNED(1)) multiply (
                .a(x[i*IN_BITS +: IN_BITS]), .b(t_data[i*(A_BITS+B_BITS) +: A_BITS]), .y(product)
            );
            always @(posedge aclk)
                if (run) begin
                    product_q <= product;
                    offset_q  <= t_data[i*(A_BITS+B_BITS)+A_BITS +: B_BITS];
                end
            gf_resize #(.IN_BITS(P_BITS), .OUT_BITS(OUT_BITS), .IS_SIGNED(1)) widen_product (
                .d(product_q), .y(product_wide)
            );
            gf_resize #(.IN_BITS(B_BITS), .OUT_BITS(OUT_BITS), .IS_SIGNED(1)) widen_offset (
                .d(offset_q), .y(offset_wide)
            );
            assign y[i*OUT_BITS +: OUT_BITS] = product_wide + offset_wide;
        end
    endgenerate

    gf_skid #(.WIDTH(PE*OUT_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(y), .s_axis_tvalid(product_valid), .s_axis_tready(y_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
