import { TILES_PER_SQUARE } from '../../shared/constants.ts';
import { createTerrain, GRASS, ROCK, SAND, type Terrain, TREE, WATER } from '../../shared/terrain.ts';
import type { Topology } from '../../shared/topology.ts';
import { element, setText } from '../ui/element.ts';
import { type CrowdedSquare, crowdsOf, type Extent, extentOf } from './crowd-map.ts';
import { whole } from './figures.ts';
import { css, type NodeColours } from './node-colours.ts';

const GROUND: Readonly<Record<number, string>> = {
  [GRASS]: css('meadowShade'),
  [SAND]: css('sand'),
  [WATER]: css('water'),
  [TREE]: css('forest'),
  [ROCK]: css('slate'),
};
/** Of the ground beside the people, who are what matters. */
const VEIL = 'rgb(24 34 41 / 45%)';
const LINE = 'rgb(24 34 41 / 35%)';
const HEAT = [css('gold'), css('amber'), css('red')] as const;
const INK = '#18222b';
const FONT = 'system-ui, sans-serif';

/** In CSS pixels: width over height, and from which size of a square on its figure is written. */
const ASPECT = 16 / 9;
const READABLE = 17;
/** Of a square that is drawn this small no border is. */
const LINED = 9;
/** Looks at the ground along the side of a square: few where there are many squares. */
const FINE_SAMPLES = 8;
const COARSE_SAMPLES = 3;
const MANY_COLUMNS = 48;
/** Squares named in words. */
const LISTED = 5;

/** Where players are: the land, each square with how many stand there, and by which nodes they came. */
export class WorldMap {
  readonly node: HTMLElement;
  readonly #canvas = element('canvas', 'map-canvas');
  readonly #note = element('p', 'map-note');
  readonly #tip = element('p', 'map-tip');
  readonly #colours: NodeColours;
  readonly #ground = document.createElement('canvas');
  #groundOf = '';
  #terrain: Terrain | undefined;
  #extent: Extent | undefined;
  #crowds: readonly CrowdedSquare[] = [];
  #names = new Map<string, string>();

  constructor(colours: NodeColours) {
    this.#colours = colours;
    this.#canvas.setAttribute('role', 'img');
    this.#tip.hidden = true;
    const frame = element('div', 'map-frame', [this.#canvas, this.#tip]);
    this.node = element('section', 'panel map', [element('h2', '', 'Where people are'), frame, this.#note]);
    new ResizeObserver(() => this.#draw()).observe(frame);
    this.#canvas.addEventListener('pointermove', (event) => this.#point(event.offsetX, event.offsetY));
    this.#canvas.addEventListener('pointerleave', () => {
      this.#tip.hidden = true;
    });
  }

  update({ world, nodes }: Topology): void {
    const { terrain: kind, seed } = world;
    if (this.#terrain?.kind !== kind || this.#terrain.seed !== seed) {
      this.#terrain = createTerrain(kind, seed);
      this.#groundOf = '';
    }
    this.#crowds = crowdsOf(nodes);
    this.#names = new Map(nodes.map(({ state }) => [state.node, state.address]));
    const wanted = extentOf(this.#crowds, ASPECT);
    if (this.#extent === undefined || !contains(this.#extent, wanted) || isMuchWider(this.#extent, wanted)) {
      this.#extent = wanted;
    }
    setText(this.#note, noteOf(this.#crowds));
    this.#canvas.ariaLabel = this.#note.textContent;
    this.#draw();
  }

  /** Of a square, in CSS pixels. */
  get #side(): number {
    const { left = 0, right = 0 } = this.#extent ?? {};
    return this.#canvas.clientWidth / (right - left + 1);
  }

  #draw(): void {
    const extent = this.#extent;
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    const context = this.#canvas.getContext('2d');
    if (extent === undefined || width === 0 || context === null) return;
    const columns = extent.right - extent.left + 1;
    const rows = extent.bottom - extent.top + 1;
    const density = window.devicePixelRatio;
    const side = width / columns;
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(rows * side * density);
    context.scale(density, density);
    context.imageSmoothingEnabled = false;
    this.#paintGround(extent);
    context.drawImage(this.#ground, 0, 0, columns * side, rows * side);
    context.fillStyle = VEIL;
    context.fillRect(0, 0, columns * side, rows * side);
    if (side >= LINED) grid(context, columns, rows, side);
    const most = this.#crowds[0]?.players ?? 1;
    for (const crowd of this.#crowds) this.#drawCrowd(context, crowd, extent, side, most);
  }

  #drawCrowd(
    context: CanvasRenderingContext2D,
    crowd: CrowdedSquare,
    extent: Extent,
    side: number,
    most: number,
  ): void {
    const { sx, sy, players, byNode } = crowd;
    if (sx < extent.left || sx > extent.right || sy < extent.top || sy > extent.bottom) return;
    const x = (sx - extent.left) * side;
    const y = (sy - extent.top) * side;
    // By doublings: one person is to be seen beside a hundred.
    const heat = most <= 1 ? 0 : Math.log2(players) / Math.log2(most);
    context.fillStyle = HEAT[Math.min(HEAT.length - 1, Math.floor(heat * HEAT.length))] as string;
    context.globalAlpha = 0.55 + 0.35 * heat;
    context.fillRect(x, y, side, side);
    context.globalAlpha = 1;
    if (side < READABLE) return;
    const strip = Math.max(3, side / 9);
    let from = x;
    for (const [node, count] of byNode) {
      const part = (count / players) * side;
      context.fillStyle = this.#colours.of(node);
      context.fillRect(from, y + side - strip, part, strip);
      from += part;
    }
    context.fillStyle = INK;
    context.font = `600 ${Math.min(15, side * 0.45)}px ${FONT}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(`${players}`, x + side / 2, y + (side - strip) / 2 + 1);
  }

  /** Once for each part of the world: it does not change. */
  #paintGround(extent: Extent): void {
    const key = Object.values(extent).join();
    if (this.#groundOf === key || this.#terrain === undefined) return;
    this.#groundOf = key;
    const columns = extent.right - extent.left + 1;
    const rows = extent.bottom - extent.top + 1;
    const samples = columns > MANY_COLUMNS ? COARSE_SAMPLES : FINE_SAMPLES;
    const step = TILES_PER_SQUARE / samples;
    this.#ground.width = columns * samples;
    this.#ground.height = rows * samples;
    const context = this.#ground.getContext('2d');
    if (context === null) return;
    for (let row = 0; row < rows * samples; row++) {
      for (let column = 0; column < columns * samples; column++) {
        const tileX = extent.left * TILES_PER_SQUARE + Math.floor((column + 0.5) * step);
        const tileY = extent.top * TILES_PER_SQUARE + Math.floor((row + 0.5) * step);
        context.fillStyle = GROUND[this.#terrain.groundAt(tileX, tileY)] as string;
        context.fillRect(column, row, 1, 1);
      }
    }
  }

  #point(x: number, y: number): void {
    const { left = 0, top = 0 } = this.#extent ?? {};
    const side = this.#side;
    const sx = left + Math.floor(x / side);
    const sy = top + Math.floor(y / side);
    const crowd = this.#crowds.find((one) => one.sx === sx && one.sy === sy);
    const people = crowd === undefined ? 'nobody' : peopleOf(crowd.players);
    const nodes = crowd?.byNode.map(([node, players]) => `${players} by ${this.#names.get(node) ?? node}`) ?? [];
    setText(this.#tip, `square ${sx}, ${sy}: ${[people, ...nodes].join(' · ')}`);
    this.#tip.hidden = false;
  }
}

const peopleOf = (count: number): string => (count === 1 ? '1 person' : `${whole(count)} people`);

function noteOf(crowds: readonly CrowdedSquare[]): string {
  if (crowds.length === 0) return 'Nobody is in the world.';
  const people = crowds.reduce((sum, { players }) => sum + players, 0);
  const fullest = crowds.slice(0, LISTED).map(({ sx, sy, players }) => `${players} in ${sx}, ${sy}`);
  const squares = crowds.length === 1 ? '1 square' : `${whole(crowds.length)} squares`;
  return `${peopleOf(people)} in ${squares}; the fullest: ${fullest.join(' · ')}.`;
}

function grid(context: CanvasRenderingContext2D, columns: number, rows: number, side: number): void {
  context.strokeStyle = LINE;
  context.lineWidth = 1;
  context.beginPath();
  for (let column = 0; column <= columns; column++) {
    context.moveTo(column * side, 0);
    context.lineTo(column * side, rows * side);
  }
  for (let row = 0; row <= rows; row++) {
    context.moveTo(0, row * side);
    context.lineTo(columns * side, row * side);
  }
  context.stroke();
}

const contains = (outer: Extent, inner: Extent): boolean =>
  inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;

/** A map that shows far more than there is to be seen is drawn anew. */
const isMuchWider = (a: Extent, b: Extent): boolean => a.right - a.left > 2 * (b.right - b.left);
