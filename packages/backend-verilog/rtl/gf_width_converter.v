// Regroups a stream of lanes: beats of IN_LANES lanes become beats of OUT_LANES lanes, order kept.
//
// Works in units of gcd(IN_LANES, OUT_LANES) lanes: A units come in a beat, B units leave in a beat.
//   A = B  wires
//   A < B  the output word is gathered in place, with 2A-1 units of room beyond it
//   A > B  what is left of an input word shifts towards the output, which is a gf_skid
// Steady state: max(A, B) cycles for each lcm of lanes (B beats in, A beats out), no bubbles.
// Lanes are not framed: at a frame's end an incomplete output word waits for the next frame.
//
// Latency: 1 cycle from the beat that completes an output word to m_axis_tvalid; 0 when A = B.
module gf_width_converter #(
    parameter LANE_BITS = 8,
    parameter IN_LANES  = 1,
    parameter OUT_LANES = 1
) (
    input  wire                           aclk,
    input  wire                           aresetn,
    input  wire [IN_LANES*LANE_BITS-1:0]  s_axis_tdata,
    input  wire                           s_axis_tvalid,
    output wire                           s_axis_tready,
    output wire [OUT_LANES*LANE_BITS-1:0] m_axis_tdata,
    output wire                           m_axis_tvalid,
    input  wire                           m_axis_tready
);
    function integer gcd(input integer x, input integer y);
        integer a, b, t;
        begin
            a = x;
            b = y;
            while (b != 0) begin
                t = a % b;
                a = b;
                b = t;
            end
            gcd = a;
        end
    endfunction

    localparam UNIT  = gcd(IN_LANES, OUT_LANES);
    localparam UBITS = UNIT * LANE_BITS;
    localparam A     = IN_LANES / UNIT;
    localparam B     = OUT_LANES / UNIT;
    // Units held: A < B keeps up to a whole word more than leaves now; A > B what one input leaves over.
    localparam SLOTS = A < B ? 2 * A + B - 1 : (A > 1 ? A - 1 : 1);
    localparam CBITS = $clog2(SLOTS + 1);
    localparam [31:0] A_32 = A;
    localparam [31:0] B_32 = B;

    genvar p, j;
    generate
        if (A == B) begin : g_wires
            assign m_axis_tdata  = s_axis_tdata;
            assign m_axis_tvalid = s_axis_tvalid;
            assign s_axis_tready = m_axis_tready;
            wire unused = &{1'b0, aclk, aresetn, A_32[CBITS-1:0], B_32[CBITS-1:0]};
        end else if (A < B) begin : g_gather
            localparam [31:0] LIMIT = SLOTS - A;
            reg  [CBITS-1:0]       fill;
            wire [SLOTS*UBITS-1:0] held;
            wire pop  = m_axis_tvalid && m_axis_tready;
            wire push = s_axis_tvalid && s_axis_tready;
            wire [CBITS-1:0] base = pop ? fill - B_32[CBITS-1:0] : fill;

            assign s_axis_tready = fill <= LIMIT[CBITS-1:0];
            assign m_axis_tvalid = fill >= B_32[CBITS-1:0];
            assign m_axis_tdata  = held[B*UBITS-1:0];

            always @(posedge aclk)
                if (!aresetn) fill <= {CBITS{1'b0}};
                else fill <= push ? base + A_32[CBITS-1:0] : base;

            for (p = 0; p < SLOTS; p = p + 1) begin : g_slot
                // Slot p takes input unit j when the base is p - j.
                localparam CHOICES = p + 1 < A ? p + 1 : A;
                wire [CHOICES-1:0] take;
                reg  [UBITS-1:0]   pick;
                reg  [UBITS-1:0]   slot;
                integer k;
                assign held[p*UBITS +: UBITS] = slot;
                for (j = 0; j < CHOICES; j = j + 1) begin : g_take
                    localparam [31:0] AT = p - j;
                    assign take[j] = base == AT[CBITS-1:0];
                end
                always @* begin
                    pick = s_axis_tdata[UBITS-1:0];
                    for (k = 1; k < CHOICES; k = k + 1)
                        if (take[k]) pick = s_axis_tdata[k*UBITS +: UBITS];
                end
                if (p + B < SLOTS) begin : g_shift
                    // A slot that takes nothing is either kept, moved down by a pop, or without meaning.
                    always @(posedge aclk)
                        if (push && |take) slot <= pick;
                        else if (pop) slot <= held[(p+B)*UBITS +: UBITS];
                end else begin : g_load
                    always @(posedge aclk)
                        if (push && |take) slot <= pick;
                end
            end
        end else begin : g_shift
            // A and B have no common factor, so fill < B whenever an input is taken, and at most A-1 units stay.
            reg  [CBITS-1:0]       fill;
            reg  [SLOTS*UBITS-1:0] rest;
            wire                   ready;
            wire                   need = fill < B_32[CBITS-1:0];
            wire                   move = ready && (s_axis_tvalid || !need);
            wire [(SLOTS+B)*UBITS-1:0] all;

            assign s_axis_tready = ready && need;

            for (p = 0; p < SLOTS + B; p = p + 1) begin : g_unit
                // Unit p is a left-over unit, or input unit p - fill.
                wire [UBITS-1:0] kept;
                reg  [UBITS-1:0] pick;
                integer k;
                always @* begin
                    pick = kept;
                    for (k = p < A ? 0 : p - A + 1; k < B && k <= p; k = k + 1)
                        if (fill == k[CBITS-1:0]) pick = s_axis_tdata[(p-k)*UBITS +: UBITS];
                end
                if (p < SLOTS) begin : g_kept
                    assign kept = rest[p*UBITS +: UBITS];
                end else begin : g_none
                    assign kept = {UBITS{1'b0}};
                end
                assign all[p*UBITS +: UBITS] = pick;
            end

            always @(posedge aclk)
                if (!aresetn) fill <= {CBITS{1'b0}};
                else if (move) fill <= need ? fill + A_32[CBITS-1:0] - B_32[CBITS-1:0] : fill - B_32[CBITS-1:0];

            always @(posedge aclk)
                if (move) rest <= all[B*UBITS +: SLOTS*UBITS];

            gf_skid #(.WIDTH(B*UBITS), .SPARSE(0)) skid (
                .aclk(aclk), .aresetn(aresetn),
                .s_axis_tdata(all[B*UBITS-1:0]), .s_axis_tvalid(s_axis_tvalid || !need), .s_axis_tready(ready),
                .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
            );
        end
    endgenerate
endmodule
