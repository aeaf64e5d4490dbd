import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { PALETTE, type PaletteName } from '../view/art/palette.ts';
import { element, setText } from './element.ts';
import { SHOWN_MS } from './net-lab-meter.ts';

export interface Line {
  /** What it is called beside its figure; a plot of one line needs no name for it. */
  readonly name?: string;
  readonly colour: PaletteName;
  readonly isDashed?: boolean;
  /** Whether it goes on over where nothing is known. */
  readonly isJoined?: boolean;
}

export interface PlotOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  /** The scale begins at 0 and ends here, or higher. */
  readonly leastTop: number;
  /** How a value is written, with its unit. */
  readonly write: (value: number) => string;
  /** The same on the axis, where there is less room; `write` unless given. */
  readonly writeShort?: (value: number) => string;
}

type Column = readonly (number | null)[];

/** In CSS pixels. */
const HEIGHT = 62;
const AXIS_WIDTH = 34;
const LEAST_LINE_GAP = 20;
const AXIS_INK = 'rgb(255 253 245 / 75%)';
const GRID_INK = 'rgb(255 253 245 / 14%)';
const FONT = '10px system-ui, sans-serif';

const css = (colour: PaletteName): string => `#${PALETTE[colour].toString(16).padStart(6, '0')}`;

/** What something was over the last half minute, with its present values in words. */
export class Plot {
  readonly node: HTMLElement;
  readonly #options: PlotOptions;
  readonly #canvas = element('div', 'lab-canvas');
  readonly #figures: readonly HTMLElement[];
  readonly #watch: ResizeObserver;
  #plot: uPlot | undefined;
  #data: uPlot.AlignedData;
  #nowS = 0;

  constructor(options: PlotOptions) {
    this.#options = options;
    const { title, lines } = options;
    this.#data = [[], ...lines.map(() => [])];
    this.#figures = lines.map(() => element('b', 'lab-figure', '–'));
    const values = lines.map(({ name, colour }, index) => {
      const dot = element('i', 'lab-dot');
      dot.style.backgroundColor = css(colour);
      const words = name === undefined ? [] : [new Text(`${name} `)];
      return element('span', 'lab-value', [dot, ...words, this.#figures[index] as HTMLElement]);
    });
    // The figures say it in words.
    this.#canvas.setAttribute('aria-hidden', 'true');
    const caption = element('figcaption', 'lab-caption', [element('span', 'lab-title', title), ...values]);
    this.node = element('figure', 'lab-plot', [caption, this.#canvas]);
    this.node.dataset.plot = title;
    this.#watch = new ResizeObserver(() => this.#fit());
    this.#watch.observe(this.#canvas);
  }

  /** @param columns the values of each line at the times, which are in seconds */
  update(times: readonly number[], columns: readonly Column[], nowS: number): void {
    this.#nowS = nowS;
    this.#data = [times as number[], ...(columns as (number | null)[][])];
    columns.forEach((column, index) => {
      const value = column.findLast((each) => each !== null) ?? undefined;
      const figure = this.#figures[index];
      if (figure !== undefined) setText(figure, value === undefined ? '–' : this.#options.write(value));
    });
    this.#plot?.setData(this.#data);
  }

  /** The canvas is as wide as there is room; without any there is none. */
  #fit(): void {
    const width = Math.floor(this.#canvas.clientWidth);
    if (width === 0) return;
    if (this.#plot === undefined) this.#plot = new uPlot(this.#shape(width), this.#data, this.#canvas);
    else if (this.#plot.width !== width) this.#plot.setSize({ width, height: HEIGHT });
  }

  #shape(width: number): uPlot.Options {
    const { lines, leastTop, write, writeShort = write } = this.#options;
    return {
      width,
      height: HEIGHT,
      padding: [6, 2, 4, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [this.#nowS - SHOWN_MS / 1000, this.#nowS] },
        y: { range: (_, __, top) => [0, Math.max(leastTop, (top ?? 0) * 1.1)] },
      },
      axes: [
        {
          size: 0,
          ticks: { show: false },
          grid: { stroke: GRID_INK, width: 1 },
          // A line every ten seconds, which move with what they mark.
          splits: (_, __, from, to) => tens(from, to),
          values: (_, splits) => splits.map(() => ''),
        },
        {
          size: AXIS_WIDTH,
          gap: 4,
          space: LEAST_LINE_GAP,
          stroke: AXIS_INK,
          font: FONT,
          ticks: { show: false },
          grid: { stroke: GRID_INK, width: 1 },
          values: (_, splits) => splits.map((value) => writeShort(value)),
        },
      ],
      series: [
        {},
        ...lines.map(({ colour, isDashed, isJoined = false }) => ({
          stroke: css(colour),
          width: 1.5,
          spanGaps: isJoined,
          points: { show: false },
          ...(isDashed === true ? { dash: [4, 3] } : {}),
        })),
      ],
    };
  }
}

function tens(from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = Math.ceil(from / 10) * 10; at <= to; at += 10) found.push(at);
  return found;
}
