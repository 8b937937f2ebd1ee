// Index of the greatest of C channels, PE a beat; of equal ones the lowest index. One output beat a vector.
//
// Latency from the vector's last beat to m_axis_tvalid: 2 cycles if PE > 1 and C > PE, else 1.
// Interval: exactly C/PE cycles a vector.
module gf_argmax #(
    parameter C         = 10,
    parameter PE        = 1,
    parameter IN_BITS   = 8,
    parameter IN_SIGNED = 1,
    parameter IDX_BITS  = 4
) (
    input  wire                  aclk,
    input  wire                  aresetn,
    input  wire [PE*IN_BITS-1:0] s_axis_tdata,
    input  wire                  s_axis_tvalid,
    output wire                  s_axis_tready,
    output wire [IDX_BITS-1:0]   m_axis_tdata,
    output wire                  m_axis_tvalid,
    input  wire                  m_axis_tready
);
    localparam FOLDS  = C / PE;
    localparam LEVELS = $clog2(PE);
    localparam STAGED = PE > 1 && FOLDS > 1;
    localparam [31:0] PE_32 = PE;

    wire out_valid;
    wire out_ready;
    wire [IDX_BITS-1:0] out;

    // The greatest lane of a beat: a tree that prefers the lower lane. Lane numbers are IDX_BITS wide; tools drop
    // the bits that are constant.
    genvar k, i;
    generate
        for (k = 0; k <= LEVELS; k = k + 1) begin : g_level
            localparam COUNT = (PE + (1 << k) - 1) >> k;
            wire [COUNT*IN_BITS-1:0]  value;
            wire [COUNT*IDX_BITS-1:0] lane;
            for (i = 0; i < COUNT; i = i + 1) begin : g_node
                if (k == 0) begin : g_leaf
                    localparam [31:0] LANE = i;
                    assign value[i*IN_BITS +: IN_BITS]  = s_axis_tdata[i*IN_BITS +: IN_BITS];
                    assign lane[i*IDX_BITS +: IDX_BITS] = LANE[IDX_BITS-1:0];
                end else if (2 * i + 1 < ((PE + (1 << (k > 0 ? k - 1 : 0)) - 1) >> (k > 0 ? k - 1 : 0))) begin : g_two
                    wire low;
                    gf_compare #(.N(1), .X_BITS(IN_BITS), .T_BITS(IN_BITS), .IS_SIGNED(IN_SIGNED)) reach (
                        .x(g_level[k-1].value[2*i*IN_BITS +: IN_BITS]),
                        .t(g_level[k-1].value[(2*i+1)*IN_BITS +: IN_BITS]), .count(low)
                    );
                    assign value[i*IN_BITS +: IN_BITS] = low ? g_level[k-1].value[2*i*IN_BITS +: IN_BITS]
                                                             : g_level[k-1].value[(2*i+1)*IN_BITS +: IN_BITS];
                    assign lane[i*IDX_BITS +: IDX_BITS] = low ? g_level[k-1].lane[2*i*IDX_BITS +: IDX_BITS]
                                                              : g_level[k-1].lane[(2*i+1)*IDX_BITS +: IDX_BITS];
                end else begin : g_odd
                    assign value[i*IN_BITS +: IN_BITS]  = g_level[k-1].value[2*i*IN_BITS +: IN_BITS];
                    assign lane[i*IDX_BITS +: IDX_BITS] = g_level[k-1].lane[2*i*IDX_BITS +: IDX_BITS];
                end
            end
        end

        if (FOLDS == 1) begin : g_whole
            assign s_axis_tready = out_ready;
            assign out_valid     = s_axis_tvalid;
            assign out           = g_level[LEVELS].lane;
            wire unused = &{1'b0, PE_32, g_level[LEVELS].value};
        end else begin : g_folded
            wire [IN_BITS-1:0]  top;
            wire [IDX_BITS-1:0] top_lane;
            wire                top_valid;
            wire                run;
            wire                last;
            assign s_axis_tready = run;

            if (STAGED) begin : g_staged
                reg [IN_BITS-1:0]  top_q;
                reg [IDX_BITS-1:0] lane_q;
                reg                valid_q;
                assign top       = top_q;
                assign top_lane  = lane_q;
                assign top_valid = valid_q;
                assign run       = out_ready || !out_valid;
                always @(posedge aclk)
                    if (run) begin
                        top_q  <= g_level[LEVELS].value;
                        lane_q <= g_level[LEVELS].lane;
                    end
                always @(posedge aclk)
                    if (!aresetn) valid_q <= 1'b0;
                    else if (run) valid_q <= s_axis_tvalid;
            end else begin : g_direct
                assign top       = g_level[LEVELS].value;
                assign top_lane  = g_level[LEVELS].lane;
                assign top_valid = s_axis_tvalid;
                assign run       = out_ready || !last;  // not of tvalid, though that would do as well
            end

            // The greatest of the beats so far.
            reg                 first;
            reg  [IDX_BITS-1:0] base;
            reg  [IN_BITS-1:0]  best;
            reg  [IDX_BITS-1:0] best_index;
            wire                keep;
            wire [IDX_BITS-1:0] winner = keep && !first ? best_index : base + top_lane;
            wire                step   = run && top_valid;
            localparam FOLD_BITS = $clog2(FOLDS);
            wire [FOLD_BITS-1:0] fold;
            wire unused = &{1'b0, fold};
            gf_counter #(.LENGTH(FOLDS), .BITS(FOLD_BITS)) counter (
                .aclk(aclk), .aresetn(aresetn), .step(step), .index(fold), .last(last)
            );
            gf_compare #(.N(1), .X_BITS(IN_BITS), .T_BITS(IN_BITS), .IS_SIGNED(IN_SIGNED)) reach (
                .x(best), .t(top), .count(keep)
            );
            assign out_valid = top_valid && last;
            assign out       = winner;

            always @(posedge aclk)
                if (!aresetn) begin
                    first <= 1'b1;
                    base  <= {IDX_BITS{1'b0}};
                end else if (step) begin
                    first <= last;
                    base  <= last ? {IDX_BITS{1'b0}} : base + PE_32[IDX_BITS-1:0];
                end

            always @(posedge aclk)
                if (step) begin
                    if (first || !keep) best <= top;
                    best_index <= winner;
                end
        end
    endgenerate

    gf_skid #(.WIDTH(IDX_BITS), .SPARSE(FOLDS > 1)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(out), .s_axis_tvalid(out_valid), .s_axis_tready(out_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
