import { CLOSE, type CloseReason } from '../../shared/closing.ts';

/** How many connections ended in the same way. */
export interface ClosingCount {
  readonly code: number;
  /** In the table of close codes; null for a code that is not in it. */
  readonly name: string | null;
  /** What the server said; what the code means where it said nothing. */
  readonly reason: string;
  readonly count: number;
}

/** How connections ended that no bot had closed itself, the most frequent first. */
export interface ClosingsBy {
  /** Of players who were not let in, or not that time. */
  readonly refused: readonly ClosingCount[];
  /** Of players who were in the world. */
  readonly dropped: readonly ClosingCount[];
}

/** A bot, as far as its connections go. */
interface Closed {
  readonly wasJoined: boolean;
  readonly closings: readonly { readonly code: number; readonly reason: string }[];
}

/** So many of each are told apart; the rarest are left out. */
const MAX_KINDS = 50;

/** What only newcomers are told: whoever was in the world later was refused all the same when they heard it. */
const TO_NEWCOMERS: ReadonlySet<number> = new Set(
  [CLOSE.busy, CLOSE.full, CLOSE.version, CLOSE.noHello, CLOSE.edge, CLOSE.closedSpawn].map(({ code }) => code),
);

/** Codes of the WebSocket protocol that no server sends. */
const WITHOUT_A_WORD: Readonly<Record<number, string>> = {
  1005: 'The connection was closed without a reason.',
  1006: 'The connection ended without a word.',
};

export function closingsBy(bots: readonly Closed[]): ClosingsBy {
  const refused: ClosingCount[] = [];
  const dropped: ClosingCount[] = [];
  for (const { wasJoined, closings } of bots) {
    for (const { code, reason } of closings) {
      const list = wasJoined && !TO_NEWCOMERS.has(code) ? dropped : refused;
      list.push({ code, name: nameOf(code), reason: reason === '' ? meaningOf(code) : reason, count: 1 });
    }
  }
  return { refused: addedUp(refused), dropped: addedUp(dropped) };
}

/** Counts of the same code and reason in one, the most frequent first. */
export function addedUp(counts: readonly ClosingCount[]): ClosingCount[] {
  const byKind = new Map<string, ClosingCount>();
  for (const closing of counts) {
    const key = `${closing.code} ${closing.reason}`;
    byKind.set(key, { ...closing, count: closing.count + (byKind.get(key)?.count ?? 0) });
  }
  return [...byKind.values()].sort((a, b) => b.count - a.count).slice(0, MAX_KINDS);
}

/** "4005 (full)" */
export const codeOf = ({ code, name }: ClosingCount): string => (name === null ? `${code}` : `${code} (${name})`);

const entryOf = (code: number): [string, CloseReason] | undefined =>
  Object.entries<CloseReason>(CLOSE).find(([, reason]) => reason.code === code);

const nameOf = (code: number): string | null => entryOf(code)?.[0] ?? null;

const meaningOf = (code: number): string =>
  entryOf(code)?.[1].sentence ?? WITHOUT_A_WORD[code] ?? 'The server gave no reason.';
