import { element } from '../ui/element.ts';

/** A table of texts and elements under heads; a sentence instead while there is nothing in it. */
export class PlainTable {
  readonly node: HTMLElement;
  readonly #body = element('tbody', '');
  readonly #empty: HTMLElement;
  readonly #table: HTMLElement;

  constructor(heads: readonly string[], empty: string) {
    const cells = heads.map((text) => element('th', '', text));
    for (const cell of cells) cell.scope = 'col';
    this.#empty = element('p', 'quiet', empty);
    this.#table = element('table', '', [element('thead', '', [element('tr', '', cells)]), this.#body]);
    this.node = element('div', 'scroll', [this.#empty, this.#table]);
    this.show([]);
  }

  show(rows: readonly (readonly (string | Node)[])[]): void {
    this.#empty.hidden = rows.length > 0;
    this.#table.hidden = rows.length === 0;
    const cellOf = (cell: string | Node): HTMLElement => element('td', '', typeof cell === 'string' ? cell : [cell]);
    this.#body.replaceChildren(...rows.map((cells) => element('tr', '', cells.map(cellOf))));
  }
}
