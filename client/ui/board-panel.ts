import { BOARD_LENGTH } from '../../shared/constants.ts';
import { drawGem } from '../view/art/gem-art.ts';
import { element, setText } from './element.ts';
import { icon } from './icon.ts';
import { pixelPicture } from './pixel-picture.ts';

export interface BoardRow {
  readonly player: number;
  readonly name: string;
  readonly score: number;
}

/** The leaderboard as last told. */
export interface ShownBoard {
  readonly rows: readonly BoardRow[];
  /** One's own; rank 0 for none. */
  readonly score: number;
  readonly rank: number;
}

export interface BoardActions {
  /** Whether it wants to be kept up to date. */
  shown(isShown: boolean): void;
}

/** Rows that are seen without scrolling on any screen. */
const SEEN_ROWS = 5;

interface Row {
  readonly node: HTMLElement;
  readonly rank: HTMLElement;
  readonly name: HTMLElement;
  readonly score: HTMLElement;
}

/** The best hundred in a list, and oneself below it. */
export class BoardPanel {
  readonly #actions: BoardActions;
  readonly #box: HTMLElement;
  readonly #close: HTMLElement;
  readonly #list = element('ol', 'board-rows');
  readonly #rows: Row[] = [];
  readonly #own = createRow('div');
  readonly #empty = element('p', 'board-empty', 'Nobody has found a gem yet. They lie about: walk over one.');
  #drawn: ShownBoard | undefined;
  #drawnName = '';
  /** What gets the focus back: the button that opened it, when that had it for the keyboard's sake. */
  #opener: HTMLElement | undefined;

  constructor(parent: HTMLElement, actions: BoardActions) {
    this.#actions = actions;
    const close = element('button', 'panel-close', [icon('close')]);
    close.type = 'button';
    close.ariaLabel = 'Close the leaderboard';
    close.addEventListener('click', () => this.show(false));
    this.#close = close;
    const title = element('h2', 'panel-title', [pixelPicture(drawGem(25), 'chip-picture'), new Text('Leaderboard')]);
    this.#list.tabIndex = 0;
    this.#list.dataset.takesKeys = '';
    this.#list.ariaLabel = `The best ${BOARD_LENGTH}`;
    this.#own.node.classList.add('is-own', 'board-own');
    this.#box = element('section', 'panel board', [
      element('header', 'panel-head', [title, close]),
      this.#empty,
      this.#list,
      this.#own.node,
    ]);
    this.#box.ariaLabel = 'Leaderboard';
    this.#box.hidden = true;
    this.#box.addEventListener('keydown', (event) => {
      if (event.code !== 'Escape') return;
      event.preventDefault();
      this.show(false);
    });
    parent.append(this.#box);
  }

  get isShown(): boolean {
    return !this.#box.hidden;
  }

  show(isShown: boolean): void {
    if (isShown === this.isShown) return;
    const { activeElement } = document;
    if (isShown) {
      const isForKeyboard = activeElement instanceof HTMLButtonElement && activeElement.matches(':focus-visible');
      this.#opener = isForKeyboard ? activeElement : undefined;
    } else if (activeElement instanceof HTMLElement && this.#box.contains(activeElement)) {
      if (this.#opener === undefined) activeElement.blur();
      else this.#opener.focus();
    }
    this.#box.hidden = !isShown;
    if (isShown && this.#opener !== undefined) this.#close.focus();
    this.#actions.shown(isShown);
  }

  update(board: ShownBoard | undefined, own: { readonly id: number; readonly name: string }): void {
    if (!this.isShown || (board === this.#drawn && own.name === this.#drawnName)) return;
    this.#drawn = board;
    this.#drawnName = own.name;
    const rows = board?.rows ?? [];
    this.#empty.hidden = board === undefined || rows.length > 0;
    rows.forEach(({ player, name, score }, index) => {
      const row = this.#rows[index] ?? this.#add();
      fill(row, index + 1, name, score);
      row.node.classList.toggle('is-own', player === own.id);
      row.node.hidden = false;
    });
    for (const { node } of this.#rows.slice(rows.length)) node.hidden = true;
    fill(this.#own, board?.rank ?? 0, own.name, board?.score ?? 0);
    // Among the first rows one sees oneself anyway.
    this.#own.node.hidden = rows.slice(0, SEEN_ROWS).some(({ player }) => player === own.id);
  }

  #add(): Row {
    const row = createRow('li');
    this.#list.append(row.node);
    this.#rows.push(row);
    return row;
  }
}

function createRow(tag: 'li' | 'div'): Row {
  const rank = element('span', 'board-rank');
  const name = element('bdi', 'board-name');
  const score = element('span', 'board-score');
  return { node: element(tag, 'board-row', [rank, name, score]), rank, name, score };
}

/** @param place 0 for none */
function fill(row: Row, place: number, name: string, score: number): void {
  setText(row.rank, place === 0 ? '–' : String(place));
  setText(row.name, name);
  setText(row.score, String(score));
}
