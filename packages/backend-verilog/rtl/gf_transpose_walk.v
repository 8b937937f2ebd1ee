// Addresses at which gf_transpose writes (or reads) the chunks of one matrix after the other, CHUNK beats each.
//
// With M = ROWS*COLS - 1, element n of a transposed matrix is element n*COLS mod M of the matrix (the last one, M, is
// itself). So if the elements of a matrix lie at places n*s mod M, the transposed ones are read from n*(s*COLS) mod M, and
// the next matrix is written to the places that fall free in just that order: s grows by the factor COLS, modulo M, from
// matrix to matrix. s*COLS is the place of element COLS, so it comes by for nothing.
//
//   addr   the address of the beat about to be moved
//   last   that beat is the last one of its matrix
//
// Latency: 0; both are functions of registers.
module gf_transpose_walk #(
    parameter ROWS      = 3,
    parameter COLS      = 2,
    parameter CHUNK     = 2,
    parameter STEP      = 1,  // s of the first matrix: 1 to write, COLS to read
    parameter ADDR_BITS = $clog2(ROWS * COLS * CHUNK)
) (
    input  wire                 aclk,
    input  wire                 aresetn,
    input  wire                 step,
    output wire [ADDR_BITS-1:0] addr,
    output wire                 last
);
    localparam COUNT     = ROWS * COLS;
    localparam BITS      = $clog2(COUNT);
    localparam FOLD_BITS = CHUNK < 2 ? 1 : $clog2(CHUNK);
    localparam [31:0] FIRST_STRIDE = STEP * CHUNK;
    localparam [31:0] TOP    = (COUNT - 1) * CHUNK;
    localparam [31:0] COLUMN = COLS;
    localparam [31:0] BEFORE = COUNT - 2;

    wire [BITS-1:0]      index;
    wire [FOLD_BITS-1:0] fold;
    wire                 last_index, last_fold;
    wire                 next = step && last_fold;
    reg  [ADDR_BITS-1:0] base;         // CHUNK times the place
    reg  [ADDR_BITS-1:0] stride;       // CHUNK*s
    reg  [ADDR_BITS-1:0] next_stride;  // CHUNK*s*COLS mod M
    wire [ADDR_BITS:0]   sum  = {1'b0, base} + {1'b0, stride};
    wire [ADDR_BITS:0]   less = sum - TOP[ADDR_BITS:0];
    wire                 unused = &{1'b0, less[ADDR_BITS], FIRST_STRIDE[0], BEFORE[0], COLUMN[0]};
    assign last = last_index && last_fold;

    gf_counter #(.LENGTH(CHUNK), .BITS(FOLD_BITS)) folds (
        .aclk(aclk), .aresetn(aresetn), .step(step), .index(fold), .last(last_fold)
    );
    gf_counter #(.LENGTH(COUNT), .BITS(BITS)) elements (
        .aclk(aclk), .aresetn(aresetn), .step(next), .index(index), .last(last_index)
    );

    generate
        if (CHUNK < 2) begin : g_single
            wire unused_fold = &{1'b0, fold};
            assign addr = base;
        end else begin : g_chunk
            assign addr = base + {{(ADDR_BITS-FOLD_BITS){1'b0}}, fold};
        end
    endgenerate

    always @(posedge aclk)
        if (!aresetn) begin
            base   <= {ADDR_BITS{1'b0}};
            stride <= FIRST_STRIDE[ADDR_BITS-1:0];
        end else if (next) begin
            if (last_index) stride <= next_stride;
            if (last_index) base <= {ADDR_BITS{1'b0}};
            else if (index == BEFORE[BITS-1:0]) base <= TOP[ADDR_BITS-1:0];
            else base <= sum >= TOP[ADDR_BITS:0] ? less[ADDR_BITS-1:0] : sum[ADDR_BITS-1:0];
        end

    always @(posedge aclk)
        if (next && index == COLUMN[BITS-1:0]) next_stride <= base;
endmodule
