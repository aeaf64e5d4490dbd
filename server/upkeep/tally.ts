import type { StoreInfo, StoreRecord } from '../store/store.ts';

/** What records hold, in the numbers of `StoreInfo`. */
export class Tally {
  records = 0;
  #profiles = 0;
  #edits = 0;
  #gems = 0;
  #chat = 0;

  add(record: StoreRecord): void {
    this.records++;
    switch (record.type) {
      case 'player':
        this.#profiles++;
        return;
      case 'square':
        for (const { kind } of record.edits.tiles) if (kind !== 0) this.#edits++;
        return;
      case 'chat':
        this.#chat += record.lines.length;
        return;
      case 'claim':
        this.#gems++;
        return;
      case 'world':
      case 'log':
      case 'rule':
      case 'audit':
        return;
    }
  }

  get info(): StoreInfo {
    return { profiles: this.#profiles, edits: this.#edits, gems: this.#gems, chat: this.#chat };
  }

  /** All of these together: how far one is, where a record may be a player or a whole square. */
  get things(): number {
    return thingsOf(this.info);
  }
}

export const thingsOf = ({ profiles, edits, gems, chat }: StoreInfo): number => profiles + edits + gems + chat;

/** `30 profiles, 1 edit, 0 gems and 60 lines of chat` */
export function inWords({ profiles, edits, gems, chat }: StoreInfo): string {
  const counted = (count: number, one: string, many: string): string => `${grouped(count)} ${count === 1 ? one : many}`;
  return (
    `${counted(profiles, 'profile', 'profiles')}, ${counted(edits, 'edit', 'edits')}, ` +
    `${counted(gems, 'gem', 'gems')} and ${counted(chat, 'line', 'lines')} of chat`
  );
}

/** `12,345` */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
