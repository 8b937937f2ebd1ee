/** Faults, campaigns of them, and redundancy. */
export const faultExplanations: Readonly<Record<string, string>> = {
  "fault/bad-fault":
    "A fault names a place that the network does not have: a layer, a channel, a weight, or a bit beyond the width of the codes there. The message says which.",
  "fault/bad-manifest":
    "A manifest is the list of faults that a campaign draws, so that it can be repeated. The file is none, or it is of another form; the message gives the place.",
  "fault/bad-selector":
    "A selector says how many faults are drawn, and where: a rate from 0 to 1 or a positive count, and layers of the network.",
  "fault/cannot-triplicate":
    "Redundancy puts a channel's neuron there three times and a vote behind its thresholds. That takes a layer whose sums go to its thresholds and nowhere else. Take other layers.",
  "fault/no-constant-form":
    "A fault is built into a circuit by changing its constants, which stuck outputs and flipped bits of weights allow. Faults that come and go have no such form; a campaign in the executor runs them.",
  "fault/no-layers":
    "Faults are put into layers of integers with thresholds behind them, and the graph has none. Streamline the network before.",
  "fault/unknown-layer": "A layer is named that the network does not have. The hint lists its layers.",
};
