import type { Topology } from '../../shared/topology.ts';
import { element } from '../ui/element.ts';
import { bytes, ms } from './figures.ts';
import { PlainTable } from './plain-table.ts';

const SHOWN = 12;

/** The sessions that are furthest behind, over all nodes. */
export class SlowTable {
  readonly node: HTMLElement;
  readonly #table = new PlainTable(['person', 'node', 'behind', 'on the way'], 'Everybody keeps up.');

  constructor() {
    this.node = element('section', 'panel', [element('h2', '', 'Slow sessions'), this.#table.node]);
  }

  update({ nodes }: Topology): void {
    const slow = nodes
      .filter(({ health }) => health === 'up')
      .flatMap(({ state }) => state.slow.map((session) => ({ ...session, address: state.address })))
      .sort((a, b) => b.behindMs - a.behindMs)
      .slice(0, SHOWN);
    this.#table.show(
      slow.map(({ id, name, address, behindMs, unacknowledgedBytes }) => [
        `${name}#${id}`,
        address,
        ms(behindMs),
        bytes(unacknowledgedBytes),
      ]),
    );
  }
}
