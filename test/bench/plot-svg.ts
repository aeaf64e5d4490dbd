import { linear, ticksUpTo } from '../../client/bots/html/axis.ts';
import { logarithmic } from './plot-axis.ts';

/** A curve with its axes. Both of `x` and `y` are above 0; the axis of x is logarithmic, with a tick at every point. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** By rising x, at least two. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** In pixels; text is as large as on a page. */
const WIDTH = 440;
const HEIGHT = 320;
const LEFT = 66;
const RIGHT = 22;
const TOP = 44;
const BOTTOM = 52;
const Y_TICKS = 5;
/** The labels of points end so far below the top. */
const HEADROOM = 1.12;

/**
 * Colours that can be read on white and on a page in the dark: what a picture in a README stands on is up to the
 * reader, and it cannot ask.
 */
const TEXT = '#768390';
const GRID = '#8b949e';
const CURVE = '#2f81f7';
const FONT = 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';

/** Panels side by side, as an SVG that needs nothing else. */
export function svgOf(title: string, panels: readonly Panel[]): string {
  const width = WIDTH * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img" font-family="${FONT}" font-size="12" fill="${TEXT}">`,
    `<title>${escaped(title)}</title>`,
    ...panels.map((panel, i) => `<g transform="translate(${i * WIDTH} 0)">\n${drawn(panel)}\n</g>`),
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ title, xLabel, yLabel, points }: Panel): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || first.x >= last.x) {
    throw new RangeError(`"${title}" has no two points to draw a line between`);
  }
  const right = WIDTH - RIGHT;
  const bottom = HEIGHT - BOTTOM;
  const yTicks = ticksUpTo(Math.max(...points.map(({ y }) => y)) * HEADROOM, Y_TICKS);
  const placeX = logarithmic(first.x, last.x, LEFT + 18, right - 18);
  const placeY = linear(0, yTicks.at(-1) ?? 1, bottom, TOP);
  const places = points.map(({ x, y }) => ({ x: rounded(placeX(x)), y: rounded(placeY(y)), label: short(y) }));
  return [
    `<text x="${LEFT}" y="22" font-size="14" font-weight="600">${escaped(title)}</text>`,
    ...yTicks.flatMap((tick) => {
      const y = rounded(placeY(tick));
      return [
        `<line x1="${LEFT}" x2="${right}" y1="${y}" y2="${y}" stroke="${GRID}" stroke-opacity="${tick === 0 ? 0.9 : 0.25}"/>`,
        `<text x="${LEFT - 8}" y="${y}" dy="0.35em" text-anchor="end">${short(tick)}</text>`,
      ];
    }),
    ...points.flatMap(({ x }) => {
      const at = rounded(placeX(x));
      return [
        `<line x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 5}" stroke="${GRID}"/>`,
        `<text x="${at}" y="${bottom + 19}" text-anchor="middle">${short(x)}</text>`,
      ];
    }),
    `<text x="${(LEFT + right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(xLabel)}</text>`,
    `<text transform="translate(16 ${(TOP + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
    `<polyline points="${places.map(({ x, y }) => `${x},${y}`).join(' ')}" fill="none" stroke="${CURVE}" stroke-width="2" stroke-linejoin="round"/>`,
    ...places.flatMap(({ x, y, label }) => [
      `<circle cx="${x}" cy="${y}" r="3.5" fill="${CURVE}"/>`,
      `<text x="${x}" y="${rounded(y - 9)}" text-anchor="middle">${label}</text>`,
    ]),
  ].join('\n');
}

const rounded = (place: number): number => Number(place.toFixed(1));

/** A number for a tick or a point: three digits that count, thousands apart. */
const short = (value: number): string => value.toLocaleString('en-GB', { maximumSignificantDigits: 3 });

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => ENTITIES[character] as string);
