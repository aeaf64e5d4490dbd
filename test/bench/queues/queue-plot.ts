import { logarithmic } from '../plot-axis.ts';
import { BROKERS } from './bus.ts';
import type { QueueRow } from './queues.ts';

/** In pixels. */
const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 84;
const RIGHT = 150;
const TOP = 48;
const BOTTOM = 54;
/** Read on white and on a dark page alike: what a picture in a README stands on is up to the reader. */
const TEXT = '#768390';
const GRID = '#8b949e';
const COLOURS = ['#d1495b', '#e8985e', '#2f81f7', '#1b998b', '#8957e5', '#bf8700', '#57606a', '#3fb950'] as const;
/** Labels at the ends of lines are this far apart at least. */
const LABEL_GAP = 15;

const short = (value: number): string =>
  value >= 1e6 ? `${value / 1e6} M` : value >= 1000 ? `${value / 1000} k` : `${value}`;

/** Clients on x, median messages per second and client on y (logarithmic), a line for each broker. */
export function queuePlot(rows: readonly QueueRow[]): string {
  const clients = [...new Set(rows.map((row) => row.clients))].sort((a, b) => a - b);
  const values = rows.map(({ perSecond }) => Math.max(1, perSecond));
  const [low, high] = [
    10 ** Math.floor(Math.log10(Math.min(...values))),
    10 ** Math.ceil(Math.log10(Math.max(...values))),
  ];
  const right = WIDTH - RIGHT;
  const bottom = HEIGHT - BOTTOM;
  const [first = 1, last = 1] = [clients[0], clients.at(-1)];
  const placeX = (count: number): number =>
    first === last ? (LEFT + right) / 2 : LEFT + 20 + ((count - first) / (last - first)) * (right - LEFT - 40);
  const placeY = logarithmic(low, high === low ? low * 10 : high, bottom, TOP);
  const ticks = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, i) => low * 10 ** i);
  const lines = BROKERS.flatMap((broker, i) => {
    const points = rows.filter((row) => row.broker === broker).sort((a, b) => a.clients - b.clients);
    return points.length === 0 ? [] : [{ broker, colour: COLOURS[i] as string, points }];
  });
  const labels = spread(lines.map(({ points }) => placeY(Math.max(1, points.at(-1)?.perSecond ?? 1))));
  const round = (value: number): number => Math.round(value * 10) / 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="12" fill="${TEXT}">`,
    '<title>Messages per second and client of each broker</title>',
    `<text x="${LEFT}" y="24" font-size="14" font-weight="600">Median messages per second and client</text>`,
    ...ticks.flatMap((tick) => [
      `<line x1="${LEFT}" x2="${right}" y1="${round(placeY(tick))}" y2="${round(placeY(tick))}" stroke="${GRID}" stroke-opacity="0.25"/>`,
      `<text x="${LEFT - 8}" y="${round(placeY(tick)) + 4}" text-anchor="end">${short(tick)}</text>`,
    ]),
    ...clients.map(
      (count) => `<text x="${round(placeX(count))}" y="${bottom + 20}" text-anchor="middle">${count}</text>`,
    ),
    `<text x="${(LEFT + right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">clients: publishers, and as many subscribers</text>`,
    ...lines.flatMap(({ broker, colour, points }, i) => {
      const places = points.map((row) => `${round(placeX(row.clients))},${round(placeY(Math.max(1, row.perSecond)))}`);
      return [
        `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...places.map((place) => {
          const [x, y] = place.split(',');
          return `<circle cx="${x}" cy="${y}" r="3.5" fill="${colour}"/>`;
        }),
        `<text x="${right + 6}" y="${round((labels[i] as number) + 4)}" fill="${colour}">${broker}</text>`,
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** Places of labels, moved apart where they would lie on each other. */
function spread(places: readonly number[]): number[] {
  const order = places.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  const moved: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (const { y, i } of order) {
    const at = Math.max(y, least + LABEL_GAP);
    moved[i] = at;
    least = at;
  }
  return moved;
}
