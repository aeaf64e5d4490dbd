import type { Store } from '../store/store.ts';
import { UpkeepFailure } from './failure.ts';
import { grouped } from './tally.ts';

/**
 * Deletes all that is kept of everybody by a name.
 * @returns a sentence on how many they were
 * @throws UpkeepFailure when there is nobody
 */
export async function forgetName(store: Store, name: string): Promise<string> {
  // Names are kept composed, and a terminal may give them in pieces.
  const composed = name.normalize('NFC');
  let count = await store.forget(composed);
  if (composed !== name) count += await store.forget(name);
  const called = `called ${JSON.stringify(name)}`;
  if (count === 0) throw new UpkeepFailure(`Nobody is ${called}, so nothing has been forgotten.`);
  return count === 1
    ? `1 person ${called} has been forgotten.`
    : `${grouped(count)} people ${called} have been forgotten.`;
}
