import { element } from './element.ts';

/** Where a name belongs in the window; what it says is true when it is read. */
export interface Spot {
  readonly id: number;
  readonly name: string;
  readonly isOwn: boolean;
  /** The middle of its lower edge, in CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** Whether there is still somebody there. */
  readonly isThere: boolean;
}

/** Everybody is looked through, and it is decided which names have room, this often, in ms. */
const DECIDE_MS = 240;
/** Names measured for the first time in one look: the browser lays out their letters for it. */
const NEW_PER_LOOK = 60;
/** Names shown at once: in a crowd no more could be read, and each is moved by the browser in every frame. */
const MOST = 100;
/** How long a name fades, in ms; then its node is another's. */
const FADE_MS = 200;
/** Height of a name, and side of the cells that room is counted in, in CSS pixels. */
const HEIGHT = 18;
const CELL = 9;

interface Tag {
  readonly spot: Spot;
  /** While the name is shown, or fades. */
  node: HTMLElement | undefined;
  name: string;
  width: number;
  isWanted: boolean;
  /** Whether the node is meant to be seen. */
  isLit: boolean;
  /** Since when it has not been wanted, in ms. */
  unwantedAt: number;
  /** As of the last decision: higher ones are served first. */
  rank: number;
  /** Number of the look in which it was there, and where it was then. */
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
  /** All tags by rank as of the last look, newer ones at the end. */
  #ranked: Tag[] = [];
  /** Those that have nodes. */
  readonly #shown = new Set<Tag>();
  /** How wide names are, in CSS pixels. */
  readonly #ruler: CanvasRenderingContext2D | null;
  #taken = new Uint8Array(0);
  #look = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isUndecided = false;

  constructor(parent: HTMLElement) {
    this.#box = element('div', 'tags');
    // The same names are in nobody's reading order, and they move.
    this.#box.setAttribute('aria-hidden', 'true');
    parent.append(this.#box);
    this.#ruler = element('canvas', '').getContext('2d');
    if (this.#ruler !== null) this.#ruler.font = getComputedStyle(this.#box).font;
  }

  /**
   * Moves the names along with the people; now and then looks through all of them.
   * @param spots not gone through in every frame
   * @param density device pixels to a CSS pixel: letters off the device's grid would be blurred
   */
  update(spots: Iterable<Spot>, nowMs: number, density: number): void {
    // In a crowd each of the two takes a while: one in this frame, the other in the next.
    if (this.#isUndecided) this.#decide(nowMs);
    else if (nowMs - this.#lookedAt >= DECIDE_MS) {
      this.#lookedAt = nowMs;
      this.#lookThrough(spots);
    }
    for (const tag of this.#shown) this.#move(tag, nowMs, density);
  }

  #lookThrough(spots: Iterable<Spot>): void {
    this.#look++;
    this.#isUndecided = true;
    let left = NEW_PER_LOOK;
    for (const spot of spots) {
      let tag = this.#tags.get(spot.id);
      if (tag?.spot !== spot) {
        if (left-- <= 0) continue;
        if (tag !== undefined) this.#hide(tag);
        tag = this.#meet(spot);
      } else if (tag.name !== spot.name) this.#rename(tag);
      tag.seenIn = this.#look;
      tag.x = spot.x;
      tag.y = spot.y;
    }
    for (const [id, tag] of this.#tags) {
      if (tag.seenIn === this.#look) continue;
      this.#tags.delete(id);
      this.#hide(tag);
    }
  }

  #meet(spot: Spot): Tag {
    const tag: Tag = {
      spot,
      node: undefined,
      name: '',
      width: 0,
      isWanted: false,
      isLit: false,
      unwantedAt: Number.NEGATIVE_INFINITY,
      rank: 0,
      seenIn: 0,
      x: 0,
      y: 0,
      left: Number.NaN,
      top: Number.NaN,
    };
    this.#rename(tag);
    this.#tags.set(spot.id, tag);
    this.#ranked.push(tag);
    return tag;
  }

  #rename(tag: Tag): void {
    const { name } = tag.spot;
    tag.name = name;
    tag.width = this.#ruler?.measureText(name).width ?? name.length * 8;
    if (tag.node !== undefined) tag.node.textContent = name;
  }

  #move(tag: Tag, nowMs: number, density: number): void {
    const { node, spot } = tag;
    const isOver = !tag.isWanted && nowMs - tag.unwantedAt > FADE_MS;
    if (node === undefined || isOver || !spot.isThere) {
      this.#hide(tag);
      return;
    }
    // A node that has only just come begins to appear in the frame after, or it would be there at once.
    if (tag.isWanted !== tag.isLit && !Number.isNaN(tag.left)) {
      tag.isLit = tag.isWanted;
      node.classList.toggle('is-shown', tag.isLit);
    }
    const left = Math.round((spot.x - tag.width / 2) * density) / density;
    const top = Math.round((spot.y - HEIGHT) * density) / density;
    if (left === tag.left && top === tag.top) return;
    tag.left = left;
    tag.top = top;
    node.style.transform = `translate(${left}px, ${top}px)`;
  }

  /** Gives it a node, unless it still fades and has one. */
  #show(tag: Tag): void {
    if (tag.node !== undefined) return;
    tag.node = this.#free.pop() ?? element('span', 'tag');
    tag.node.textContent = tag.name;
    tag.node.classList.toggle('is-own', tag.spot.isOwn);
    this.#box.append(tag.node);
    tag.left = Number.NaN;
    this.#shown.add(tag);
  }

  #hide(tag: Tag): void {
    const { node } = tag;
    this.#shown.delete(tag);
    if (node === undefined) return;
    tag.node = undefined;
    tag.isLit = false;
    tag.isWanted = false;
    node.remove();
    node.classList.remove('is-shown');
    this.#free.push(node);
  }

  /**
   * Who is named: oneself, then whoever is named already, so that names do not flicker, then whoever stands nearest
   * to the viewer.
   */
  #decide(nowMs: number): void {
    this.#isUndecided = false;
    const { innerWidth, innerHeight } = window;
    const columns = Math.ceil(innerWidth / CELL) + 1;
    const rows = Math.ceil(innerHeight / CELL) + 1;
    if (this.#taken.length !== columns * rows) this.#taken = new Uint8Array(columns * rows);
    else this.#taken.fill(0);
    let left = MOST;
    this.#ranked = this.#ranked.filter(({ seenIn }) => seenIn === this.#look);
    for (const tag of this.#ranked) tag.rank = rankOf(tag);
    for (const tag of this.#ranked.sort(byRank)) {
      const isSeen = tag.spot.isOwn || isWithin(tag, innerWidth, innerHeight);
      const isFree = left > 0 && isSeen && this.#occupy(tag, columns, rows);
      if (isFree) left--;
      if (isFree === tag.isWanted) continue;
      tag.isWanted = isFree;
      tag.unwantedAt = nowMs;
      if (isFree) this.#show(tag);
    }
  }

  /** Takes a name's cells when all are free, or when it is one's own. */
  #occupy({ x, y, width, spot }: Tag, columns: number, rows: number): boolean {
    const left = Math.max(0, Math.floor((x - width / 2) / CELL));
    const right = Math.min(columns - 1, Math.floor((x + width / 2) / CELL));
    const bottom = Math.min(rows - 1, Math.round(y / CELL) - 1);
    const top = Math.max(0, bottom - HEIGHT / CELL + 1);
    if (!spot.isOwn) {
      for (let row = top; row <= bottom; row++) {
        for (let at = row * columns + left; at <= row * columns + right; at++) if (this.#taken[at] === 1) return false;
      }
    }
    for (let row = top; row <= bottom; row++) this.#taken.fill(1, row * columns + left, row * columns + right + 1);
    return true;
  }
}

const isWithin = ({ x, y, width }: Tag, windowWidth: number, windowHeight: number): boolean =>
  y > 0 && y - HEIGHT < windowHeight && x + width / 2 > 0 && x - width / 2 < windowWidth;

/** No window is as high as that, in CSS pixels. */
const FIRST = 1e6;
const rankOf = ({ spot: { isOwn }, isWanted, y }: Tag): number => y + (isOwn ? 2 * FIRST : isWanted ? FIRST : 0);
const byRank = (a: Tag, b: Tag): number => b.rank - a.rank;
