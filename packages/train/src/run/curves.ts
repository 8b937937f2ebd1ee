import type { EpochRecord } from "../schedule/schedule.js";

export interface CurvesOptions {
  readonly title?: string;
  /** Pixels. */
  readonly width?: number;
  readonly height?: number;
}

const isLoss = (name: string): boolean => name === "loss" || name.endsWith(".loss");
const isShare = (name: string): boolean => /(^|\.)(accuracy|sparsity)$/.test(name);

/** Losses above, accuracies and sparsity below, over the epochs, as one SVG. */
export async function curvesSvg(
  history: readonly EpochRecord[],
  { title = "", width = 800, height = 600 }: CurvesOptions = {},
): Promise<string> {
  // Loaded where it is needed: it is large.
  const { init } = await import("echarts");
  const names = [...new Set(history.flatMap(({ metrics }) => Object.keys(metrics)))];
  const series = (wanted: (name: string) => boolean, axis: number): object[] =>
    names.filter(wanted).map((name) => ({
      name,
      type: "line",
      showSymbol: history.length < 2,
      xAxisIndex: axis,
      yAxisIndex: axis,
      data: history.map(({ epoch, metrics }) => [epoch, metrics[name] ?? null]),
    }));
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: "#fff",
      title: { text: title, left: "center" },
      legend: { top: 28 },
      grid: [
        { left: 60, right: 20, top: 70, height: (height - 160) / 2 },
        { left: 60, right: 20, bottom: 40, height: (height - 160) / 2 },
      ],
      xAxis: [0, 1].map((gridIndex) => ({ gridIndex, type: "value", minInterval: 1, max: "dataMax" })),
      yAxis: [
        { gridIndex: 0, type: "value", name: "loss", scale: true },
        { gridIndex: 1, type: "value", name: "share", scale: true, max: 1 },
      ],
      series: [...series(isLoss, 0), ...series(isShare, 1)],
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
