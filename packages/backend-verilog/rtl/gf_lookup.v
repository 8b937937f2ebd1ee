// Table per channel: y = table[c][x - LO], for x in LO .. LO + DEPTH - 1, PE channels a cycle.
//
// Each lane reads its own memory outside, of one cycle of latency, when l_en is high. Lane pe's memory holds channels
// pe, pe + PE, ... one after the other: l_addr lane = (c / PE) * DEPTH + (x - LO), ADDR_BITS a lane; l_data lanes are
// OUT_BITS wide. DEPTH <= 2^IN_BITS, so that x - LO is right modulo 2^IN_BITS whether x is signed or not.
//
// Latency: 2 cycles. Interval: C/PE cycles a vector.
module gf_lookup #(
    parameter C         = 4,
    parameter PE        = 1,
    parameter IN_BITS   = 4,
    parameter OUT_BITS  = 4,
    parameter DEPTH     = 16,
    parameter LO        = 0,
    parameter ADDR_BITS = (C / PE) * DEPTH < 2 ? 1 : $clog2((C / PE) * DEPTH)
) (
    input  wire                    aclk,
    input  wire                    aresetn,
    input  wire [PE*IN_BITS-1:0]   s_axis_tdata,
    input  wire                    s_axis_tvalid,
    output wire                    s_axis_tready,
    output wire [PE*OUT_BITS-1:0]  m_axis_tdata,
    output wire                    m_axis_tvalid,
    input  wire                    m_axis_tready,
    output wire                    l_en,
    output wire [PE*ADDR_BITS-1:0] l_addr,
    input  wire [PE*OUT_BITS-1:0]  l_data
);
    localparam FOLDS = C / PE;
    localparam [31:0] LO_32    = LO;
    localparam [31:0] DEPTH_32 = DEPTH;

    reg                  valid;
    wire                 ready;
    wire                 run  = ready || !valid;
    wire                 step = run && s_axis_tvalid;
    wire [ADDR_BITS-1:0] base;  // fold * DEPTH
    assign s_axis_tready = run;
    assign l_en          = run;

    always @(posedge aclk)
        if (!aresetn) valid <= 1'b0;
        else if (run) valid <= s_axis_tvalid;

    genvar i;
    generate
        if (FOLDS == 1) begin : g_one_fold
            assign base = {ADDR_BITS{1'b0}};
            wire unused = &{1'b0, step, DEPTH_32};
        end else begin : g_folds
            reg [ADDR_BITS-1:0] base_q;
            wire                last;
            localparam FOLD_BITS = $clog2(FOLDS);
            wire [FOLD_BITS-1:0] fold;
            wire unused = &{1'b0, fold};
            assign base = base_q;
            gf_counter #(.LENGTH(FOLDS), .BITS(FOLD_BITS)) counter (
                .aclk(aclk), .aresetn(aresetn), .step(step), .index(fold), .last(last)
            );
            always @(posedge aclk)
                if (!aresetn) base_q <= {ADDR_BITS{1'b0}};
                else if (step) base_q <= last ? {ADDR_BITS{1'b0}} : base_q + DEPTH_32[ADDR_BITS-1:0];
        end

        for (i = 0; i < PE; i = i + 1) begin : g_lane
            wire [IN_BITS-1:0]   entry = s_axis_tdata[i*IN_BITS +: IN_BITS] - LO_32[IN_BITS-1:0];
            wire [ADDR_BITS-1:0] offset;
            gf_resize #(.IN_BITS(IN_BITS), .OUT_BITS(ADDR_BITS), .IS_SIGNED(0)) widen (.d(entry), .y(offset));
            assign l_addr[i*ADDR_BITS +: ADDR_BITS] = base + offset;
        end
    endgenerate

    gf_skid #(.WIDTH(PE*OUT_BITS), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(l_data), .s_axis_tvalid(valid), .s_axis_tready(ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
