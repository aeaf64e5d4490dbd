import type { Lines, Whisper } from '../../shared/protocol.ts';
import type { LookAlikes } from './look-alikes.ts';

export type ChatKind = 'said' | 'me' | 'roll' | 'whisper' | 'notice';

/** One entry of the log, as it is to be shown. */
export interface ChatEntry {
  /** Unique in the log. */
  readonly key: string;
  readonly kind: ChatKind;
  /** Who said it; 0 for a notice. */
  readonly player: number;
  /** Their name, told apart from others that look like it; empty for a notice. */
  readonly name: string;
  /** Without the command that it began with. */
  readonly text: string;
  /** In ms since 1970, by the server's clock. */
  readonly atMs: number;
  /** Whether it was said before one came. */
  readonly isHistory: boolean;
  readonly isOwn: boolean;
  /** Of a whisper that one sent oneself: to whom. */
  readonly to?: string;
}

export interface ChatLogOptions {
  /** In ms since 1970. */
  readonly timeOfDay: () => number;
  readonly lookAlikes: LookAlikes;
  readonly muted?: Iterable<number> | undefined;
}

/** An entry as it was told, and as it is shown once somebody looks: until then its names need not be told apart. */
interface Kept {
  readonly told: ChatEntry;
  /** Of one's own whisper: whose name `to` is. */
  readonly recipient: number | undefined;
  shown: ChatEntry | undefined;
}

/** Entries kept. Beyond that those of muted people go first, then the oldest. */
const MAX_ENTRIES = 300;

/** What was said near, to oneself, and about one's own requests; oldest first, everything once. */
export class ChatLog {
  readonly #options: ChatLogOptions;
  readonly #muted: Set<number>;
  /** Muted people's too: they come back when their people are heard again. */
  #all: Kept[] = [];
  readonly #keys = new Set<string>();
  #entries: readonly ChatEntry[] | undefined;
  #version = 0;
  /** Of whispers and notices, which have no number of their own. */
  #count = 0;
  /** The server's time of day minus the local one, in ms, by the newest line heard live. */
  #aheadMs = 0;

  constructor(options: ChatLogOptions) {
    this.#options = options;
    this.#muted = new Set(options.muted);
  }

  get entries(): readonly ChatEntry[] {
    this.#entries ??= this.#all.filter(({ told }) => !this.#isSilent(told)).map((kept) => this.#shown(kept));
    return this.#entries;
  }

  /** Raised whenever the entries change. */
  get version(): number {
    return this.#version;
  }

  get muted(): ReadonlySet<number> {
    return this.#muted;
  }

  isMuted(id: number): boolean {
    return this.#muted.has(id);
  }

  /** Shows nothing of a player from now on, nor what they said before. */
  mute(id: number): void {
    if (this.#muted.has(id)) return;
    this.#muted.add(id);
    this.#changed();
  }

  unmute(id: number): void {
    if (this.#muted.delete(id)) this.#changed();
  }

  /** Takes in lines of one square, some of which may be known. */
  told({ sx, sy, lines, isHistory }: Lines, ownId: number | undefined): void {
    let isAnyNew = false;
    for (const { id, player, name, text, atMs } of lines) {
      const key = `${sx},${sy}:${id}`;
      if (this.#keys.has(key)) continue;
      isAnyNew = true;
      if (!isHistory) this.#aheadMs = atMs - this.#options.timeOfDay();
      this.#add({ key, ...spoken(text), player, name, atMs, isHistory, isOwn: player === ownId });
    }
    if (isAnyNew) this.#changed();
  }

  whispered({ from, fromName, to, toName, text }: Whisper, ownId: number | undefined): void {
    const isOwn = from === ownId;
    const base = { key: this.#newKey(), kind: 'whisper', text, atMs: this.#nowMs(), isHistory: false } as const;
    this.#add({ ...base, player: from, name: fromName, isOwn, ...(isOwn ? { to: toName } : {}) }, to);
    this.#changed();
  }

  /** Something to be read among the lines that nobody said. */
  notice(text: string): void {
    const base = { key: this.#newKey(), kind: 'notice', text, atMs: this.#nowMs(), isHistory: false } as const;
    this.#add({ ...base, player: 0, name: '', isOwn: false });
    this.#changed();
  }

  /** Another world: what was said in the one before was said elsewhere. */
  clear(): void {
    this.#all = [];
    this.#keys.clear();
    this.#changed();
  }

  #newKey(): string {
    return `own:${++this.#count}`;
  }

  /** Now by the server's clock as far as it is known; never before what is in the log already. */
  #nowMs(): number {
    const nowMs = Math.round(this.#options.timeOfDay() + this.#aheadMs);
    return Math.max(nowMs, this.#all.at(-1)?.told.atMs ?? 0);
  }

  #add(told: ChatEntry, recipient?: number): void {
    let index = this.#all.length;
    while (index > 0 && (this.#all[index - 1] as Kept).told.atMs > told.atMs) index--;
    this.#all.splice(index, 0, { told, recipient, shown: undefined });
    this.#keys.add(told.key);
    if (this.#all.length <= MAX_ENTRIES) return;
    const silent = this.#muted.size === 0 ? -1 : this.#all.findIndex((kept) => this.#isSilent(kept.told));
    const [gone] = this.#all.splice(Math.max(0, silent), 1);
    if (gone !== undefined) this.#keys.delete(gone.told.key);
  }

  #shown(kept: Kept): ChatEntry {
    kept.shown ??= this.#named(kept);
    return kept.shown;
  }

  #named({ told, recipient }: Kept): ChatEntry {
    if (told.kind === 'notice') return told;
    const { lookAlikes } = this.#options;
    const name = lookAlikes.shownAs(told.player, told.name);
    if (told.to === undefined || recipient === undefined) return { ...told, name };
    return { ...told, name, to: lookAlikes.shownAs(recipient, told.to) };
  }

  #isSilent({ player, isOwn }: ChatEntry): boolean {
    return !isOwn && this.#muted.has(player);
  }

  #changed(): void {
    this.#entries = undefined;
    this.#version++;
  }
}

/** What a line is, by how it begins. */
function spoken(text: string): { readonly kind: ChatKind; readonly text: string } {
  if (text.startsWith('/me ')) return { kind: 'me', text: text.slice('/me '.length) };
  if (text.startsWith('/roll ')) return { kind: 'roll', text: text.slice('/roll '.length) };
  return { kind: 'said', text };
}
