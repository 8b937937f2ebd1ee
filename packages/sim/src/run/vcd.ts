import type { Design } from "../design.js";
import type { Simulation } from "./simulation.js";

export interface VcdOptions {
  /** Receives the text piece by piece. */
  readonly onVcd: (text: string) => void;
  /** Inner nets to show with the ports, by hierarchical name; `"all"` for every named net. Default: none. */
  readonly nets?: readonly string[] | "all";
  /** A second name for a port or net, such as that of the tensor it carries. Shown in a scope `labels`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Length of a clock cycle in the file, in nanoseconds. Default 10. */
  readonly periodNs?: number;
}

export interface Vcd {
  /** Writes the values of the present cycle, which ends with the next clock edge. */
  sample(cycle: number): void;
  end(cycle: number): void;
}

interface Variable {
  readonly id: string;
  readonly name: string;
  readonly widthBits: number;
  readonly now: Uint8Array;
  readonly before: Uint8Array;
  readonly read: (bytes: Uint8Array) => void;
}

const chunkCharacters = 1 << 16;

/** Starts a wave file: its header at once, then the changes of each cycle. Source of the format: IEEE 1364-2005, clause 18. */
export function openVcd(design: Design, simulation: Simulation, options: VcdOptions): Vcd {
  const periodPs = Math.round((options.periodNs ?? 10) * 1000);
  const ports = design.ports.map((p) => p.name).filter((name) => name !== design.clock);
  const inner = options.nets === "all" ? design.netNames : (options.nets ?? []);
  const names = [...new Set([...ports, ...inner, ...Object.keys(options.labels ?? {})])].filter(
    (n) => n !== design.clock,
  );
  const variables = names.map((name, i): Variable => {
    const { widthBits, read } = simulation.raw.reader(name);
    const byteCount = Math.ceil(widthBits / 8);
    return {
      id: identifier(i + 1),
      name,
      widthBits,
      now: new Uint8Array(byteCount),
      before: new Uint8Array(byteCount),
      read,
    };
  });
  // the first look at inner nets may move the memory: have it now, before a driver takes its address
  simulation.raw.evaluateAll();
  const clockId = identifier(0);
  let text = header(design, clockId, variables, options.labels ?? {});
  let first = true;
  const flush = (): void => {
    options.onVcd(text);
    text = "";
  };
  return {
    sample: (cycle) => {
      simulation.raw.evaluateAll();
      const at = cycle * periodPs;
      text += `#${at}\n1${clockId}\n`;
      for (const v of variables) {
        v.read(v.now);
        if (!first && v.now.every((byte, i) => byte === v.before[i])) continue;
        v.before.set(v.now);
        text +=
          v.widthBits === 1 ? `${(v.now[0] ?? 0) & 1}${v.id}\n` : `b${binary(v.now, v.widthBits)} ${v.id}\n`;
      }
      text += `#${at + Math.floor(periodPs / 2)}\n0${clockId}\n`;
      first = false;
      if (text.length > chunkCharacters) flush();
    },
    end: (cycle) => {
      text += `#${cycle * periodPs}\n`;
      flush();
    },
  };
}

function header(
  design: Design,
  clockId: string,
  variables: readonly Variable[],
  labels: Readonly<Record<string, string>>,
): string {
  const declare = (id: string, widthBits: number, name: string): string =>
    `$var wire ${widthBits} ${id} ${name}${widthBits > 1 ? ` [${widthBits - 1}:0]` : ""} $end\n`;
  let out = `$version Gatefold $end\n$timescale 1ps $end\n$scope module ${design.top} $end\n`;
  if (design.clock !== undefined) out += declare(clockId, 1, design.clock);
  out += scopes(
    variables.map((v) => ({ path: v.name.split("."), text: (leaf) => declare(v.id, v.widthBits, leaf) })),
  );
  const labelled = variables.filter((v) => labels[v.name] !== undefined);
  if (labelled.length > 0) {
    const lines = labelled.map((v) =>
      declare(v.id, v.widthBits, (labels[v.name] ?? "").replaceAll(/\s+/g, "_")),
    );
    out += `$scope module labels $end\n${lines.join("")}$upscope $end\n`;
  }
  return `${out}$upscope $end\n$enddefinitions $end\n`;
}

interface Entry {
  readonly path: readonly string[];
  readonly text: (leaf: string) => string;
}

/** Variables grouped into nested scopes by the parts of their names. */
function scopes(entries: readonly Entry[]): string {
  let out = "";
  const inner = new Map<string, Entry[]>();
  for (const { path, text } of entries) {
    const [head = "", ...rest] = path;
    if (rest.length === 0) out += text(head);
    else inner.set(head, [...(inner.get(head) ?? []), { path: rest, text }]);
  }
  for (const [name, children] of inner)
    out += `$scope module ${name} $end\n${scopes(children)}$upscope $end\n`;
  return out;
}

/** Short names of printable characters. */
function identifier(index: number): string {
  let out = "";
  for (let rest = index; ; rest = Math.floor(rest / 94) - 1) {
    out += String.fromCharCode(33 + (rest % 94));
    if (rest < 94) return out;
  }
}

function binary(bytes: Uint8Array, widthBits: number): string {
  let out = "";
  for (let i = widthBits - 1; i >= 0; i--) out += ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1;
  return out.replace(/^0+(?=.)/, "");
}
