import { describe, expect, it } from 'vitest';
import { Account, type Allowance } from '../../server/actions/account.ts';
import {
  EDIT_BURST,
  EDITS_PER_SECOND,
  EMOTE_BURST,
  EMOTES_PER_SECOND,
  LINE_BURST,
  LINES_PER_SECOND,
  PROFILE_BURST,
  PROFILES_PER_SECOND,
} from '../../server/actions/limits.ts';

const ALLOWANCES: readonly [allowance: Allowance, perSecond: number, burst: number][] = [
  ['edits', EDITS_PER_SECOND, EDIT_BURST],
  ['lines', LINES_PER_SECOND, LINE_BURST],
  ['emotes', EMOTES_PER_SECOND, EMOTE_BURST],
  ['profiles', PROFILES_PER_SECOND, PROFILE_BURST],
];

/** How often an allowance can be drawn on at once. */
function drawn(account: Account, allowance: Allowance, nowMs: number): number {
  let count = 0;
  while (account.draw(allowance, nowMs)) count++;
  return count;
}

describe("a player's account", () => {
  it.each(ALLOWANCES)('%s: a burst however late the first is, and then the rate', (allowance, perSecond, burst) => {
    const account = new Account();
    expect(drawn(account, allowance, 500_000)).toBe(burst);
    const nextMs = 500_000 + Math.ceil(1000 / perSecond);
    expect(account.draw(allowance, nextMs - 2)).toBe(false);
    expect(account.draw(allowance, nextMs)).toBe(true);
    expect(account.draw(allowance, nextMs)).toBe(false);
  });

  it('what is drawn of one allowance takes nothing from the others, nor from those of somebody else', () => {
    const account = new Account();
    for (const [allowance, , burst] of ALLOWANCES) expect(drawn(account, allowance, 0)).toBe(burst);
    expect(drawn(new Account(), 'emotes', 0)).toBe(EMOTE_BURST);
  });
});
