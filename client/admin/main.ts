import type { AuditRecord, RevertProgress, UpkeepNotice } from '../../shared/moderation.ts';
import type { FollowedHop, Topology } from '../../shared/topology.ts';
import { attempt } from '../memory.ts';
import { element, setText } from '../ui/element.ts';
import { AdminApi } from './admin-api.ts';
import { AuditPanel } from './audit-panel.ts';
import { bytes, duration, ms, percent, rate, whole } from './figures.ts';
import { FollowPanel } from './follow-panel.ts';
import { LoadHistory, type Measure } from './load-history.ts';
import { LoadPlot } from './load-plot.ts';
import { NodeColours } from './node-colours.ts';
import { NodeTable } from './node-table.ts';
import { OrderDialog } from './order-dialog.ts';
import { PeoplePanel } from './people-panel.ts';
import { RulesPanel } from './rules-panel.ts';
import { SlowTable } from './slow-table.ts';
import { TokenCard } from './token-card.ts';
import { UndoPanel } from './undo-panel.ts';
import { UpkeepLine } from './upkeep-line.ts';
import { WorldMap } from './world-map.ts';

/** A stream that has ended is asked for again after this, in ms. */
const AGAIN_MS = 2000;
/** For this tab only; nothing is left behind on a machine. */
const KEPT = 'flatlands.admin-token';

const tab = attempt(() => sessionStorage);
const colours = new NodeColours();
const history = new LoadHistory();
const table = new NodeTable(colours);
const slow = new SlowTable();
const map = new WorldMap(colours);
let api = new AdminApi('');
const dialog = new OrderDialog();
const addresses = new Map<string, string>();
const undo = new UndoPanel(() => api);
const follow = new FollowPanel(
  () => api,
  (node) => addresses.get(node) ?? node,
);
const people = new PeoplePanel({
  api: () => api,
  dialog,
  addressOf: (node) => addresses.get(node) ?? node,
  undo: (player) => undo.about(player),
  follow: (player, who) => void follow.follow(player, who),
});
const rules = new RulesPanel({
  api: () => api,
  dialog,
  told: (isWritable) => {
    people.isWritable = isWritable;
    undo.isWritable = isWritable;
  },
});
const audit = new AuditPanel(() => api);
const plots: readonly (readonly [Measure, LoadPlot])[] = [
  ['players', new LoadPlot({ title: 'players', leastTop: 10, write: whole })],
  ['cpu', new LoadPlot({ title: 'CPU, of a core', leastTop: 20, write: (value) => percent(value / 100) })],
  ['loopDelayP99Ms', new LoadPlot({ title: 'event loop late, p99', leastTop: 20, write: ms })],
  ['updates', new LoadPlot({ title: 'updates told', leastTop: 10, write: rate })],
  ['brokerBytes', new LoadPlot({ title: 'on the way to the broker', leastTop: 10_000, write: bytes })],
];

const root = document.getElementById('admin');
let looks = 0;
const upkeep = new UpkeepLine();
const summary = element('p', 'summary');
const trouble = element('p', 'trouble');
trouble.setAttribute('role', 'status');
trouble.hidden = true;
const page = element('main', 'page', [
  element('header', 'top', [element('h1', '', 'Flatlands'), summary]),
  trouble,
  upkeep.node,
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
  people.node,
  rules.node,
  undo.node,
  follow.node,
  slow.node,
  audit.node,
  dialog.node,
]);
page.hidden = true;
const card = new TokenCard((token) => {
  tab?.setItem(KEPT, token);
  void look();
});
card.node.hidden = true;
root?.append(page, card.node);

async function look(): Promise<void> {
  const token = tab?.getItem(KEPT) ?? '';
  if (token === '') {
    card.ask('');
    return;
  }
  api = new AdminApi(token);
  const ended = await api.watch(told);
  if (ended.kind === 'denied') {
    tab?.removeItem(KEPT);
    page.hidden = true;
    card.ask(ended.sentence);
    return;
  }
  open();
  setText(trouble, ended.sentence);
  trouble.hidden = false;
  window.setTimeout(look, AGAIN_MS);
}

/** The token is the right one, or was. */
function open(): void {
  card.node.hidden = true;
  page.hidden = false;
}

function told(topic: string, value: unknown): void {
  switch (topic) {
    case 'topology':
      if (page.hidden || !trouble.hidden) {
        // The first of a stream: what the board does not have is read.
        void rules.look();
        void audit.look();
      }
      open();
      trouble.hidden = true;
      show(value as Topology);
      break;
    case 'audit':
      audit.add(value as AuditRecord);
      break;
    case 'rules':
      void rules.look();
      break;
    case 'upkeep':
      upkeep.show(value as UpkeepNotice);
      break;
    case 'trace':
      follow.show(value as FollowedHop);
      break;
    case 'revert':
      undo.show(value as RevertProgress);
      break;
  }
}

function show(topology: Topology): void {
  const { world, nodes } = topology;
  for (const { state } of nodes) addresses.set(state.node, state.address);
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
  // For those who wait for news.
  root?.setAttribute('data-looks', `${++looks}`);
  for (const [measure, plot] of plots) {
    plot.update(
      history.times,
      nodes.map(({ state }) => ({ colour: colours.of(state.node), values: history.of(state.node, measure) })),
    );
  }
}

void look();
