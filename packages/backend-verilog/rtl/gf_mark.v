// Counts steps 0 .. LENGTH-1 and round again, and marks KEEP of every PERIOD of them from step FIRST up to END:
//   keep   high in steps FIRST + i*PERIOD + j, j = 0 .. KEEP-1, that are below END
//   last   high in step LENGTH-1
//
// Latency: 0; both are functions of counters, about the step about to be taken.
module gf_mark #(
    parameter LENGTH = 8,
    parameter FIRST  = 1,
    parameter PERIOD = 3,
    parameter KEEP   = 2,
    parameter END    = LENGTH
) (
    input  wire aclk,
    input  wire aresetn,
    input  wire step,
    output wire keep,
    output wire last
);
    localparam BITS  = LENGTH < 2 ? 1 : $clog2(LENGTH);
    localparam ONCE  = FIRST + PERIOD >= END;  // only the first KEEP
    localparam STOP  = ONCE && FIRST + KEEP < END ? FIRST + KEEP : END;
    localparam PHASE = !ONCE && KEEP < PERIOD;
    localparam [31:0] FIRST_32 = FIRST;
    localparam [31:0] STOP_32  = STOP;
    localparam [31:0] KEEP_32  = KEEP;

    wire [BITS-1:0] index;
    wire            from;
    wire            below;
    wire            marked = from && below;

    gf_counter #(.LENGTH(LENGTH), .BITS(BITS)) counter (
        .aclk(aclk), .aresetn(aresetn), .step(step), .index(index), .last(last)
    );

    generate
        if (FIRST == 0) begin : g_from_start
            assign from = 1'b1;
        end else begin : g_from
            assign from = index >= FIRST_32[BITS-1:0];
        end
        if (STOP >= LENGTH) begin : g_to_end
            assign below = 1'b1;
        end else begin : g_below
            assign below = index < STOP_32[BITS-1:0];
        end
        if (PHASE) begin : g_phase
            localparam PHASE_BITS = $clog2(PERIOD);
            localparam [31:0] LAST_PHASE = PERIOD - 1;
            reg [PHASE_BITS-1:0] phase;
            assign keep = marked && phase < KEEP_32[PHASE_BITS-1:0];
            always @(posedge aclk)
                if (!aresetn) phase <= {PHASE_BITS{1'b0}};
                else if (step && last) phase <= {PHASE_BITS{1'b0}};
                else if (step && from) phase <= phase == LAST_PHASE[PHASE_BITS-1:0] ? {PHASE_BITS{1'b0}} : phase + 1'b1;
        end else begin : g_whole
            assign keep = marked;
            wire unused = &{1'b0, KEEP_32[0]};
        end
    endgenerate

    wire unused_bits = &{1'b0, index, FIRST_32[0], STOP_32[0]};
endmodule
