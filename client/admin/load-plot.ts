import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { element } from '../ui/element.ts';

export interface LoadPlotOptions {
  readonly title: string;
  /** The scale begins at 0 and ends here, or higher. */
  readonly leastTop: number;
  readonly write: (value: number) => string;
}

export interface PlottedLine {
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

const HEIGHT = 110;
const AXIS_WIDTH = 52;
const AXIS_INK = 'rgb(255 253 245 / 70%)';
const GRID_INK = 'rgb(255 253 245 / 12%)';
const FONT = '11px system-ui, sans-serif';

const timeOfDay = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString('en-GB');

/** One figure of all nodes over the time that the page has been open, a line for each. */
export class LoadPlot {
  readonly node: HTMLElement;
  readonly #options: LoadPlotOptions;
  readonly #canvas = element('div', 'plot-canvas');
  #plot: uPlot | undefined;
  #colours = '';
  #data: uPlot.AlignedData = [[]];

  constructor(options: LoadPlotOptions) {
    this.#options = options;
    this.node = element('figure', 'plot', [element('figcaption', '', options.title), this.#canvas]);
    // The table says it in words.
    this.#canvas.setAttribute('aria-hidden', 'true');
    new ResizeObserver(() => this.#fit()).observe(this.#canvas);
  }

  /** @param times in s since 1970 */
  update(times: readonly number[], lines: readonly PlottedLine[]): void {
    this.#data = [times as number[], ...lines.map(({ values }) => values as (number | null)[])];
    const colours = lines.map(({ colour }) => colour).join();
    if (colours === this.#colours) {
      this.#plot?.setData(this.#data);
      return;
    }
    this.#colours = colours;
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#fit();
  }

  #fit(): void {
    const width = Math.floor(this.#canvas.clientWidth);
    if (width === 0) return;
    if (this.#plot === undefined) this.#plot = new uPlot(this.#shape(width), this.#data, this.#canvas);
    else if (this.#plot.width !== width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #shape(width: number): uPlot.Options {
    const { leastTop, write } = this.#options;
    const axis = { stroke: AXIS_INK, font: FONT, ticks: { show: false }, grid: { stroke: GRID_INK, width: 1 } };
    const colours = this.#colours === '' ? [] : this.#colours.split(',');
    return {
      width,
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: { y: { range: (_, __, top) => [0, Math.max(leastTop, (top ?? 0) * 1.1)] } },
      axes: [
        { ...axis, size: 26, space: 80, values: (_, splits) => splits.map(timeOfDay) },
        { ...axis, size: AXIS_WIDTH, space: 28, values: (_, splits) => splits.map((value) => write(value)) },
      ],
      series: [{}, ...colours.map((stroke) => ({ stroke, width: 1.75, points: { show: false } }))],
    };
  }
}
