import { BEHAVIOURS } from './behaviour.ts';
import type { BotsOptions, ShareName } from './options.ts';

const MAX_SHARE = 1000;

export const SHARE_NAMES: readonly ShareName[] = [...BEHAVIOURS, 'mixed'];

/** Completes a sentence such as "--behaviour takes …". */
export const SHARES_ACCEPTED = `names out of ${SHARE_NAMES.join(', ')}, each with or without :SHARE (up to ${MAX_SHARE}), separated by commas`;

/**
 * `wander:3,border`: shares are in proportion to one another, 1 when not given; naming one again adds to it. Undefined
 * for anything else.
 */
export function readShares(text: string): BotsOptions['behaviours'] | undefined {
  const shares: Partial<Record<ShareName, number>> = {};
  for (const part of text.split(',')) {
    const [name = '', shareText, ...rest] = part.trim().split(':');
    const share = shareText === undefined ? 1 : Number(shareText);
    if (rest.length > 0 || shareText === '' || !(share >= 0 && share <= MAX_SHARE)) return undefined;
    const known = SHARE_NAMES.find((one) => one === name);
    if (known === undefined) return undefined;
    shares[known] = (shares[known] ?? 0) + share;
  }
  return Object.values(shares).some((share) => share > 0) ? shares : undefined;
}
