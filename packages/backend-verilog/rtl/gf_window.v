// Sliding window: frames of H x W pixels, each C channels in cf = C/LANES beats, become the windows of a convolution or
// a pool, one element a beat, in the order (OH, OW, KH, KW, cf). Kernel KH x KW, stride SH x SW, dilation DH x DW;
// padding is done before. One dimension is H = 1, KH = 1. Frames follow back to back and overlap.
//
//   kh = DH*(KH-1) + 1, kw = DW*(KW-1) + 1                rows and columns that a window spans
//   OH = floor((H - kh)/SH) + 1, OW = floor((W - kw)/SW) + 1
//   row r is kept if r < (OH-1)*SH + kh and r mod SH < kh; columns alike. Beats of other rows and columns are accepted
//   and dropped. Kept frames have h x w pixels with strides sh = min(SH, kh), sw = min(SW, kw):
//   h = (OH-1)*sh + kh, w = (OW-1)*sw + kw
//
// Kept beats are numbered on and on, s = 0, 1, 2, ... ; beat s lies in slot s mod DEPTH until it is freed:
//   SPAN  = ((kh-1)*w + kw)*cf       what a window spans, the smallest buffer that works
//   DEPTH = SPAN + EXTRA             beats held; memory words: the power of two above if DEPTH <= 256 or if it is at
//                                    most 1/8 more, else DEPTH (at least 2)
// After its last beat window (oh, ow) frees all kept beats below the first one of the window after it:
//   first(oh, ow) = (oh*sh*w + ow*sw)*cf; the first of the next frame follows (OH-1, OW-1).
//
// Token times, when the source always offers and the sink is always ready, from the cycle of the first accepted beat:
//   enter(k) = max(enter(k-1) + 1, leave(n) - 1)   n: last output beat of the window that frees kept beat s - DEPTH,
//                                                  if input beat k is kept beat s >= DEPTH; else no such term
//   leave(n) = max(leave(n-1) + 1, enter(k) + 3)   k: the input beat that output beat n repeats; enter(0) = 0
// Interval in steady state, with I = H*W*cf and O = OH*OW*KH*KW*cf: that of the recurrence, at least max(I, O), which
// falls with EXTRA and is exactly max(I, O) from some EXTRA on. The default reaches it for all parameters:
//   K = KH*KW*cf, drop = max(OH > 1 ? SH - kh : 0, H - (OH-1)*SH - kh, 0) rows
//   KH = KW = 1:  DEPTH = cf + 1
//   else:         DEPTH = max(SPAN, 2*(kh-1)*w*cf + 2*kw*cf - K + min(K, max(kh-1, 1)*(W - w)*cf)) + 1
//                       + (drop > 0 and (kh = 1 or OW*K < (drop + kh)*W*cf) ? sh*w*cf + K : 0)
// which is the smallest one if nothing is dropped, I <= O and DEPTH > SPAN + 1 (about 2*kh - 2 lines).
// The windows of the frame's last row need kh lines, while kh - 1 lines of the next frame have to be there at its end.
//
// Latency: 3 cycles from the beat that an output beat repeats to m_axis_tvalid, if it is not waiting for its turn.
module gf_window #(
    parameter H         = 8,
    parameter W         = 8,
    parameter C         = 4,
    parameter LANES     = 2,
    parameter LANE_BITS = 4,
    parameter KH        = 3,
    parameter KW        = 3,
    parameter SH        = 1,
    parameter SW        = 1,
    parameter DH        = 1,
    parameter DW        = 1,
    parameter EXTRA     = -1,  // -1: what reaches max(I, O)
    /* verilator lint_off UNUSEDPARAM */ // used in an attribute only
    parameter RAM_STYLE = "auto"
    /* verilator lint_on UNUSEDPARAM */
) (
    input  wire                       aclk,
    input  wire                       aresetn,
    input  wire [LANES*LANE_BITS-1:0] s_axis_tdata,
    input  wire                       s_axis_tvalid,
    output wire                       s_axis_tready,
    output wire [LANES*LANE_BITS-1:0] m_axis_tdata,
    output wire                       m_axis_tvalid,
    input  wire                       m_axis_tready
);
    function integer max(input integer a, input integer b);
        max = a > b ? a : b;
    endfunction
    function integer min(input integer a, input integer b);
        min = a < b ? a : b;
    endfunction

    localparam WIDTH  = LANES * LANE_BITS;
    localparam CF     = C / LANES;
    localparam SPAN_H = DH * (KH - 1) + 1;
    localparam SPAN_W = DW * (KW - 1) + 1;
    localparam OH     = (H - SPAN_H) / SH + 1;
    localparam OW     = (W - SPAN_W) / SW + 1;
    localparam STEP_H = min(SH, SPAN_H);
    localparam STEP_W = min(SW, SPAN_W);
    localparam KEPT_H = (OH - 1) * STEP_H + SPAN_H;
    localparam KEPT_W = (OW - 1) * STEP_W + SPAN_W;
    localparam LINE   = KEPT_W * CF;
    localparam ONE    = KH * KW * CF;  // beats of a window

    localparam SPAN   = (SPAN_H - 1) * LINE + SPAN_W * CF;
    localparam DROP   = max(OH > 1 ? SH - SPAN_H : 0, max(H - (OH - 1) * SH - SPAN_H, 0));
    localparam BASE   = max(SPAN, 2 * (SPAN_H - 1) * LINE + 2 * SPAN_W * CF - ONE
                                  + min(ONE, max(SPAN_H - 1, 1) * (W - KEPT_W) * CF)) + 1;
    localparam STARVE = DROP > 0 && (SPAN_H == 1 || OW * ONE < (DROP + SPAN_H) * W * CF);
    localparam FULL   = KH * KW == 1 ? CF + 1 : BASE + (STARVE ? STEP_H * LINE + ONE : 0);
    localparam DEPTH  = EXTRA < 0 ? FULL : SPAN + EXTRA;
    localparam POWER  = 1 << $clog2(max(DEPTH, 2));
    localparam WORDS  = DEPTH <= 256 || POWER - DEPTH <= DEPTH / 8 ? POWER : DEPTH;
    localparam ADDR_BITS = $clog2(WORDS);

    // From an element to the next one: within a run of neighbours, to the next kernel column, kernel row, window, window
    // row. From the last element of a frame it is 1 again.
    localparam RUN     = DW == 1 ? KW * CF : CF;
    localparam RUNS    = DW == 1 ? 1 : KW;
    localparam TO_LAST = (SPAN_H - 1) * LINE + SPAN_W * CF - 1;  // from a window's first element to its last
    localparam TO_RUN  = (DW - 1) * CF + 1;
    localparam TO_ROW  = DH * LINE - SPAN_W * CF + 1;
    localparam TO_NEXT = STEP_W * CF - TO_LAST;
    localparam TO_DOWN = STEP_H * LINE - (OW - 1) * STEP_W * CF - TO_LAST;
    // What a window frees: in the row, at the row's end, at the frame's end.
    localparam FREE_NEXT  = STEP_W * CF;
    localparam FREE_DOWN  = STEP_H * LINE - (OW - 1) * STEP_W * CF;
    localparam FREE_FRAME = SPAN_H * LINE - (OW - 1) * STEP_W * CF;

    localparam REACH     = max(max(DEPTH, TO_ROW), max(max(TO_RUN, TO_DOWN), FREE_FRAME)) + 1;
    localparam LEAD_BITS = $clog2(REACH) + 1;

    // ---- Input: what to keep, and whether there is room.
    wire keep;
    wire push;
    reg  [LEAD_BITS-1:0] room;  // free slots less 1
    wire has_room = !room[LEAD_BITS-1];
    assign s_axis_tready = has_room || !keep;
    assign push          = s_axis_tvalid && has_room && keep;

    generate
        if (KEPT_H == H && KEPT_W == W) begin : g_keep_all
            assign keep = 1'b1;
        end else begin : g_keep
            wire beat = s_axis_tvalid && s_axis_tready;
            wire keep_column, keep_row, last_column, last_row;
            wire unused = &{1'b0, last_row};
            assign keep = keep_column && keep_row;
            gf_mark #(
                .LENGTH(W*CF), .FIRST(0), .PERIOD(SW*CF), .KEEP(STEP_W < SW ? SPAN_W*CF : SW*CF),
                .END(((OW-1)*SW+SPAN_W)*CF)
            ) columns (
                .aclk(aclk), .aresetn(aresetn), .step(beat), .keep(keep_column), .last(last_column)
            );
            gf_mark #(
                .LENGTH(H), .FIRST(0), .PERIOD(SH), .KEEP(STEP_H < SH ? SPAN_H : SH), .END((OH-1)*SH+SPAN_H)
            ) rows (
                .aclk(aclk), .aresetn(aresetn), .step(beat && last_column), .keep(keep_row), .last(last_row)
            );
        end
    endgenerate

    // ---- Output: position in the loops, and the distance to the next element.
    wire                 run;
    reg  [LEAD_BITS-1:0] lead;  // kept beats written beyond the element to read; negative: it is not there yet
    wire                 step = run && !lead[LEAD_BITS-1];
    wire last_beat, last_run, last_row, last_window, last_down;
    wire end_row   = last_beat && last_run;
    wire end_one   = end_row && last_row;
    wire end_line  = end_one && last_window;
    wire end_frame = end_line && last_down;

    gf_tick #(.LENGTH(RUN)) count_beats (.aclk(aclk), .aresetn(aresetn), .step(step), .last(last_beat));
    gf_tick #(.LENGTH(RUNS)) count_runs (.aclk(aclk), .aresetn(aresetn), .step(step && last_beat), .last(last_run));
    gf_tick #(.LENGTH(KH)) count_rows (.aclk(aclk), .aresetn(aresetn), .step(step && end_row), .last(last_row));
    gf_tick #(.LENGTH(OW)) count_windows (.aclk(aclk), .aresetn(aresetn), .step(step && end_one), .last(last_window));
    gf_tick #(.LENGTH(OH)) count_downs (.aclk(aclk), .aresetn(aresetn), .step(step && end_line), .last(last_down));

    localparam [31:0] MINUS_RUN   = -TO_RUN;
    localparam [31:0] MINUS_ROW   = -TO_ROW;
    localparam [31:0] MINUS_NEXT  = -TO_NEXT;
    localparam [31:0] MINUS_DOWN  = -TO_DOWN;
    localparam [31:0] LESS_NEXT   = FREE_NEXT - 1;
    localparam [31:0] LESS_DOWN   = FREE_DOWN - 1;
    localparam [31:0] LESS_FRAME  = FREE_FRAME - 1;
    localparam [31:0] DEPTH_LESS  = DEPTH - 1;
    wire [LEAD_BITS-1:0] passed = !last_beat || end_frame ? {LEAD_BITS{1'b1}} :
                                  !last_run               ? MINUS_RUN[LEAD_BITS-1:0] :
                                  !last_row               ? MINUS_ROW[LEAD_BITS-1:0] :
                                  !last_window            ? MINUS_NEXT[LEAD_BITS-1:0] : MINUS_DOWN[LEAD_BITS-1:0];
    wire [LEAD_BITS-1:0] freed  = !last_window ? LESS_NEXT[LEAD_BITS-1:0] :
                                  !last_down   ? LESS_DOWN[LEAD_BITS-1:0] : LESS_FRAME[LEAD_BITS-1:0];
    wire [LEAD_BITS-1:0] next_lead;
    wire [LEAD_BITS-1:0] next_room;
    gf_add #(.A_BITS(LEAD_BITS), .B_BITS(LEAD_BITS), .IS_SIGNED(0), .CARRY(1), .OUT_BITS(LEAD_BITS)) add_lead (
        .a(lead), .b(step ? passed : {LEAD_BITS{1'b0}}), .carry(push), .y(next_lead)
    );
    gf_add #(.A_BITS(LEAD_BITS), .B_BITS(LEAD_BITS), .IS_SIGNED(0), .CARRY(1), .OUT_BITS(LEAD_BITS)) add_room (
        .a(room), .b(step && end_one ? freed : {LEAD_BITS{1'b1}}), .carry(!push), .y(next_room)
    );
    always @(posedge aclk)
        if (!aresetn) begin
            lead <= {LEAD_BITS{1'b1}};
            room <= DEPTH_LESS[LEAD_BITS-1:0];
        end else begin
            lead <= next_lead;
            room <= next_room;
        end

    // ---- The circular memory.
    (* no_rw_check, ram_style = RAM_STYLE *) reg [WIDTH-1:0] mem [0:WORDS-1];
    reg  [WIDTH-1:0]     word;
    reg                  word_valid;
    reg  [ADDR_BITS-1:0] read_slot;
    wire [ADDR_BITS-1:0] write_slot;
    wire [ADDR_BITS-1:0] next_slot;
    wire                 word_ready;
    assign run = word_ready || !word_valid;

    wire last_slot;
    wire unused_last = &{1'b0, last_slot};
    gf_counter #(.LENGTH(WORDS), .BITS(ADDR_BITS)) write_counter (
        .aclk(aclk), .aresetn(aresetn), .step(push), .index(write_slot), .last(last_slot)
    );

    generate
        if (WORDS == POWER) begin : g_power
            // -passed modulo the memory's size, and it is never longer than the memory
            localparam BOTH = min(ADDR_BITS, LEAD_BITS);
            wire [ADDR_BITS-1:0] minus;
            gf_resize #(.IN_BITS(LEAD_BITS), .OUT_BITS(ADDR_BITS), .IS_SIGNED(1)) resize (.d(passed), .y(minus));
            assign next_slot = read_slot - minus;
            wire unused = &{1'b0, passed[BOTH-1:0]};
        end else begin : g_modulo
            localparam [31:0] BY_RUN  = ((TO_RUN % WORDS) + WORDS) % WORDS;
            localparam [31:0] BY_ROW  = ((TO_ROW % WORDS) + WORDS) % WORDS;
            localparam [31:0] BY_NEXT = ((TO_NEXT % WORDS) + WORDS) % WORDS;
            localparam [31:0] BY_DOWN = ((TO_DOWN % WORDS) + WORDS) % WORDS;
            localparam [31:0] ROUND   = WORDS;
            wire [ADDR_BITS-1:0] by = !last_beat || end_frame ? {{(ADDR_BITS-1){1'b0}}, 1'b1} :
                                      !last_run               ? BY_RUN[ADDR_BITS-1:0] :
                                      !last_row               ? BY_ROW[ADDR_BITS-1:0] :
                                      !last_window            ? BY_NEXT[ADDR_BITS-1:0] : BY_DOWN[ADDR_BITS-1:0];
            wire [ADDR_BITS:0] sum  = {1'b0, read_slot} + {1'b0, by};
            wire [ADDR_BITS:0] less = sum - ROUND[ADDR_BITS:0];
            assign next_slot = less[ADDR_BITS] ? sum[ADDR_BITS-1:0] : less[ADDR_BITS-1:0];
        end
    endgenerate

    always @(posedge aclk)
        if (!aresetn) begin
            read_slot  <= {ADDR_BITS{1'b0}};
            word_valid <= 1'b0;
        end else begin
            if (step) read_slot <= next_slot;
            if (run) word_valid <= step;
        end

    always @(posedge aclk) begin
        if (push) mem[write_slot] <= s_axis_tdata;
        if (run) word <= mem[read_slot];
    end

    gf_skid #(.WIDTH(WIDTH), .SPARSE(0)) skid (
        .aclk(aclk), .aresetn(aresetn),
        .s_axis_tdata(word), .s_axis_tvalid(word_valid), .s_axis_tready(word_ready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready)
    );
endmodule
