/** Files of samples, and simulation. */
export const dataExplanations: Readonly<Record<string, string>> = {
  "datasets/bad-argument": "An array's shape, length and element type do not fit each other.",
  "datasets/bad-header": "An npy file's header is not the Python dictionary that NumPy writes.",
  "datasets/bad-number": "A table of numbers holds a cell that is no number.",
  "datasets/corrupt": "A zip or gzip file does not match its own checksum or sizes.",
  "datasets/needs-key":
    "An npz file has several arrays, and it is not said which one is meant. Name it after the file: `--data test.npz:input`.",
  "datasets/no-such-key":
    "The npz file has no array of this name, or a name is given for a file that holds one array.",
  "datasets/not-found": "The file of samples or labels is not there, or cannot be read.",
  "datasets/object-array":
    "The npy file holds Python objects, which would have to be unpickled, and that runs code. Save a plain array.",
  "datasets/ragged-rows": "The rows of a table have different numbers of cells.",
  "datasets/too-large": "The file announces more data than the limit.",
  "datasets/trailing-bytes":
    "There are bytes after the end of the data, so the file is not what its header says.",
  "datasets/truncated": "The file ends before the data that it announces.",
  "datasets/unknown-dtype": "The array's element type is not one that is read.",
  "datasets/unknown-format": "The file is neither npy, npz, idx nor a table of numbers.",
  "datasets/wrong-magic": "The file does not begin as files of this format do.",
  "sim/bad-stream": "The design lacks the ports of a stream that is to be fed or collected.",
  "sim/clock-as-data": "The clock is used as a value, which this simulator does not model.",
  "sim/combinational-loop":
    "A wire depends on itself without a register between. The message names the nets.",
  "sim/deadlock":
    "No beat moved for a long time: some part of the circuit waits for another for ever. The message has the state of every stream. In emitted Verilog this is a defect of Gatefold.",
  "sim/inout-port": "The design has a bidirectional port, which this simulator does not model.",
  "sim/latch": "The design has a latch, usually a register that some branch does not assign.",
  "sim/multiple-clocks":
    "Registers are clocked by more than one signal or edge; this simulator has one clock.",
  "sim/multiple-drivers": "Two cells drive one wire, so that its value is not defined.",
  "sim/no-such-name": "There is no port, net or memory of this name in the design.",
  "sim/not-an-input": "A value was given to a port that is no input, or is the clock.",
  "sim/stream-protocol":
    "A stream takes back or changes a beat that was offered and not yet accepted, which AXI4-Stream forbids.",
  "sim/too-many-cycles": "The run reached its limit of cycles before all outputs were there.",
  "sim/unknown-cell": "The netlist has a cell that is not known.",
  "sim/unsupported-cell": "The netlist has a cell in a form that is not simulated.",
  "sim/value-too-wide": "A value needs more bits than the port has.",
};
