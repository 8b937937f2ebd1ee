// UART transmitter: 8 data bits, no parity, 1 stop bit, least significant bit first; bytes follow one another without a gap.
//
// DIVIDER: clock cycles a bit, at least 2.
//
// Latency: 1 cycle from accepted byte to the start bit.
module gf_uart_tx #(
    parameter DIVIDER = 104
) (
    input  wire       aclk,
    input  wire       aresetn,
    input  wire [7:0] s_axis_tdata,
    input  wire       s_axis_tvalid,
    output wire       s_axis_tready,
    output wire       tx
);
    localparam TBITS = $clog2(DIVIDER);
    localparam [31:0] LAST = DIVIDER - 1;

    reg [8:0]       shift = 9'h1ff;   // what is on the line in bit 0; ones follow the data
    reg [3:0]       bits  = 4'd0;     // bits still to be on the line, this one included
    reg [TBITS-1:0] timer;
    wire            bit_ends = timer == {TBITS{1'b0}};

    assign tx            = shift[0];
    assign s_axis_tready = bits == 4'd0 || (bits == 4'd1 && bit_ends);

    always @(posedge aclk)
        if (!aresetn) begin
            shift <= 9'h1ff;
            bits  <= 4'd0;
        end else if (s_axis_tvalid && s_axis_tready) begin
            shift <= {s_axis_tdata, 1'b0};
            bits  <= 4'd10;
            timer <= LAST[TBITS-1:0];
        end else if (bits != 4'd0) begin
            timer <= bit_ends ? LAST[TBITS-1:0] : timer - 1'b1;
            if (bit_ends) begin
                shift <= {1'b1, shift[8:1]};
                bits  <= bits - 4'd1;
            end
        end
endmodule
