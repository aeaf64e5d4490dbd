import type { Topology } from '../../shared/topology.ts';
import { element } from '../ui/element.ts';
import { bytes, ms } from './figures.ts';

const HEADS = ['person', 'node', 'behind', 'on the way'];
const SHOWN = 12;

/** The sessions that are furthest behind, over all nodes. */
export class SlowTable {
  readonly node: HTMLElement;
  readonly #body = element('tbody', '');
  readonly #nobody = element('p', 'quiet', 'Everybody keeps up.');
  readonly #table: HTMLElement;

  constructor() {
    const cells = HEADS.map((text) => element('th', '', text));
    for (const cell of cells) cell.scope = 'col';
    this.#table = element('table', '', [element('thead', '', [element('tr', '', cells)]), this.#body]);
    this.node = element('section', 'panel', [
      element('h2', '', 'Slow sessions'),
      this.#nobody,
      element('div', 'scroll', [this.#table]),
    ]);
  }

  update({ nodes }: Topology): void {
    const slow = nodes
      .filter(({ health }) => health === 'up')
      .flatMap(({ state }) => state.slow.map((session) => ({ ...session, address: state.address })))
      .sort((a, b) => b.behindMs - a.behindMs)
      .slice(0, SHOWN);
    this.#nobody.hidden = slow.length > 0;
    this.#table.hidden = slow.length === 0;
    this.#body.replaceChildren(
      ...slow.map(({ id, name, address, behindMs, unacknowledgedBytes }) => {
        const cells = [`${name}#${id}`, address, ms(behindMs), bytes(unacknowledgedBytes)];
        return element(
          'tr',
          '',
          cells.map((text) => element('td', '', text)),
        );
      }),
    );
  }
}
