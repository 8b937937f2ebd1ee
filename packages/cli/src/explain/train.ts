/** Training. */
export const trainExplanations: Readonly<Record<string, string>> = {
  "train/bad-bits": "A quantizer is asked for a width that it does not have.",
  "train/bad-checkpoint":
    "The file is no checkpoint, is cut short, or lacks an array of this network. Checkpoints are npz files; they are written whole or not at all, so a broken one was changed by somebody else.",
  "train/bad-data":
    "Samples or labels do not fit the network: their shape, their number, or a label that is no class. The message says which part and what is expected.",
  "train/bad-label":
    "A label is no class of the network: classes are numbered from 0 to the outputs less one.",
  "train/bad-mask":
    "A mask has another size than the weights it is for, or an element that is neither 0 nor 1.",
  "train/bad-name": "Two layers of a network have the same name.",
  "train/bad-option": "An option has a value that it cannot have; the message says what it has to be.",
  "train/bad-role": "A quantizer is used at a place that it is not made for, such as weights only.",
  "train/bad-schedule": "A pruning schedule has no steps, or steps that make no sense.",
  "train/bad-shape": "A layer reads values of another shape than the layer before it gives.",
  "train/checkpoint-mismatch":
    "The checkpoint was written by a training with other layers, data, options or seed, so that going on from it would be neither the one nor the other. More epochs or rounds are allowed.",
  "train/diverged":
    "The loss became infinite or no number. A lower learning rate or a limit on the gradients' norm (`clipNorm`) helps; NaN in the data gives this in the first step.",
  "train/foreign-array": "A kernel of the engine was given an array outside of the engine's memory.",
  "train/no-export":
    "A layer has no fixed meaning in evaluation, so it cannot stand in the exported network.",
  "train/no-scale": "A quantizer takes its scale from data and has seen none. Train first, then export.",
  "train/not-a-run": "`--resume` goes on with a run: a folder with run.json and a checkpoint.",
  "train/out-of-memory":
    "The engine's memory is full. Give it more (`memoryMegabytes`), or take smaller batches.",
  "train/output-failed":
    "A file of the run cannot be written. What was written before is whole: `--resume` goes on from the last checkpoint.",
  "train/output-not-ours":
    "The folder has files in it and is no run, so it may be somebody's work. Give another one, or `--force`.",
  "train/plugin-threw":
    "A plugin of the training threw an error that is no message for users; it is a defect of the plugin.",
  "train/run-exists":
    "The folder holds a run. `--resume` goes on with it, `--force` replaces it, and `--out` names another folder.",
  "train/snapshot-mismatch": "Saved values are of another network than the one they are to be put into.",
  "train/unknown-layer": "A plugin names a layer that the network does not have.",
  "train/unknown-metric":
    "Early stopping or another plugin asks for a figure that the epochs do not have. Validation figures need validation data; others come from plugins.",
};
