// UART receiver: 8 data bits, no parity, 1 stop bit, least significant bit first.
//
// DIVIDER: clock cycles a bit, at least 4. A byte is offered for one cycle; it is lost if nobody takes it.
// broken is high for one cycle when a stop bit is low: a line that is held low (break), or a wrong baud rate.
//
// Latency: 2 cycles of synchronisation, and half a bit into the stop bit.
module gf_uart_rx #(
    parameter DIVIDER = 104
) (
    input  wire       aclk,
    input  wire       aresetn,
    input  wire       rx,
    output wire [7:0] m_axis_tdata,
    output reg        m_axis_tvalid,
    output reg        broken
);
    localparam TBITS = $clog2(DIVIDER);
    localparam [31:0] LAST = DIVIDER - 1;
    localparam [31:0] HALF = DIVIDER / 2 - 1;

    // Two registers of synchronisation and one to see the edge; idle is high.
    reg [2:0] line = 3'b111;
    always @(posedge aclk) line <= {line[1:0], rx};

    reg             busy;
    reg [TBITS-1:0] timer;   // cycles to the next sample
    reg [3:0]       bits;    // samples still to take: start, eight of data, stop
    reg [7:0]       shift;
    assign m_axis_tdata = shift;

    always @(posedge aclk) begin
        m_axis_tvalid <= 1'b0;
        broken        <= 1'b0;
        if (!aresetn) begin
            busy <= 1'b0;
        end else if (!busy) begin
            busy  <= line[2] && !line[1];
            timer <= HALF[TBITS-1:0];
            bits  <= 4'd9;
        end else if (timer != {TBITS{1'b0}}) begin
            timer <= timer - 1'b1;
        end else begin
            timer <= LAST[TBITS-1:0];
            bits  <= bits - 4'd1;
            if (bits == 4'd0) begin
                busy          <= 1'b0;
                m_axis_tvalid <= line[1];
                broken        <= !line[1];
            end else if (bits == 4'd9) begin
                busy <= !line[1];   // a start bit that is gone at its middle was a glitch
            end else begin
                shift <= {line[1], shift[7:1]};
            end
        end
    end
endmodule
