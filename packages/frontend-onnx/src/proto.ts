import proto from "onnx-proto";
import type {
  OnnxAttribute,
  OnnxDim,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxPayload,
  OnnxTensor,
  OnnxValueInfo,
} from "./model.js";

// The only file that knows the protobuf library.
const { onnx } = proto;
type Graph = proto.onnx.IGraphProto;
type Node = proto.onnx.INodeProto;
type Attribute = proto.onnx.IAttributeProto;
type TensorProto = proto.onnx.ITensorProto;
type Entry = proto.onnx.IStringStringEntryProto;

/** protobufjs gives int64 as `{ low, high }`, or as a number where it was built by hand. */
type Int64 = number | { readonly low: number; readonly high: number };

const utf8 = new TextDecoder();
const EXTERNAL = 1;
const AttributeKind = onnx.AttributeProto.AttributeType;

const toBigInt = (v: Int64): bigint =>
  typeof v === "number" ? BigInt(v) : (BigInt(v.high) << 32n) | BigInt(v.low >>> 0);
const toNumber = (v: Int64 | null | undefined): number =>
  v === null || v === undefined ? 0 : typeof v === "number" ? v : v.high * 2 ** 32 + (v.low >>> 0);

/** An int64 as the library's writer takes it. */
const toInt64 = (v: bigint): number =>
  ({ low: Number(BigInt.asIntN(32, v)), high: Number(BigInt.asIntN(32, v >> 32n)) }) as unknown as number;

function toBigInts(values: readonly Int64[]): BigInt64Array {
  const out = new BigInt64Array(values.length);
  const words = new Int32Array(out.buffer);
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (typeof v === "number") out[i] = BigInt(v);
    else {
      words[2 * i] = v.low;
      words[2 * i + 1] = v.high;
    }
  }
  return out;
}

function payloadOf(t: TensorProto): OnnxPayload {
  if (t.dataLocation === EXTERNAL) return { kind: "external", entries: entriesOf(t.externalData) };
  if (t.rawData && t.rawData.length > 0) return { kind: "raw", bytes: t.rawData };
  if (t.stringData && t.stringData.length > 0) return { kind: "strings", count: t.stringData.length };
  const wide = [t.int64Data, t.uint64Data].find((list) => list && list.length > 0);
  if (wide) return { kind: "bigints", values: toBigInts(wide as Int64[]) };
  const values = [t.floatData, t.int32Data, t.doubleData].find((list) => list && list.length > 0);
  return { kind: "numbers", values: values ?? [] };
}

const entriesOf = (list: readonly Entry[] | null | undefined): ReadonlyMap<string, string> =>
  new Map((list ?? []).map((entry) => [entry.key ?? "", entry.value ?? ""]));

function tensorOf(t: TensorProto): OnnxTensor {
  return {
    name: t.name ?? "",
    dtype: t.dataType ?? 0,
    dims: ((t.dims ?? []) as Int64[]).map(toNumber),
    payload: payloadOf(t),
  };
}

/** Files of IR 1 may lack the attribute's type; then the filled field tells it. */
function kindOf(a: Attribute): number {
  if (a.type) return a.type;
  const filled = (list: readonly unknown[] | null | undefined): boolean => (list?.length ?? 0) > 0;
  if (a.t) return AttributeKind.TENSOR;
  if (a.g) return AttributeKind.GRAPH;
  if (filled(a.ints)) return AttributeKind.INTS;
  if (filled(a.floats)) return AttributeKind.FLOATS;
  if (filled(a.strings)) return AttributeKind.STRINGS;
  if (a.s && a.s.length > 0) return AttributeKind.STRING;
  return a.f ? AttributeKind.FLOAT : AttributeKind.INT;
}

function attributeOf(a: Attribute): OnnxAttribute {
  if (a.refAttrName) return { kind: "unsupported", what: `a reference to attribute \`${a.refAttrName}\`` };
  const kind = kindOf(a);
  switch (kind) {
    case AttributeKind.FLOAT:
      return { kind: "float", value: a.f ?? 0 };
    case AttributeKind.INT:
      return { kind: "int", value: toBigInt((a.i as Int64 | null | undefined) ?? 0) };
    case AttributeKind.STRING:
      return { kind: "string", value: utf8.decode(a.s ?? new Uint8Array()) };
    case AttributeKind.TENSOR:
      return { kind: "tensor", value: tensorOf(a.t ?? {}) };
    case AttributeKind.GRAPH:
      return { kind: "graph", value: graphOf(a.g ?? {}) };
    case AttributeKind.FLOATS:
      return { kind: "floats", value: a.floats ?? [] };
    case AttributeKind.INTS:
      return { kind: "ints", value: ((a.ints ?? []) as Int64[]).map(toBigInt) };
    case AttributeKind.STRINGS:
      return { kind: "strings", value: (a.strings ?? []).map((s) => utf8.decode(s)) };
    default:
      return { kind: "unsupported", what: AttributeKind[kind] ?? `attribute type ${kind}` };
  }
}

function nodeOf(n: Node): OnnxNode {
  return {
    name: n.name ?? "",
    op: n.opType ?? "",
    domain: n.domain === "ai.onnx" ? "" : (n.domain ?? ""),
    inputs: n.input ?? [],
    outputs: n.output ?? [],
    attributes: new Map((n.attribute ?? []).map((a) => [a.name ?? "", attributeOf(a)])),
  };
}

function valueInfoOf(v: proto.onnx.IValueInfoProto): OnnxValueInfo {
  const type = v.type?.tensorType;
  const dims = type?.shape?.dim?.map((d): OnnxDim => {
    if (d.dimParam) return d.dimParam;
    // The decoded message inherits a zero; an own property is one that the file really has.
    if (!Object.hasOwn(d, "dimValue")) return "";
    const size = toNumber(d.dimValue as Int64);
    return size < 0 ? "" : size;
  });
  const hasShape = type?.shape !== null && type?.shape !== undefined;
  return {
    name: v.name ?? "",
    dtype: type?.elemType ?? undefined,
    shape: hasShape ? (dims ?? []) : undefined,
  };
}

function graphOf(g: Graph): OnnxGraph {
  const datatypes = new Map<string, string>();
  for (const a of g.quantizationAnnotation ?? []) {
    const datatype = entriesOf(a.quantParameterTensorNames).get("finn_datatype");
    if (datatype !== undefined) datatypes.set(a.tensorName ?? "", datatype);
  }
  return {
    name: g.name ?? "",
    nodes: (g.node ?? []).map(nodeOf),
    initializers: (g.initializer ?? []).map(tensorOf),
    sparseInitializers: (g.sparseInitializer ?? []).map((s) => s.values?.name ?? ""),
    inputs: (g.input ?? []).map(valueInfoOf),
    outputs: (g.output ?? []).map(valueInfoOf),
    datatypes,
  };
}

/** Decodes the bytes of a `.onnx` file. Throws what the protobuf library throws when they are not one. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const m = onnx.ModelProto.decode(bytes);
  return {
    irVersion: toNumber(m.irVersion as Int64),
    producer: m.producerName,
    opsets: new Map(
      m.opsetImport.map((o) => [
        o.domain === "ai.onnx" ? "" : (o.domain ?? ""),
        toNumber(o.version as Int64),
      ]),
    ),
    graph: graphOf(m.graph ?? {}),
    functions: m.functions.map((f) => `${f.domain ?? ""}:${f.name ?? ""}`),
  };
}

/** Decodes the bytes of a lone TensorProto, as the ONNX tests store inputs and outputs. */
export function decodeTensor(bytes: Uint8Array): OnnxTensor {
  return tensorOf(onnx.TensorProto.decode(bytes));
}

function encodeAttribute(name: string, a: OnnxAttribute): Attribute {
  switch (a.kind) {
    case "float":
      return { name, type: AttributeKind.FLOAT, f: a.value };
    case "int":
      return { name, type: AttributeKind.INT, i: toInt64(a.value) };
    case "string":
      return { name, type: AttributeKind.STRING, s: new TextEncoder().encode(a.value) };
    case "floats":
      return { name, type: AttributeKind.FLOATS, floats: [...a.value] };
    case "ints":
      return { name, type: AttributeKind.INTS, ints: a.value.map(toInt64) };
    case "strings":
      return { name, type: AttributeKind.STRINGS, strings: a.value.map((s) => new TextEncoder().encode(s)) };
    case "tensor":
      return { name, type: AttributeKind.TENSOR, t: encodeTensor(a.value) };
    case "graph":
      return { name, type: AttributeKind.GRAPH, g: encodeGraph(a.value) };
    case "unsupported":
      throw new Error(`attribute \`${name}\` holds ${a.what}, which cannot be written`);
  }
}

function encodeTensor(t: OnnxTensor): TensorProto {
  const base: TensorProto = { name: t.name, dataType: t.dtype, dims: [...t.dims] };
  const { payload } = t;
  if (payload.kind === "raw") return { ...base, rawData: payload.bytes };
  if (payload.kind === "external") {
    const externalData = [...payload.entries].map(([key, value]) => ({ key, value }));
    return { ...base, dataLocation: EXTERNAL, externalData };
  }
  throw new Error(`tensor \`${t.name}\`: only raw and external data are written, not ${payload.kind}`);
}

function encodeValueInfo(v: OnnxValueInfo): proto.onnx.IValueInfoProto {
  const dim = v.shape?.map((d) => (typeof d === "number" ? { dimValue: d } : d ? { dimParam: d } : {}));
  return {
    name: v.name,
    type: { tensorType: { elemType: v.dtype ?? 0, ...(dim ? { shape: { dim } } : {}) } },
  };
}

function encodeGraph(g: OnnxGraph): Graph {
  return {
    name: g.name,
    node: g.nodes.map((n) => ({
      name: n.name,
      opType: n.op,
      domain: n.domain,
      input: [...n.inputs],
      output: [...n.outputs],
      attribute: [...n.attributes].map(([name, a]) => encodeAttribute(name, a)),
    })),
    initializer: g.initializers.map(encodeTensor),
    input: g.inputs.map(encodeValueInfo),
    output: g.outputs.map(encodeValueInfo),
    quantizationAnnotation: [...g.datatypes].map(([tensorName, value]) => ({
      tensorName,
      quantParameterTensorNames: [{ key: "finn_datatype", value }],
    })),
  };
}

/** Encodes a model; tensors must be raw or external. The inverse of `decodeModel` but for functions. */
export function encodeModel(model: OnnxModel): Uint8Array {
  return onnx.ModelProto.encode({
    irVersion: model.irVersion,
    producerName: model.producer,
    opsetImport: [...model.opsets].map(([domain, version]) => ({ domain, version })),
    graph: encodeGraph(model.graph),
  }).finish();
}
