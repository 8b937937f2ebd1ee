// y = OFFSET + clip(d >> SHIFT, LOW, HIGH), combinational; d is signed, LOW <= HIGH, SHIFT < IN_BITS - 1.
// TIES_EVEN = 1: an odd d >> SHIFT of which only zeros were shifted out counts as the even one below.
//
// A bound of all ones or all zeros below some bit (0, 255, -128, 127) is a test of the bits above it; others compare.
//
// Latency: 0.
module gf_clip #(
    parameter IN_BITS   = 20,
    parameter SHIFT     = 8,
    parameter TIES_EVEN = 0,
    parameter LOW       = 0,
    parameter HIGH      = 255,
    parameter OFFSET    = 0,
    parameter OUT_BITS  = 8
) (
    input  wire [IN_BITS-1:0]  d,
    output wire [OUT_BITS-1:0] y
);
    localparam Q_BITS    = IN_BITS - SHIFT;
    // LOW = -2^LOW_BITS or 0, HIGH = 2^HIGH_BITS - 1: what lies outside differs from the sign above those bits.
    localparam LOW_SIZE  = LOW < 0 ? -LOW : 1;
    localparam LOW_BITS  = $clog2(LOW_SIZE);
    localparam HIGH_BITS = $clog2(HIGH < 0 ? 1 : HIGH + 1);
    localparam LOW_EVEN  = LOW == 0 || (LOW < 0 && LOW_SIZE == 1 << LOW_BITS);
    localparam HIGH_EVEN = HIGH >= 0 && HIGH + 1 == 1 << HIGH_BITS;
    // Wide enough for the quotient and for both bounds.
    localparam BITS = Q_BITS > 32 ? Q_BITS : 32;
    localparam signed [BITS-1:0] LOW_WIDE  = LOW;
    localparam signed [BITS-1:0] HIGH_WIDE = HIGH;
    localparam [31:0]            OFFSET_32 = OFFSET;

    wire                     tie;
    wire [Q_BITS-1:0]        q    = {d[IN_BITS-1:SHIFT+1], d[SHIFT] && !tie};
    wire                     sign = d[IN_BITS-1];
    wire                     below;
    wire                     above;
    wire signed [BITS-1:0]   wide;
    wire [BITS-1:0]          code = below ? LOW_WIDE : above ? HIGH_WIDE : wide;
    wire unused = &{1'b0, sign, code, OFFSET_32};

    gf_resize #(.IN_BITS(Q_BITS), .OUT_BITS(BITS), .IS_SIGNED(1)) widen (.d(q), .y(wide));

    generate
        if (TIES_EVEN == 0) begin : g_floor
            assign tie = 1'b0;
        end else if (SHIFT == 0) begin : g_always
            assign tie = 1'b1;
        end else begin : g_even
            assign tie = ~|d[SHIFT-1:0];
        end

        if (LOW == 0) begin : g_low_zero
            assign below = sign;
        end else if (LOW_EVEN && LOW_BITS >= Q_BITS - 1) begin : g_low_never
            assign below = 1'b0;
        end else if (LOW_EVEN) begin : g_low_bits
            assign below = sign && !(&q[Q_BITS-1:LOW_BITS]);
        end else begin : g_low_compare
            assign below = wide < LOW_WIDE;
        end

        if (HIGH_EVEN && HIGH_BITS >= Q_BITS - 1) begin : g_high_never
            assign above = 1'b0;
        end else if (HIGH_EVEN) begin : g_high_bits
            assign above = !sign && |q[Q_BITS-1:HIGH_BITS];
        end else begin : g_high_compare
            assign above = wide > HIGH_WIDE;
        end
    endgenerate

    assign y = code[OUT_BITS-1:0] + OFFSET_32[OUT_BITS-1:0];
endmodule
