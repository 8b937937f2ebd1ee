import type { Simulation } from "@gatefold/sim";

/** Responses of AXI. */
export const okay = 0;
export const slaveError = 2;

/** Clock edges until a signal is high. */
function until(simulation: Simulation, ready: string): void {
  for (let i = 0; i < 20; i++) {
    const isReady = simulation.peekNumber(ready) === 1;
    simulation.step();
    if (isReady) return;
  }
  throw new Error(`${ready} stays low`);
}

/** A write of 32 bits; gives the response. */
export function axiWrite(simulation: Simulation, address: number, data: number, strobes = 15): number {
  const pins = { awaddr: address, wdata: data, wstrb: strobes, awvalid: 1, wvalid: 1, bready: 0 };
  for (const [pin, value] of Object.entries(pins)) simulation.poke(`s_axi_${pin}`, value);
  until(simulation, "s_axi_awready");
  for (const pin of ["awvalid", "wvalid"]) simulation.poke(`s_axi_${pin}`, 0);
  simulation.step(4); // the answer waits
  const response = simulation.peekNumber("s_axi_bresp");
  simulation.poke("s_axi_bready", 1);
  until(simulation, "s_axi_bvalid");
  return response;
}

/** A read of 32 bits. */
export function axiRead(
  simulation: Simulation,
  address: number,
): { readonly data: number; readonly response: number } {
  for (const [pin, value] of Object.entries({ araddr: address, arvalid: 1, rready: 0 }))
    simulation.poke(`s_axi_${pin}`, value);
  until(simulation, "s_axi_arready");
  simulation.poke("s_axi_arvalid", 0);
  simulation.step(4);
  const data = simulation.peekNumber("s_axi_rdata");
  const response = simulation.peekNumber("s_axi_rresp");
  simulation.poke("s_axi_rready", 1);
  until(simulation, "s_axi_rvalid");
  return { data, response };
}
