import { faultsIn, type Heat, type HeatSquare } from '../miss-heat.ts';
import { html, type Markup } from './markup.ts';

/** The map is at most so many cells wide and high; where squares lie further apart, a cell is several squares. */
const MOST_CELLS = 40;
/** In the units of the drawing. */
const CELL = 12;
const GAP = 1;
/** How a place with a single fault stands out from none. */
const LEAST_OPACITY = 0.25;

interface Cell {
  readonly column: number;
  readonly row: number;
  readonly squares: HeatSquare[];
}

/** Where things went wrong, as a map of squares. */
export function heatMap({ squares, leftOut }: Heat): Markup {
  if (squares.length === 0)
    return html`<p>Nothing was missed, and nobody was shown who should not have been, or elsewhere.</p>`;
  const left = least(squares.map(({ sx }) => sx));
  const top = least(squares.map(({ sy }) => sy));
  const right = -least(squares.map(({ sx }) => -sx));
  const bottom = -least(squares.map(({ sy }) => -sy));
  const each = Math.ceil(Math.max(right - left + 1, bottom - top + 1) / MOST_CELLS);
  const cells = cellsOf(squares, left, top, each);
  const worst = Math.max(...cells.map(faultsOfCell));
  const columns = Math.floor((right - left) / each) + 1;
  const rows = Math.floor((bottom - top) / each) + 1;
  return html`<figure class="heat">
<svg viewBox="0 0 ${columns * CELL} ${rows * CELL}" style="max-width: ${Math.max(columns * CELL * 2, 48)}px" role="img" aria-label="Where things went wrong">
<rect class="ground" width="${columns * CELL}" height="${rows * CELL}"/>
${cells.map((cell) => drawn(cell, worst))}
</svg>
<figcaption>${captionOf({ left, top, right, bottom, each, worst })}${leftOutSentence(leftOut)}</figcaption>
</figure>
${worstSquares(squares)}`;
}

function cellsOf(squares: readonly HeatSquare[], left: number, top: number, each: number): Cell[] {
  const cells = new Map<string, Cell>();
  for (const square of squares) {
    const column = Math.floor((square.sx - left) / each);
    const row = Math.floor((square.sy - top) / each);
    const key = `${column},${row}`;
    const cell = cells.get(key) ?? { column, row, squares: [] };
    cell.squares.push(square);
    cells.set(key, cell);
  }
  return [...cells.values()];
}

function drawn(cell: Cell, worst: number): Markup {
  const faults = faultsOfCell(cell);
  // By the logarithm, or one bad square would make all others look the same.
  const share = worst === 1 ? 1 : Math.log(faults) / Math.log(worst);
  const opacity = (LEAST_OPACITY + (1 - LEAST_OPACITY) * share).toFixed(2);
  const size = CELL - GAP;
  return html`<rect class="hot" x="${cell.column * CELL}" y="${cell.row * CELL}" width="${size}" height="${size}" fill-opacity="${opacity}"><title>${cell.squares.map(described).join('; ')}</title></rect>`;
}

const described = ({ sx, sy, missed, absent, ghosts, misplaced }: HeatSquare): string =>
  `square ${sx},${sy}: ${missed} missed, ${absent} absent, ${ghosts} ghosts, ${misplaced} misplaced`;

interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly each: number;
  readonly worst: number;
}

const captionOf = ({ left, top, right, bottom, each, worst }: Extent): string =>
  `Squares ${left},${top} to ${right},${bottom}${each === 1 ? '' : `, ${each} × ${each} in each cell`}; ` +
  `the strongest has ${worst} ${worst === 1 ? 'fault' : 'faults'}.`;

const leftOutSentence = ({ squares, faults }: Heat['leftOut']): string =>
  faults === 0 ? '' : ` ${faults} faults in at least ${squares} more squares are left out.`;

/** So many of the worst are also listed. */
const LISTED = 10;

const worstSquares = (squares: readonly HeatSquare[]): Markup => html`<div class="scroll"><table>
<thead><tr><th>Square</th><th class="number">Missed</th><th class="number">Absent</th><th class="number">Ghosts</th><th class="number">Misplaced</th></tr></thead>
<tbody>${squares
  .slice(0, LISTED)
  .map(
    ({ sx, sy, missed, absent, ghosts, misplaced }) =>
      html`<tr><td>${sx},${sy}</td><td class="number">${missed}</td><td class="number">${absent}</td><td class="number">${ghosts}</td><td class="number">${misplaced}</td></tr>`,
  )}</tbody></table></div>`;

const faultsOfCell = ({ squares }: Cell): number => squares.reduce((sum, square) => sum + faultsIn(square), 0);

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
