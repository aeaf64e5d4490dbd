import type { Topology } from '../../shared/topology.ts';
import { attempt } from '../memory.ts';
import { element, setText } from '../ui/element.ts';
import { duration, ms, percent, rate, whole } from './figures.ts';
import { LoadHistory, type Measure } from './load-history.ts';
import { LoadPlot } from './load-plot.ts';
import { NodeColours } from './node-colours.ts';
import { NodeTable } from './node-table.ts';
import { SlowTable } from './slow-table.ts';
import { TokenCard } from './token-card.ts';
import { askTopology } from './topology-source.ts';
import { WorldMap } from './world-map.ts';

const LOOK_MS = 2000;
/** For this tab only; nothing is left behind on a machine. */
const KEPT = 'flatlands.admin-token';

const tab = attempt(() => sessionStorage);
const colours = new NodeColours();
const history = new LoadHistory();
const table = new NodeTable(colours);
const slow = new SlowTable();
const map = new WorldMap(colours);
const plots: readonly (readonly [Measure, LoadPlot])[] = [
  ['players', new LoadPlot({ title: 'players', leastTop: 10, write: whole })],
  ['cpu', new LoadPlot({ title: 'CPU, of a core', leastTop: 20, write: (value) => percent(value / 100) })],
  ['loopDelayP99Ms', new LoadPlot({ title: 'event loop late, p99', leastTop: 20, write: ms })],
  ['updates', new LoadPlot({ title: 'updates told', leastTop: 10, write: rate })],
];

const summary = element('p', 'summary');
const trouble = element('p', 'trouble');
trouble.setAttribute('role', 'status');
const page = element('main', 'page', [
  element('header', 'top', [element('h1', '', 'Flatlands'), summary]),
  trouble,
  table.node,
  element('section', 'panel', [
    element('h2', '', 'Load'),
    element(
      'div',
      'plots',
      plots.map(([, plot]) => plot.node),
    ),
  ]),
  map.node,
  slow.node,
]);
page.hidden = true;
const card = new TokenCard((token) => {
  tab?.setItem(KEPT, token);
  void look();
});
card.node.hidden = true;
document.getElementById('admin')?.append(page, card.node);

let timer: number | undefined;

async function look(): Promise<void> {
  clearTimeout(timer);
  const token = tab?.getItem(KEPT) ?? '';
  if (token === '') {
    card.ask('');
    return;
  }
  const answer = await askTopology(token);
  if (answer.kind === 'denied') {
    tab?.removeItem(KEPT);
    page.hidden = true;
    card.ask(answer.sentence);
    return;
  }
  card.node.hidden = true;
  page.hidden = false;
  trouble.hidden = answer.kind === 'topology';
  if (answer.kind === 'topology') show(answer.topology);
  else setText(trouble, answer.sentence);
  timer = window.setTimeout(look, LOOK_MS);
}

function show(topology: Topology): void {
  const { world, nodes } = topology;
  const up = nodes.filter(({ health }) => health === 'up').map(({ state }) => state);
  const sum = (read: (state: (typeof up)[number]) => number): number => up.reduce((all, state) => all + read(state), 0);
  const missing = nodes.length - up.length;
  const words = [
    `world “${world.name}”`,
    `${whole(sum(({ players }) => players))} players`,
    `${up.length} ${up.length === 1 ? 'node' : 'nodes'} up${missing > 0 ? `, ${missing} missing` : ''}`,
    `up for ${duration(Math.max(0, ...up.map(({ uptimeSeconds }) => uptimeSeconds)))}`,
    `${rate(sum(({ rates }) => rates.joins))} join`,
  ];
  setText(summary, words.join(' · '));
  table.update(topology);
  slow.update(topology);
  map.update(topology);
  history.add(nodes, Date.now() / 1000);
  for (const [measure, plot] of plots) {
    plot.update(
      history.times,
      nodes.map(({ state }) => ({ colour: colours.of(state.node), values: history.of(state.node, measure) })),
    );
  }
}

void look();
