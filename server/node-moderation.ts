import type { AuditRecord, RevertProgress } from '../shared/moderation.ts';
import type { FollowedHop } from '../shared/topology.ts';
import type { OrderAnswer, OrderQuestion } from './grid/control-wire.ts';
import { Enforcer } from './moderation/enforcer.ts';
import { Moderator } from './moderation/moderator.ts';
import type { NoticeTopic } from './moderation/order.ts';
import { OrderDesk } from './moderation/order-desk.ts';
import { Reverter } from './moderation/reverter.ts';
import type { RuleBook } from './moderation/rule-book.ts';
import type { Node } from './node.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { Store } from './store/store.ts';

/** A node's part in what those who run the world do: it carries out orders, and may be asked to give them. */
export interface NodeModeration {
  readonly moderator: Moderator;
  receive(message: OrderQuestion | OrderAnswer): void;
  /** Posts how far what is done beside the shard is, when that has changed. */
  lookBeside(): Promise<void>;
  stop(): void;
}

export interface NodeModerationOptions {
  readonly store: Store;
  readonly rules: RuleBook;
  /** Where what is done is posted. */
  readonly board: NoticeBoard;
  readonly wallMs: () => number;
  readonly monotonic: () => number;
  readonly storeFailed: (error: unknown) => void;
}

/** Rules are read again this often, in ms: whoever did not hear that they have changed knows it then. */
const READ_MS = 10_000;
/** For so long after somebody has asked for it what is followed is told, in ms. */
const FOLLOW_MS = 60_000;
/** How far undoing is is told no more often than this, in ms. */
const POST_MS = 100;

/** Begins to hold people to the rules that the store has, as soon as they have been read. */
export async function moderationOf(node: Node, options: NodeModerationOptions): Promise<NodeModeration> {
  const { store, rules, board, wallMs, monotonic, storeFailed } = options;
  const ending = new AbortController();
  let following: NodeJS.Timeout | undefined;
  const enforcer = new Enforcer({
    ...options,
    node: node.name,
    terrain: node.ground.terrain,
    sessions: () => node.sessions(),
    sessionOf: (player) => node.sessionOf(player),
    world: node.world,
    rulesChanged: () => board.post('rules', rules.rules.length),
    noticed: (topic, value) => board.post(topic, value),
    follow: (player, id) => {
      node.followNext(player, id);
      clearTimeout(following);
      node.grid.observeTraces((trace, writtenMs) => {
        const { id: of, player: whose, readMs, flushedMs, arrivedMs, plannedMs } = trace;
        const hop = { id: of, player: whose, readMs, flushedMs, node: node.name, arrivedMs, plannedMs, writtenMs };
        post('trace', hop satisfies FollowedHop);
      });
      following = setTimeout(() => node.grid.observeTraces(undefined), FOLLOW_MS).unref();
    },
  });
  const { membership } = node.grid;
  const desk = new OrderDesk({
    obey: (order) => enforcer.obey(order),
    ask: (n, order) => membership.order(n, order),
    answer: (question, obeyed) => node.grid.answerOrder(question, obeyed),
    members: () => membership.names(),
  });
  let postedMs = Number.NEGATIVE_INFINITY;
  let lastNotice: string | undefined;
  const post = (topic: NoticeTopic, value: unknown): void => {
    board.post(topic, value);
    desk.spread({ kind: 'notice', topic, value });
  };
  const moderator = new Moderator({
    store,
    rules,
    desk,
    reverter: new Reverter({ store, grid: node.grid, world: node.world, wallMs, signal: ending.signal }),
    wallMs,
    random: Math.random,
    audited: (record: AuditRecord) => post('audit', record),
    reverting: (progress: RevertProgress) => {
      const isUnderWay = progress.phase === 'looking' || progress.phase === 'setting back';
      if (isUnderWay && monotonic() - postedMs < POST_MS) return;
      postedMs = monotonic();
      post('revert', progress);
    },
    failed: storeFailed,
  });
  const read = (): Promise<void> => enforcer.readRules().catch(storeFailed);
  await read();
  const timer = setInterval(() => void read(), READ_MS).unref();
  return {
    moderator,
    receive: (message) => desk.receive(message),
    lookBeside: async () => {
      try {
        const notice = await store.notice();
        if (notice === undefined || notice === lastNotice) return;
        lastNotice = notice;
        board.post('upkeep', JSON.parse(notice));
      } catch (error) {
        storeFailed(error);
      }
    },
    stop: () => {
      ending.abort();
      clearInterval(timer);
      clearTimeout(following);
    },
  };
}
