import type { Functions } from "./subfunctions.js";

/** Functions without the variables that do not matter, and which variables are left. */
export interface ReducedFunctions {
  readonly functions: Functions;
  readonly variables: readonly number[];
}

/**
 * Drops variables that no function depends on at addresses that come. Where one of two addresses that fall together never comes,
 * the other one's value is taken.
 */
export function reduceFunctions(functions: Functions): ReducedFunctions {
  let { inputs, planes, care } = functions;
  const variables = Array.from({ length: inputs }, (_, v) => v);
  for (let v = inputs - 1; v >= 0; v--) {
    const bit = 1 << v;
    const comes = (a: number): boolean => care === undefined || care[a] === 1;
    const matters = planes.some((plane) =>
      plane.some((value, a) => (a & bit) === 0 && value !== plane[a | bit] && comes(a) && comes(a | bit)),
    );
    if (matters) continue;
    const half = 2 ** (inputs - 1);
    const low = (a: number): number => ((a & ~(bit - 1)) << 1) | (a & (bit - 1));
    const old = care;
    planes = planes.map((plane) =>
      Uint8Array.from({ length: half }, (_, a) => {
        const from = low(a);
        return plane[old === undefined || old[from] === 1 ? from : from | bit]!;
      }),
    );
    care = old && Uint8Array.from({ length: half }, (_, a) => old[low(a)]! | old[low(a) | bit]!);
    inputs--;
    variables.splice(v, 1);
  }
  return { functions: { inputs, planes, care }, variables };
}
