import type { KnownNode, Topology } from '../../shared/topology.ts';
import { element } from '../ui/element.ts';
import { bytes, duration, ms, percent, rate, whole } from './figures.ts';
import type { NodeColours } from './node-colours.ts';

const HEADS = [
  'node',
  'is',
  'up for',
  'players',
  'squares',
  'CPU',
  'memory',
  'loop late, p99',
  'flush',
  'told',
  'broker',
];

/** All nodes, a row for each. */
export class NodeTable {
  readonly node: HTMLElement;
  readonly #body = element('tbody', '');
  readonly #colours: NodeColours;

  constructor(colours: NodeColours) {
    this.#colours = colours;
    const head = element('thead', '', [
      element(
        'tr',
        '',
        HEADS.map((text) => {
          const cell = element('th', '', text);
          cell.scope = 'col';
          return cell;
        }),
      ),
    ]);
    const table = element('table', 'nodes', [head, this.#body]);
    this.node = element('section', 'panel', [element('h2', '', 'Nodes'), element('div', 'scroll', [table])]);
  }

  update({ nodes, asker }: Topology): void {
    this.#body.replaceChildren(...nodes.map((known) => this.#row(known, known.state.node === asker)));
  }

  #row({ state, health, ageMs }: KnownNode, isAsker: boolean): HTMLElement {
    const { node, address, host, pid, version, load, broker, rates } = state;
    const dot = element('i', 'dot');
    dot.style.backgroundColor = this.#colours.of(node);
    const name = element('th', 'node-name', [dot, new Text(address)]);
    name.scope = 'row';
    name.title = `${node} on ${host}, process ${pid}, version ${version}${isAsker ? '; it asked the others' : ''}`;
    const isMissing = health === 'missing';
    const word = isMissing ? 'missing' : state.isOpen ? 'up' : 'draining';
    const badge = element('span', `badge is-${word}`, isMissing ? `missing for ${duration(ageMs / 1000)}` : word);
    const cells = [
      badge,
      duration(state.uptimeSeconds),
      whole(state.players),
      whole(state.squares),
      percent(load.cpu),
      bytes(load.residentBytes),
      ms(load.loopDelayP99Ms),
      load.flushLevel === 0 ? ms(load.flushMs) : `${ms(load.flushMs)}, stretched`,
      rate(rates.updates),
      brokerWords(broker),
    ];
    const row = element('tr', isMissing ? 'is-missing' : '', [
      name,
      ...cells.map((cell) => element('td', '', typeof cell === 'string' ? cell : [cell])),
    ]);
    row.dataset.node = node;
    return row;
  }
}

function brokerWords({ isConnected, lastError, dropped }: KnownNode['state']['broker']): string {
  if (!isConnected) return lastError ?? 'away';
  return dropped === 0 ? 'well' : `well, ${whole(dropped)} dropped`;
}
