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

/** Names measured for the first time in one frame: the browser lays out their letters for it. */
const NEW_PER_FRAME = 10;
/** Which names have room is decided this often, in ms. */
const DECIDE_MS = 240;
/** Names shown at once: in a crowd no more could be read, and each is moved by the browser in every frame. */
const MOST = 100;
/** How long a name fades, in ms; then its node is another's. */
const FADE_MS = 200;
/** Height of a name, and side of the cells that room is counted in, in CSS pixels. */
const HEIGHT = 18;
const CELL = 9;

interface Tag {
  /** While the name is shown, or fades. */
  node: HTMLElement | undefined;
  name: string;
  width: number;
  readonly isOwn: boolean;
  isWanted: boolean;
  /** Whether the node is meant to be seen. */
  isLit: boolean;
  /** Since when it has not been, in ms. */
  unwantedAt: number;
  seenIn: number;
  x: number;
  y: number;
  /** Where the node is, in CSS pixels. */
  left: number;
  top: number;
}

/**
 * The names over people's heads, written by the browser: any script comes out right, at the device's full sharpness.
 * Where names would cover each other some of them wait. Only those that are shown have nodes.
 */
export class NameTags {
  readonly #box: HTMLElement;
  readonly #tags = new Map<number, Tag>();
  readonly #free: HTMLElement[] = [];
  /** All tags by rank as of the last decision, newer ones at the end. */
  #ranked: Tag[] = [];
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
        if (left-- <= 0) continue;
        tag = this.#meet(spot);
      } else if (tag.name !== spot.name) this.#rename(tag, spot.name);
      tag.seenIn = this.#frame;
      tag.x = spot.x;
      tag.y = spot.y;
      if (tag.node !== undefined) this.#move(tag, tag.node, nowMs, density);
    }
    for (const [id, tag] of this.#tags) {
      if (tag.seenIn === this.#frame) continue;
      this.#tags.delete(id);
      this.#hide(tag);
    }
    if (nowMs - this.#decidedAt < DECIDE_MS) return;
    this.#decidedAt = nowMs;
    this.#decide(nowMs, density);
  }

  #meet({ id, name, isOwn }: Spot): Tag {
    const tag: Tag = {
      node: undefined,
      name: '',
      width: 0,
      isOwn,
      isWanted: false,
      isLit: false,
      unwantedAt: Number.NEGATIVE_INFINITY,
      seenIn: 0,
      x: 0,
      y: 0,
      left: Number.NaN,
      top: Number.NaN,
    };
    this.#rename(tag, name);
    this.#tags.set(id, tag);
    this.#ranked.push(tag);
    // Where there is room, somebody new is named soon, not at the next round.
    if (this.#tags.size <= MOST) this.#decidedAt = Number.NEGATIVE_INFINITY;
    return tag;
  }

  #rename(tag: Tag, name: string): void {
    tag.name = name;
    tag.width = this.#ruler?.measureText(name).width ?? name.length * 8;
    if (tag.node !== undefined) tag.node.textContent = name;
  }

  #move(tag: Tag, node: HTMLElement, nowMs: number, density: number): void {
    if (!tag.isWanted && nowMs - tag.unwantedAt > FADE_MS) {
      this.#hide(tag);
      return;
    }
    // A node that has only just come begins to appear in the frame after, or it would be there at once.
    if (tag.isWanted !== tag.isLit && !Number.isNaN(tag.left)) {
      tag.isLit = tag.isWanted;
      node.classList.toggle('is-shown', tag.isLit);
    }
    const left = Math.round((tag.x - tag.width / 2) * density) / density;
    const top = Math.round((tag.y - HEIGHT) * density) / density;
    if (left === tag.left && top === tag.top) return;
    tag.left = left;
    tag.top = top;
    node.style.transform = `translate(${left}px, ${top}px)`;
  }

  /** Gives it a node, unless it still fades and has one. */
  #show(tag: Tag, nowMs: number, density: number): void {
    if (tag.node !== undefined) return;
    tag.node = this.#free.pop() ?? element('span', 'tag');
    tag.node.textContent = tag.name;
    tag.node.classList.toggle('is-own', tag.isOwn);
    this.#box.append(tag.node);
    tag.left = Number.NaN;
    this.#move(tag, tag.node, nowMs, density);
  }

  #hide(tag: Tag): void {
    const { node } = tag;
    if (node === undefined) return;
    tag.node = undefined;
    tag.isLit = false;
    node.remove();
    node.classList.remove('is-shown');
    this.#free.push(node);
  }

  /**
   * Who is named: oneself, then whoever is named already, so that names do not flicker, then whoever stands nearest
   * to the viewer.
   */
  #decide(nowMs: number, density: number): void {
    const columns = Math.ceil(window.innerWidth / CELL) + 1;
    const rows = Math.ceil(window.innerHeight / CELL) + 1;
    if (this.#taken.length !== columns * rows) this.#taken = new Uint8Array(columns * rows);
    else this.#taken.fill(0);
    let left = MOST;
    this.#ranked = this.#ranked.filter(({ seenIn }) => seenIn === this.#frame).sort(byRank);
    for (const tag of this.#ranked) {
      const isFree = left > 0 && this.#occupy(tag, columns, rows);
      if (isFree) left--;
      if (isFree === tag.isWanted) continue;
      tag.isWanted = isFree;
      tag.unwantedAt = nowMs;
      if (isFree) this.#show(tag, nowMs, density);
    }
  }

  /** Takes a name's cells when all are free, or when it is one's own. */
  #occupy({ x, y, width, isOwn }: Tag, columns: number, rows: number): boolean {
    const left = Math.max(0, Math.floor((x - width / 2) / CELL));
    const right = Math.min(columns - 1, Math.floor((x + width / 2) / CELL));
    const bottom = Math.min(rows - 1, Math.round(y / CELL) - 1);
    const top = Math.max(0, bottom - HEIGHT / CELL + 1);
    if (!isOwn) {
      if (y <= 0 || y - HEIGHT >= window.innerHeight) return false;
      if (x + width / 2 <= 0 || x - width / 2 >= window.innerWidth) return false;
      for (let row = top; row <= bottom; row++) {
        for (let at = row * columns + left; at <= row * columns + right; at++) if (this.#taken[at] === 1) return false;
      }
    }
    for (let row = top; row <= bottom; row++) this.#taken.fill(1, row * columns + left, row * columns + right + 1);
    return true;
  }
}

const rank = ({ isOwn, isWanted }: Tag): number => (isOwn ? 2 : isWanted ? 1 : 0);
const byRank = (a: Tag, b: Tag): number => rank(b) - rank(a) || b.y - a.y;
