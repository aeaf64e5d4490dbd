import { players, signed } from '../figures.ts';
import { element, setText } from './element.ts';

/** A square in the window, as the overlay draws it. */
export interface ShownSquare {
  readonly sx: number;
  readonly sy: number;
  readonly subscribed: boolean;
  readonly occupants: number;
  /** Its upper left corner and its side, in CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Space between a square's corner and what is written in it, in CSS pixels. */
const INSET = 8;
/** Height of what lies over the upper edge of the window, in CSS pixels: nothing is written under it. */
const COVERED_TOP = 52;
/** Size of what is written, in CSS pixels. */
const WIDTH = 110;
const HEIGHT = 40;

interface Tag {
  readonly node: HTMLElement;
  readonly title: HTMLElement;
  readonly detail: HTMLElement;
}

/** What is written in the squares of the overlay: coordinates, and how many stand there. */
export class SquareTags {
  readonly #box: HTMLElement;
  readonly #tags: Tag[] = [];

  constructor(parent: HTMLElement) {
    this.#box = element('div', 'tags');
    parent.append(this.#box);
  }

  update(squares: readonly ShownSquare[], density: number): void {
    let used = 0;
    for (const square of squares) {
      // In the corner of what is seen of the square, as long as there is room for it.
      const x = Math.max(square.x, 0) + INSET;
      const y = Math.max(square.y + INSET, COVERED_TOP);
      if (square.x + square.side - x < WIDTH || square.y + square.side - y < HEIGHT) continue;
      const tag = this.#tags[used] ?? this.#create();
      used++;
      setText(tag.title, `${signed(square.sx)}, ${signed(square.sy)}`);
      setText(tag.detail, square.subscribed ? players(square.occupants) : 'not subscribed');
      const left = Math.round(x * density) / density;
      const top = Math.round(y * density) / density;
      tag.node.style.transform = `translate(${left}px, ${top}px)`;
      tag.node.hidden = false;
    }
    for (const { node } of this.#tags.slice(used)) node.hidden = true;
  }

  #create(): Tag {
    const title = element('span', 'square-title');
    const detail = element('span', 'square-detail');
    const tag = { node: element('div', 'tag square-tag is-shown', [title, detail]), title, detail };
    this.#box.append(tag.node);
    this.#tags.push(tag);
    return tag;
  }
}
