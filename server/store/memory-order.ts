import { MAX_RULES } from './memory-limits.ts';
import { type AuditEntry, KEPT_AUDIT, type Store, StoreError } from './store.ts';

/** What those who run the world have laid down and done, in the in-process store. */
export class MemoryOrder {
  readonly rules = new Map<string, string>();
  readonly entries: AuditEntry[] = [];
  #lastId = 0;
  #notice: string | undefined;

  readonly methods: Pick<Store, 'rules' | 'setRule' | 'audit' | 'audited' | 'notice' | 'setNotice'> = {
    rules: async () => new Map(this.rules),
    setRule: async (key, text) => this.set(key, text),
    audit: async (text) => {
      const entry = { id: this.#lastId + 1, text };
      this.take(entry);
      return entry;
    },
    audited: async (before, most) =>
      this.entries
        .filter(({ id }) => id < before)
        .slice(-most)
        .reverse(),
    notice: async () => this.#notice,
    setNotice: async (text) => {
      this.#notice = text;
    },
  };

  set(key: string, text: string | undefined): void {
    if (text === undefined) this.rules.delete(key);
    else if (this.rules.size >= MAX_RULES && !this.rules.has(key)) {
      throw new StoreError('full', `${MAX_RULES} rules are all that a server takes which keeps its world in memory.`);
    } else this.rules.set(key, text);
  }

  take(entry: AuditEntry): void {
    const at = this.entries.findIndex(({ id }) => id >= entry.id);
    if (at < 0) this.entries.push(entry);
    else this.entries.splice(at, this.entries[at]?.id === entry.id ? 1 : 0, entry);
    if (this.entries.length > KEPT_AUDIT) this.entries.shift();
    this.#lastId = Math.max(this.#lastId, entry.id);
  }
}
