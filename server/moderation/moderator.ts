import {
  type AddressBan,
  type AuditRecord,
  type FoundPerson,
  type Mute,
  type PersonBan,
  type ProtectedArea,
  type RevertChoice,
  type RevertProgress,
  type Rule,
  ruleKey,
} from '../../shared/moderation.ts';
import type { Store } from '../store/store.ts';
import type { OrderDesk } from './order-desk.ts';
import type { Reverter } from './reverter.ts';
import type { RuleBook } from './rule-book.ts';
import { ruleText } from './rule-text.ts';

export interface ModeratorOptions {
  readonly store: Pick<Store, 'audit' | 'audited' | 'setRule'>;
  readonly rules: RuleBook;
  readonly desk: Pick<OrderDesk, 'give'>;
  readonly reverter: Pick<Reverter, 'run'>;
  /** The time of day, in ms since 1970. */
  readonly wallMs: () => number;
  /** From [0, 1). */
  readonly random: () => number;
  /** Somebody who runs the world has done something; undoing has got further. */
  readonly audited: (record: AuditRecord) => void;
  readonly reverting: (progress: RevertProgress) => void;
  readonly failed: (error: unknown) => void;
}

/** What is asked for cannot be done as things are; the message is a sentence for whoever has asked. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
  /** Of HTTP. */
  readonly status: 404 | 409;

  constructor(status: Unmet['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** Rules laid down at once; further ones are refused. */
export const MAX_RULES = 10_000;

const NOT_HERE = 'Nobody of that number is in the world at the moment.';

/**
 * What those who run a world may do. Each of these is noted in the audit log first: what cannot be noted is not done.
 * Rules are kept by the store, and all nodes are told at once that there are others.
 */
export class Moderator {
  readonly #options: ModeratorOptions;
  #isReverting = false;

  constructor(options: ModeratorOptions) {
    this.#options = options;
  }

  get rules(): readonly Rule[] {
    return this.#options.rules.rules;
  }

  /** Those in the world of whose name this is a part; `#12` for a number. */
  async people(text: string): Promise<readonly FoundPerson[]> {
    const { people } = await this.#options.desk.give({ kind: 'seek', text });
    return people.toSorted((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
  }

  /** What was done, newest first. @param before an id */
  async audit(before: number, most: number): Promise<readonly AuditRecord[]> {
    const entries = await this.#options.store.audited(before, most);
    return entries.flatMap(({ id, text }) => {
      try {
        return [{ ...(JSON.parse(text) as Omit<AuditRecord, 'id'>), id }];
      } catch {
        return [];
      }
    });
  }

  /** Ends a session; the person may come back. @throws Unmet when they are not there */
  async kick(by: string, player: number, reason: string): Promise<void> {
    await this.#note(by, 'kick', { player, reason });
    const { people } = await this.#options.desk.give({ kind: 'kick', player, reason });
    if (people.length === 0) throw new Unmet(404, NOT_HERE);
  }

  ban(by: string, ban: PersonBan | AddressBan): Promise<void> {
    return this.#lay(by, 'ban', ban);
  }

  mute(by: string, mute: Mute): Promise<void> {
    return this.#lay(by, 'mute', mute);
  }

  protect(by: string, area: ProtectedArea): Promise<void> {
    return this.#lay(by, 'protect', area);
  }

  /** Takes a rule back. @throws Unmet when there is none of the key */
  async lift(by: string, key: string): Promise<void> {
    if (!this.rules.some((rule) => ruleKey(rule) === key)) throw new Unmet(404, 'There is no such rule.');
    await this.#note(by, 'lift', { key });
    await this.#options.store.setRule(key, undefined);
    await this.#changed();
  }

  /** Puts somebody on a tile, or the nearest free one. @throws Unmet when they are not there */
  async teleport(by: string, player: number, tileX: number, tileY: number): Promise<FoundPerson> {
    await this.#note(by, 'teleport', { player, tileX, tileY });
    const { people } = await this.#options.desk.give({ kind: 'teleport', player, tileX, tileY });
    const [person] = people;
    if (person === undefined) throw new Unmet(404, NOT_HERE);
    return person;
  }

  /**
   * Follows somebody's next change of direction to all who are told of it; what each node did with it comes onto the
   * notice board. Gives the id that it goes by. @throws Unmet when they are not there
   */
  async follow(player: number): Promise<number> {
    const id = Math.floor(this.#options.random() * 2 ** 32);
    const { people } = await this.#options.desk.give({ kind: 'follow', player, id });
    if (people.length === 0) throw new Unmet(404, NOT_HERE);
    return id;
  }

  /** Says something to everybody in the world. */
  async announce(by: string, text: string): Promise<void> {
    await this.#note(by, 'announce', { text });
    await this.#options.desk.give({ kind: 'announce', text });
  }

  /** Counts what would be undone; nothing is. */
  countReverts(choice: RevertChoice): Promise<RevertProgress> {
    return this.#options.reverter.run(choice, false, () => undefined);
  }

  /** Begins to undo edits; how far that is, `reverting` is told. @throws Unmet while another one is under way */
  async revert(by: string, choice: RevertChoice): Promise<void> {
    if (this.#isReverting) throw new Unmet(409, 'Something is being undone already: wait until that is done.');
    this.#isReverting = true;
    try {
      await this.#note(by, 'revert', { ...choice });
    } catch (error) {
      this.#isReverting = false;
      throw error;
    }
    void this.#revert(by, choice);
  }

  async #revert(by: string, choice: RevertChoice): Promise<void> {
    const { reverter, reverting, failed } = this.#options;
    let last: RevertProgress | undefined;
    const tell = (progress: RevertProgress): void => {
      last = progress;
      reverting(progress);
    };
    try {
      await reverter.run(choice, true, tell);
    } catch (error) {
      if (last !== undefined) tell({ ...last, phase: 'failed' });
      failed(error);
    }
    this.#isReverting = false;
    const { phase, setBack, passedOver } = last ?? {};
    await this.#note(by, 'reverted', { phase, setBack, passedOver }).catch(failed);
  }

  async #lay(by: string, action: string, rule: Rule): Promise<void> {
    const { store, rules } = this.#options;
    const key = ruleKey(rule);
    if (this.rules.length >= MAX_RULES && !this.rules.some((one) => ruleKey(one) === key)) {
      throw new Unmet(409, `There are ${MAX_RULES} rules: lift some that are no longer needed.`);
    }
    const { kind, ...details } = rule;
    await this.#note(by, action, { kind, ...details });
    await store.setRule(key, ruleText(rule));
    for (const old of rules.outlived) if (ruleKey(old) !== key) await store.setRule(ruleKey(old), undefined);
    await this.#changed();
  }

  /** All nodes read the rules again, this one among them. */
  async #changed(): Promise<void> {
    await this.#options.desk.give({ kind: 'rules' });
  }

  async #note(by: string, action: string, details: AuditRecord['details']): Promise<void> {
    const { store, wallMs, audited } = this.#options;
    const record = { atMs: Math.round(wallMs()), by, action, details };
    const { id } = await store.audit(JSON.stringify(record));
    audited({ id, ...record });
  }
}
