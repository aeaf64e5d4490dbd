import { MAX_AREA_NAME, MAX_REASON, type Rule, ruleKey } from '../../shared/moderation.ts';

/** Rules as the store keeps them: JSON under the key of the rule. */

export const ruleText = (rule: Rule): string => JSON.stringify(rule);

/** Reads a rule; undefined for what this version does not lay down. */
export function readRule(key: string, text: string): Rule | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const rule = ruleOf(value as Readonly<Record<string, unknown>>);
    return rule !== undefined && ruleKey(rule) === key ? rule : undefined;
  } catch {
    return undefined;
  }
}

function ruleOf(fields: Readonly<Record<string, unknown>>): Rule | undefined {
  const { kind, player, address, name, untilMs, reason, left, top, right, bottom } = fields;
  if (kind === 'area') {
    if (!isText(name, MAX_AREA_NAME) || ![left, top, right, bottom].every(Number.isInteger)) return undefined;
    const area = { left, top, right, bottom } as Readonly<Record<'left' | 'top' | 'right' | 'bottom', number>>;
    return { kind, name, ...area };
  }
  if (!(untilMs === null || Number.isFinite(untilMs)) || !isText(reason, MAX_REASON)) return undefined;
  const limited = { untilMs: untilMs as number | null, reason };
  if ((kind === 'ban' || kind === 'mute') && Number.isInteger(player)) {
    return { kind, player: player as number, ...limited };
  }
  if (kind === 'address' && isText(address, 64)) return { kind, address, ...limited };
  return undefined;
}

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && [...value].length <= most;
