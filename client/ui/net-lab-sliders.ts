import type { LinkConditions } from '../core/link-conditioner.ts';
import { element, setText } from './element.ts';
import { bandwidthWords } from './net-lab-presets.ts';

interface SliderShape {
  readonly field: keyof LinkConditions;
  readonly label: string;
  /** Of the slider, in steps of 1. */
  readonly positions: number;
  /** What a position stands for, and the position nearest to a value. */
  valueOf(position: number): number;
  positionOf(value: number): number;
  words(value: number): string;
}

const even = (most: number, step: number): Pick<SliderShape, 'positions' | 'valueOf' | 'positionOf'> => ({
  positions: most / step,
  valueOf: (position) => position * step,
  positionOf: (value) => Math.round(value / step),
});

/** From 1 kB/s to 10 MB/s in tenths of a power of ten, and then no limit. */
const BANDWIDTHS = 40;
const LEAST_BANDWIDTH = 1000;

const SHAPES: readonly SliderShape[] = [
  { field: 'latencyMs', label: 'Latency', ...even(1000, 10), words: (ms) => `${ms} ms` },
  { field: 'jitterMs', label: 'Jitter', ...even(300, 5), words: (ms) => (ms === 0 ? 'none' : `± ${ms} ms`) },
  {
    field: 'stallsPerMinute',
    label: 'Stalls',
    ...even(12, 1),
    words: (count) => (count === 0 ? 'none' : `${count} a minute`),
  },
  { field: 'stallMs', label: 'Stall length', ...even(2000, 50), words: (ms) => `${ms} ms` },
  {
    field: 'bytesPerSecond',
    label: 'Bandwidth',
    positions: BANDWIDTHS + 1,
    valueOf: (position) =>
      position > BANDWIDTHS ? 0 : Number((LEAST_BANDWIDTH * 10 ** (position / 10)).toPrecision(2)),
    positionOf: (value) =>
      value === 0
        ? BANDWIDTHS + 1
        : Math.max(0, Math.min(BANDWIDTHS, Math.round(10 * Math.log10(value / LEAST_BANDWIDTH)))),
    words: bandwidthWords,
  },
];

/** How long stalls are that are asked for before anybody has said so, in ms. */
const USUAL_STALL_MS = 500;

export interface SliderEvents {
  /** Somebody moves one. */
  moved(conditions: LinkConditions): void;
  /** Somebody has let go of it. */
  settled(): void;
}

/** A slider for each of the conditions. */
export class ConditionSliders {
  readonly node = element('div', 'lab-sliders');
  readonly #rows: readonly {
    readonly shape: SliderShape;
    readonly input: HTMLInputElement;
    readonly value: HTMLElement;
  }[];
  #conditions: LinkConditions;

  constructor(conditions: LinkConditions, events: SliderEvents) {
    this.#conditions = conditions;
    this.#rows = SHAPES.map((shape) => {
      const input = element('input', 'lab-slider');
      input.type = 'range';
      input.id = `lab-${shape.field}`;
      input.max = String(shape.positions);
      const label = element('label', 'lab-label', shape.label);
      label.htmlFor = input.id;
      const value = element('span', 'lab-slider-value');
      // The slider says it itself.
      value.setAttribute('aria-hidden', 'true');
      input.addEventListener('input', () => {
        this.show(withField(this.#conditions, shape, shape.valueOf(input.valueAsNumber)));
        events.moved(this.#conditions);
      });
      input.addEventListener('change', () => events.settled());
      this.node.append(label, input, value);
      return { shape, input, value };
    });
    this.show(conditions);
  }

  show(conditions: LinkConditions): void {
    this.#conditions = conditions;
    for (const { shape, input, value } of this.#rows) {
      const words = shape.words(conditions[shape.field]);
      const position = shape.positionOf(conditions[shape.field]);
      if (input.valueAsNumber !== position) input.valueAsNumber = position;
      input.setAttribute('aria-valuetext', words);
      setText(value, words);
    }
  }
}

function withField(conditions: LinkConditions, { field }: SliderShape, value: number): LinkConditions {
  const isFirstStall = field === 'stallsPerMinute' && value > 0 && conditions.stallMs === 0;
  return { ...conditions, ...(isFirstStall ? { stallMs: USUAL_STALL_MS } : {}), [field]: value };
}
