import { linear, ticksUpTo } from './axis.ts';
import { html, type Markup } from './markup.ts';

/** A curve, with gaps where nothing is known. */
export interface Curve {
  readonly name: string;
  /** Which of the page's colours, see style.ts. */
  readonly colour: 1 | 2 | 3;
  readonly isDashed?: boolean;
  /** By rising x. */
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
}

export interface Moment {
  readonly x: number;
  readonly label: string;
}

export interface LinePlot {
  readonly title: string;
  readonly curves: readonly Curve[];
  /** How a value is written, with its unit. */
  readonly write: (value: number) => string;
  /** The axis reaches this far at least. */
  readonly leastTop: number;
  /** Moments that are marked on the axis of time, with what each is called. */
  readonly marks?: readonly { readonly x: number; readonly label: string }[];
  /** Moments that are marked by a line from top to bottom. */
  readonly moments?: readonly Moment[];
  /** Whether their labels stand beside those lines, too. */
  readonly namesMoments?: boolean;
  /** A stretch of time that is shaded. */
  readonly band?: { readonly from: number; readonly to: number; readonly label: string } | undefined;
}

/** In the units of the drawing, which is as wide as the page has room. */
const WIDTH = 440;
const HEIGHT = 200;
const LEFT = 62;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 26;
const X_TICKS = 5;
const Y_TICKS = 4;
/** Half the width of a mark, and its height. */
const MARK = { half: 3.5, height: 7 };
/** From the line of a moment to its label. */
const LABEL_GAP = 3;

/** Curves over seconds, with a legend that says the most of each. */
export function linePlot(plot: LinePlot): Markup {
  const { title, curves, write, leastTop, marks = [], moments = [], namesMoments = false, band } = plot;
  const known = curves.filter(({ points }) => points.some(({ y }) => y !== null));
  if (known.length === 0)
    return html`<figure><figcaption><b>${title}</b></figcaption><p class="quiet">Nothing was measured.</p></figure>`;
  const seconds = Math.max(1, ...known.map(({ points }) => points.at(-1)?.x ?? 0));
  const yTicks = ticksUpTo(Math.max(leastTop, ...known.map(most)), Y_TICKS);
  const right = WIDTH - RIGHT;
  const bottom = HEIGHT - BOTTOM;
  const placeX = linear(0, seconds, LEFT, right);
  const placeY = linear(0, yTicks.at(-1) as number, bottom, TOP);
  const xTicks = ticksUpTo(seconds, X_TICKS).filter((tick) => tick <= seconds);
  return html`<figure>
<figcaption><b>${title}</b>${known.map((curve) => legend(curve, write))}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
${band === undefined ? null : shaded(band, placeX, bottom)}
${yTicks.map((tick) => {
  const y = rounded(placeY(tick));
  return html`<line class="grid" x1="${LEFT}" x2="${right}" y1="${y}" y2="${y}"/><text x="${LEFT - 6}" y="${y}" dy="0.35em" text-anchor="end">${write(tick)}</text>`;
})}
${xTicks.map((tick) => html`<text x="${rounded(placeX(tick))}" y="${HEIGHT - 8}" text-anchor="middle">${clock(tick)}</text>`)}
${moments.filter(({ x }) => x <= seconds).map(({ x, label }) => moment(rounded(placeX(x)), bottom, label, namesMoments))}
${known.map(({ points, colour, isDashed }) => html`<path class="curve c${colour}${isDashed === true ? ' dashed' : ''}" d="${pathOf(points, placeX, placeY)}"/>`)}
${marks.map(({ x, label }) => mark(rounded(placeX(x)), bottom, label))}
</svg>
</figure>`;
}

function shaded(
  { from, to, label }: NonNullable<LinePlot['band']>,
  placeX: (x: number) => number,
  bottom: number,
): Markup {
  const [start, end] = [rounded(placeX(from)), rounded(placeX(to))];
  return html`<rect class="band" x="${start}" y="${TOP}" width="${rounded(end - start)}" height="${bottom - TOP}"><title>${label}</title></rect>`;
}

const moment = (x: number, bottom: number, label: string, isNamed: boolean): Markup =>
  html`<g class="moment"><title>${label}</title><line x1="${x}" x2="${x}" y1="${TOP}" y2="${bottom}"/>${isNamed ? html`<text transform="translate(${rounded(x + LABEL_GAP)} ${bottom - LABEL_GAP}) rotate(90)" text-anchor="end">${label}</text>` : null}</g>`;

const mark = (x: number, bottom: number, label: string): Markup =>
  html`<path class="mark" d="M${x} ${bottom - MARK.height}l${MARK.half} ${MARK.height}h${-2 * MARK.half}z"><title>${label}</title></path>`;

const legend = (curve: Curve, write: (value: number) => string): Markup =>
  html`<span class="key"><i class="c${curve.colour}${curve.isDashed === true ? ' dashed' : ''}"></i>${curve.name} <span class="quiet">max ${write(most(curve))}</span></span>`;

const most = ({ points }: Curve): number => points.reduce((top, { y }) => Math.max(top, y ?? 0), 0);

/** A line from point to point, anew after each gap; a point between two gaps is a dot. */
function pathOf(points: Curve['points'], placeX: (x: number) => number, placeY: (y: number) => number): string {
  let isDrawing = false;
  return points
    .map(({ x, y }, i) => {
      if (y === null) {
        isDrawing = false;
        return '';
      }
      const place = `${rounded(placeX(x))} ${rounded(placeY(y))}`;
      const step = `${isDrawing ? 'L' : 'M'}${place}`;
      const isAlone = !isDrawing && (points[i + 1]?.y ?? null) === null;
      isDrawing = true;
      return isAlone ? `${step}h0.1` : step;
    })
    .join('');
}

/** Seconds as they are, longer times in minutes and seconds. */
function clock(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

const rounded = (place: number): number => Number(place.toFixed(1));
