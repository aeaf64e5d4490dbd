import { element } from './element.ts';

/** Where a name belongs in the window. */
export interface Spot {
  readonly id: number;
  readonly name: string;
  readonly isOwn: boolean;
  /** The middle of its lower edge, in CSS pixels. */
  readonly x: number;
  readonly y: number;
}

/** Names written for the first time in one frame. */
const NEW_PER_FRAME = 10;
/** Which names have room is decided this often, in ms. */
const DECIDE_MS = 240;
/** Names shown at once; in a crowd no more could be read. */
const MOST = 120;
/** Height of a name, and side of the cells that room is counted in, in CSS pixels. */
const HEIGHT = 18;
const CELL = 9;

interface Tag {
  readonly node: HTMLElement;
  name: string;
  width: number;
  isOwn: boolean;
  isWanted: boolean;
  seenIn: number;
  x: number;
  y: number;
  /** Where the node is, in CSS pixels. */
  left: number;
  top: number;
}

/**
 * The names over people's heads, written by the browser: any script comes out right, at the device's full sharpness.
 * Where names would cover each other some of them wait.
 */
export class NameTags {
  readonly #box: HTMLElement;
  readonly #tags = new Map<number, Tag>();
  readonly #free: HTMLElement[] = [];
  /** How wide names are, in CSS pixels. */
  readonly #ruler: CanvasRenderingContext2D | null;
  #taken = new Uint8Array(0);
  #frame = 0;
  #decidedAt = Number.NEGATIVE_INFINITY;

  constructor(parent: HTMLElement) {
    this.#box = element('div', 'tags');
    // The same names are in nobody's reading order, and they move.
    this.#box.setAttribute('aria-hidden', 'true');
    parent.append(this.#box);
    this.#ruler = element('canvas', '').getContext('2d');
    if (this.#ruler !== null) this.#ruler.font = getComputedStyle(this.#box).font;
  }

  /** @param density device pixels to a CSS pixel: letters off the device's grid would be blurred */
  update(spots: Iterable<Spot>, nowMs: number, density: number): void {
    this.#frame++;
    let left = NEW_PER_FRAME;
    for (const spot of spots) {
      let tag = this.#tags.get(spot.id);
      if (tag === undefined) {
        if (left-- <= 0 || this.#tags.size >= MOST * 2) continue;
        tag = this.#create(spot);
      }
      tag.seenIn = this.#frame;
      this.#move(tag, spot, density);
    }
    for (const [id, tag] of this.#tags) if (tag.seenIn !== this.#frame) this.#remove(id, tag);
    if (nowMs - this.#decidedAt < DECIDE_MS) return;
    this.#decidedAt = nowMs;
    this.#decide();
  }

  #create(spot: Spot): Tag {
    const node = this.#free.pop() ?? element('span', 'tag');
    const nowhere = { x: 0, y: 0, left: Number.NaN, top: Number.NaN };
    const tag: Tag = { node, name: '', width: 0, isOwn: spot.isOwn, isWanted: false, seenIn: 0, ...nowhere };
    node.classList.toggle('is-own', spot.isOwn);
    this.#tags.set(spot.id, tag);
    this.#box.append(node);
    // Somebody new is named soon, not at the next round.
    this.#decidedAt = Number.NEGATIVE_INFINITY;
    return tag;
  }

  #move(tag: Tag, { x, y, name }: Spot, density: number): void {
    if (tag.name !== name) {
      tag.name = name;
      tag.node.textContent = name;
      tag.width = this.#ruler?.measureText(name).width ?? name.length * 8;
    }
    tag.x = x;
    tag.y = y;
    const left = Math.round((x - tag.width / 2) * density) / density;
    const top = Math.round((y - HEIGHT) * density) / density;
    if (left === tag.left && top === tag.top) return;
    tag.left = left;
    tag.top = top;
    tag.node.style.transform = `translate(${left}px, ${top}px)`;
  }

  #remove(id: number, tag: Tag): void {
    this.#tags.delete(id);
    tag.node.remove();
    tag.node.classList.remove('is-shown');
    this.#free.push(tag.node);
  }

  /**
   * Who is named: oneself, then whoever is named already, so that names do not flicker, then whoever stands nearest
   * to the viewer.
   */
  #decide(): void {
    const columns = Math.ceil(window.innerWidth / CELL) + 1;
    const rows = Math.ceil(window.innerHeight / CELL) + 1;
    if (this.#taken.length !== columns * rows) this.#taken = new Uint8Array(columns * rows);
    else this.#taken.fill(0);
    let left = MOST;
    for (const tag of [...this.#tags.values()].sort(byRank)) {
      const isFree = left > 0 && this.#occupy(tag, columns, rows);
      if (isFree) left--;
      if (isFree === tag.isWanted) continue;
      tag.isWanted = isFree;
      tag.node.classList.toggle('is-shown', isFree);
    }
  }

  /** Takes a name's cells when all are free, or when it is one's own. */
  #occupy({ x, y, width, isOwn }: Tag, columns: number, rows: number): boolean {
    const left = Math.max(0, Math.floor((x - width / 2) / CELL));
    const right = Math.min(columns - 1, Math.floor((x + width / 2) / CELL));
    const bottom = Math.min(rows - 1, Math.round(y / CELL) - 1);
    const top = Math.max(0, bottom - HEIGHT / CELL + 1);
    if (!isOwn) {
      for (let row = top; row <= bottom; row++) {
        if (this.#taken.subarray(row * columns + left, row * columns + right + 1).includes(1)) return false;
      }
    }
    for (let row = top; row <= bottom; row++) this.#taken.fill(1, row * columns + left, row * columns + right + 1);
    return true;
  }
}

const rank = ({ isOwn, isWanted }: Tag): number => (isOwn ? 2 : isWanted ? 1 : 0);
const byRank = (a: Tag, b: Tag): number => rank(b) - rank(a) || b.y - a.y;
