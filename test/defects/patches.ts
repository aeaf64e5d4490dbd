import type { FaultKind } from '../../client/bots/report.ts';

/** An exact piece of one source file, and what stands there instead. */
export interface Patch {
  /** From the folder of the project. */
  readonly file: string;
  /** Has to be there exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A mistake that somebody could make on the way from the world to the screens. */
export interface Defect extends Patch {
  readonly name: string;
  /** What it breaks, in one sentence. */
  readonly breaks: string;
  /** A run of the bots has to report these kinds, whatever else it reports … */
  readonly mustReport: readonly FaultKind[];
  /** … and of the others at most these. */
  readonly mayReport: readonly FaultKind[];
}

/**
 * Each is rare enough not to be seen at a glance. Where checksums heal it, that takes up to CHECK_TICKS: longer than the
 * oracle waits before it calls somebody absent, or a ghost.
 */
export const DEFECTS: readonly Defect[] = [
  {
    // The next motion of the same player, a second later, says it all: for want of one motion nothing is missed for
    // longer than that, it is late. What remains is the checksum, when it comes in between.
    name: 'a motion dropped',
    breaks: 'Of one flush in 32 those with the same interest are not told the motions.',
    file: 'server/grid/flush-frames.ts',
    from: 'this.#writer.squares(group.squares);',
    to: `this.#writer.squares(
      group.squares.map((square) =>
        square.delta !== undefined && (Math.floor(this.#tick / 2) + group.squares.length) % 32 === 0
          ? { ...square, delta: { ...square.delta, motions: undefined } }
          : square,
      ),
    );`,
    mustReport: ['diverged'],
    mayReport: ['missed'],
  },
  {
    name: 'a delta dropped',
    breaks:
      'Of one flush in 16 those with the same interest are not told what one of the squares has: entries, leaves, motions.',
    file: 'server/grid/flush-frames.ts',
    from: 'this.#writer.squares(group.squares);',
    to: `this.#writer.squares(
      group.squares,
      ({ sx, sy }) => (Math.floor(this.#tick / 2) + group.squares.length + sx + 3 * sy) % 16 !== 0,
    );`,
    mustReport: ['missed', 'diverged'],
    mayReport: ['ghost'],
  },
  {
    name: 'a snapshot taken too early',
    breaks:
      'A newcomer is given the state before the flush in which they join, and the flush after as a delta: nobody tells them of this one.',
    file: 'server/grid/replica.ts',
    from: 'if (this.#dirty.size === 0) return;',
    // A snapshot is kept for the rest of its tick.
    to: `this.snapshot(tick);
    if (this.#dirty.size === 0) return;`,
    mustReport: ['missed', 'diverged'],
    // Whoever asks for a square anew, its checksum being wrong, is set back to what it was before this flush: they have
    // been told all there is to know of its players, and show them where they no longer are.
    mayReport: ['ghost', 'misplaced'],
  },
  {
    name: 'a square let go at the edge of the screen',
    breaks:
      'A square goes from an interest as soon as the screen does not touch it, without margin and without linger, and is not there when the screen comes back.',
    file: 'server/grid/interest.ts',
    from: `const keep = squaresOnScreen(x, y, width, height, LEAVE_MARGIN_TILES);
    let left: InterestEntry[] | undefined;
    this.#leaveAt = undefined;
    for (const entry of this.entries.values()) {
      const { square } = entry;
      if (rectContains(keep, square.sx, square.sy)) {
        entry.leaveAt = undefined;
        continue;
      }
      entry.leaveAt ??= tick + LINGER_TICKS;`,
    to: `const keep = squaresOnScreen(x, y, width, height, 0);
    let left: InterestEntry[] | undefined;
    this.#leaveAt = undefined;
    for (const entry of this.entries.values()) {
      const { square } = entry;
      if (rectContains(keep, square.sx, square.sy)) {
        entry.leaveAt = undefined;
        continue;
      }
      entry.leaveAt ??= tick;`,
    mustReport: ['missed'],
    mayReport: [],
  },
  {
    name: 'a crossing told twice',
    breaks: 'Of every eighth player who crosses a border the entry is sent twice.',
    file: 'server/grid/replica.ts',
    from: 'for (const occupant of this.#entered) this.#writeEnter(occupant, occupant.from, tick);',
    to: `for (const occupant of this.#entered) {
      this.#writeEnter(occupant, occupant.from, tick);
      if (occupant.from !== 0 && occupant.rev % 8 === 0) this.#writeEnter(occupant, occupant.from, tick);
    }`,
    mustReport: ['duplicated'],
    mayReport: [],
  },
  {
    name: 'a leave not told',
    breaks: 'Clients are not told when every second player leaves the world; the checksums, which know it, heal that.',
    file: 'server/grid/replica.ts',
    from: 'records.leave({ id: before.id, generation: before.generation, rev, to });',
    to: 'if (to !== 0 || before.id % 2 !== 0) records.leave({ id: before.id, generation: before.generation, rev, to });',
    mustReport: ['ghost', 'diverged'],
    mayReport: [],
  },
  {
    name: 'a leave lost for good',
    breaks:
      'The grid does not hear that every second player leaves the world: server and clients agree that they stand there for ever.',
    file: 'server/grid/grid.ts',
    from: 'for (const player of events.left) this.#leave(player, undefined);',
    to: 'for (const player of events.left) if (player.id % 2 !== 0) this.#leave(player, undefined);',
    mustReport: ['ghost'],
    mayReport: [],
  },
  {
    name: 'a motion told with the wrong place',
    breaks: 'Every eighth motion of a player is told four tiles to the east of where it is.',
    file: 'server/grid/replica.ts',
    from: 'records.motion(id, rev, rebase(motion, tick, MOVED_AGE_TICKS, blocked), sx, sy, tick);',
    to: `const told = rebase(motion, tick, MOVED_AGE_TICKS, blocked);
        records.motion(id, rev, rev % 8 === 0 ? { ...told, x: told.x + 4 * 256 } : told, sx, sy, tick);`,
    mustReport: ['misplaced'],
    mayReport: [],
  },
];

/**
 * Not a fault on anybody's screen, and so none for the oracle: who is beyond the leave margin need not be shown, and
 * before a square is on the screen again it has been entered anew. It costs a snapshot each time.
 */
export const WITHOUT_LINGER: Defect = {
  name: 'a square let go beyond the leave margin without linger',
  breaks: 'Walking to and fro beyond the leave margin has squares forgotten and told afresh.',
  file: 'server/grid/interest.ts',
  from: 'entry.leaveAt ??= tick + LINGER_TICKS;',
  to: 'entry.leaveAt ??= tick;',
  mustReport: [],
  mayReport: [],
};
