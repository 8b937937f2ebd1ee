import { type Diagnostic, type Location, type TensorType, tensor } from "@gatefold/core";
import {
  badDim,
  dynamicShape,
  noShape,
  notATensor,
  overLimit,
  unknownDim,
  unsupportedDtype,
} from "./diagnostics.js";
import { dtypeName, elemOfDtype } from "./dtype.js";
import type { OnnxValueInfo } from "./model.js";
import { countElements } from "./tensor-in.js";

export interface InputTypes {
  readonly types: ReadonlyMap<string, TensorType>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The types of the network's inputs. An open dimension takes its size from `dims`, by the name that the file gives
 * it or as `input[axis]`; an open first dimension is the batch and is 1 otherwise.
 */
export function inputTypes(
  inputs: readonly OnnxValueInfo[],
  dims: Readonly<Record<string, number>>,
  maxElements: number,
  file: Location,
): InputTypes {
  const diagnostics: Diagnostic[] = [];
  const types = new Map<string, TensorType>();
  const open = new Set<string>();
  for (const [name, size] of Object.entries(dims)) {
    if (!Number.isSafeInteger(size) || size < 1) diagnostics.push(badDim(name, size, file));
  }
  for (const { name, dtype, shape } of inputs) {
    if (dtype === undefined) {
      diagnostics.push(notATensor(name, file));
      continue;
    }
    const elem = elemOfDtype(dtype);
    if (!elem) {
      diagnostics.push(unsupportedDtype(`input \`${name}\``, dtypeName(dtype), file));
      continue;
    }
    if (!shape) {
      diagnostics.push(noShape(name, file));
      continue;
    }
    const missing: { readonly axis: number; readonly key: string }[] = [];
    const sizes = shape.map((dim, axis) => {
      if (typeof dim === "number") return dim;
      const position = `${name}[${axis}]`;
      open.add(dim || position).add(position);
      const given = dims[position] ?? (dim ? dims[dim] : undefined) ?? (axis === 0 ? 1 : undefined);
      if (given === undefined) missing.push({ axis, key: dim || position });
      return given ?? 1;
    });
    if (missing.length > 0)
      diagnostics.push(
        dynamicShape(
          name,
          shape.map((d) => (d === "" ? "?" : d)),
          missing,
          file,
        ),
      );
    else if (countElements(sizes) > maxElements) {
      diagnostics.push(overLimit(`input \`${name}\``, sizes, maxElements, file));
    } else types.set(name, tensor(elem, sizes));
  }
  for (const name of Object.keys(dims)) {
    if (!open.has(name)) diagnostics.push(unknownDim(name, [...open], file));
  }
  return { types, diagnostics };
}
