import { describe, expect, it } from 'vitest';
import type { Actor } from '../../server/actions/actor.ts';
import { Leaderboard } from '../../server/actions/leaderboard.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { Player } from '../../server/world/player.ts';
import { BOARD_LENGTH } from '../../shared/constants.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { StoreBreakdown, troubledStore } from '../helpers/troubled-store.ts';

/** Somebody who looks at the leaderboard, with what they were told since the last time. */
class Watcher implements Actor {
  readonly player: Player;
  readonly told: ServerMessage[] = [];

  constructor(id: number) {
    this.player = new Player({ id, generation: 1, name: `P${id}`, look: 0, profileVersion: 1 }, 0, 0, 0);
  }

  tell(message: ServerMessage): void {
    this.told.push(message);
  }

  /** Boards as `own score/own rank: player=score …`. */
  take(): string[] {
    return this.told.splice(0).map((message) => {
      if (message.type !== 'board') return message.type;
      const rows = message.rows.map(({ player, score }) => `${player}=${score}`);
      return `${message.score}/${message.rank}: ${rows.join(' ')}`.trim();
    });
  }
}

class Bench {
  readonly memory = createMemoryStore();
  readonly breakdown = new StoreBreakdown();
  readonly failures: unknown[] = [];
  readonly board = new Leaderboard({
    store: troubledStore(this.memory, this.breakdown),
    failed: (error) => this.failures.push(error),
  });
  #gems = 0;

  async score(player: number, points: number): Promise<void> {
    await this.memory.claim(1, `${++this.#gems}`, player, points, 0);
  }

  /** Lets what has begun come to its end. */
  async rest(): Promise<void> {
    for (let i = 0; i < 500; i++) await Promise.resolve();
  }
}

describe('leaderboard (P-BOARD-1)', () => {
  it('is told at once to whoever wants it, and again when it has changed', async () => {
    const bench = new Bench();
    const [ada, ben] = [new Watcher(1), new Watcher(2)];
    await bench.score(1, 5);
    bench.board.watch(ada, true);
    await bench.rest();
    expect(ada.take()).toEqual(['5/1: 1=5']);
    await bench.board.settle();
    await bench.board.settle();
    expect(ada.take(), 'nothing has changed').toEqual([]);
    await bench.score(2, 25);
    bench.board.watch(ben, true);
    await bench.rest();
    expect([ada.take(), ben.take()]).toEqual([['5/2: 2=25 1=5'], ['25/1: 2=25 1=5']]);
    expect(bench.failures).toEqual([]);
  });

  it('says one’s own place also to those who do not stand on it', async () => {
    const bench = new Bench();
    for (let id = 1; id <= BOARD_LENGTH + 2; id++) await bench.score(id, 5);
    const [last, nobody] = [new Watcher(BOARD_LENGTH + 2), new Watcher(9999)];
    for (const watcher of [last, nobody]) bench.board.watch(watcher, true);
    await bench.rest();
    expect(last.told).toMatchObject([{ score: 5, rank: BOARD_LENGTH + 2 }]);
    expect(nobody.told).toMatchObject([{ score: 0, rank: 0 }]);
    const [message] = last.told;
    expect(message?.type === 'board' && message.rows.length).toBe(BOARD_LENGTH);
  });

  it('is told no longer to those who look away or leave, also while it is read', async () => {
    const bench = new Bench();
    const [ada, ben, carl] = [new Watcher(1), new Watcher(2), new Watcher(3)];
    for (const watcher of [ada, ben, carl]) bench.board.watch(watcher, true);
    bench.board.watch(ada, false);
    bench.board.gone(ben);
    await bench.rest();
    expect([ada.told, ben.told]).toEqual([[], []]);
    expect(carl.take()).toHaveLength(1);
    await bench.score(1, 1);
    bench.board.gone(carl);
    await bench.board.settle();
    expect(carl.told).toEqual([]);
  });

  it('is not told to somebody who leaves while their own place is looked up', async () => {
    let found: () => void = () => undefined;
    const store = troubledStore(createMemoryStore(), {
      delay: (method) => (method === 'rankOf' ? new Promise((resolve) => (found = resolve)) : Promise.resolve()),
    });
    const board = new Leaderboard({ store, failed: () => undefined });
    const ada = new Watcher(1);
    board.watch(ada, true);
    const rest = async (): Promise<void> => {
      for (let i = 0; i < 50; i++) await Promise.resolve();
    };
    await rest();
    board.gone(ada);
    for (let i = 0; i < 2; i++) {
      found();
      await rest();
    }
    expect(ada.told).toEqual([]);
  });

  it('asked for again is told again', async () => {
    const bench = new Bench();
    const ada = new Watcher(1);
    for (let i = 0; i < 3; i++) {
      bench.board.watch(ada, true);
      await bench.rest();
    }
    expect(ada.take()).toHaveLength(3);
  });

  it('that the store does not give is asked for once a round, and told when it does', async () => {
    const bench = new Bench();
    const ada = new Watcher(1);
    bench.breakdown.begin('unavailable');
    bench.board.watch(ada, true);
    await bench.rest();
    await bench.board.settle();
    await bench.rest();
    expect(bench.breakdown.failed.get('top')).toBe(2);
    expect(bench.failures).toHaveLength(2);
    bench.breakdown.end();
    await bench.board.settle();
    expect(ada.take()).toEqual(['0/0:']);
  });
});
