import type { AddressBan, Mute, PersonBan, ProtectedArea, Rule } from '../../shared/moderation.ts';
import { readRule } from './rule-text.ts';

/** What those who run the world have laid down, as this node knows it. */
export class RuleBook {
  readonly #wallMs: () => number;
  #rules: readonly Rule[] = [];
  #bans = new Map<number, PersonBan>();
  #mutes = new Map<number, Mute>();
  #addresses = new Map<string, AddressBan>();
  #areas: readonly ProtectedArea[] = [];

  /** @param wallMs the time of day, in ms since 1970 */
  constructor(wallMs: () => number) {
    this.#wallMs = wallMs;
  }

  /** All rules that hold now. */
  get rules(): readonly Rule[] {
    return this.#rules.filter((rule) => rule.kind === 'area' || this.#holds(rule));
  }

  /** Those whose time is over. */
  get outlived(): readonly Rule[] {
    return this.#rules.filter((rule) => rule.kind !== 'area' && !this.#holds(rule));
  }

  /** Takes what the store has; what cannot be read is passed over. */
  replace(texts: ReadonlyMap<string, string>): void {
    const rules = [...texts].flatMap(([key, text]) => readRule(key, text) ?? []);
    this.#rules = rules;
    this.#bans = new Map(rules.flatMap((rule) => (rule.kind === 'ban' ? [[rule.player, rule]] : [])));
    this.#mutes = new Map(rules.flatMap((rule) => (rule.kind === 'mute' ? [[rule.player, rule]] : [])));
    this.#addresses = new Map(rules.flatMap((rule) => (rule.kind === 'address' ? [[rule.address, rule]] : [])));
    this.#areas = rules.filter((rule) => rule.kind === 'area');
  }

  banOf(player: number): PersonBan | undefined {
    return this.#holding(this.#bans.get(player));
  }

  /** @param address by which all from the same source go */
  addressBanOf(address: string): AddressBan | undefined {
    return this.#holding(this.#addresses.get(address));
  }

  muteOf(player: number): Mute | undefined {
    return this.#holding(this.#mutes.get(player));
  }

  /** The area that a tile lies in, where nobody builds. */
  areaAt(tileX: number, tileY: number): ProtectedArea | undefined {
    return this.#areas.find(
      ({ left, top, right, bottom }) => tileX >= left && tileX <= right && tileY >= top && tileY <= bottom,
    );
  }

  #holding<T extends Exclude<Rule, ProtectedArea>>(rule: T | undefined): T | undefined {
    return rule !== undefined && this.#holds(rule) ? rule : undefined;
  }

  #holds({ untilMs }: Exclude<Rule, ProtectedArea>): boolean {
    return untilMs === null || this.#wallMs() < untilMs;
  }
}

/** What is said to whoever a rule is about: the reason, and until when; empty when there is neither. */
export function ruleWords({ untilMs, reason }: Exclude<Rule, ProtectedArea>): string {
  const until = untilMs === null ? '' : `until ${new Date(untilMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [reason, until].filter((words) => words !== '').join(', ');
}
