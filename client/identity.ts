import { attempt, Memory } from './memory.ts';

/** What this needs of a window. */
export interface IdentityScope {
  readonly localStorage: Storage;
  readonly sessionStorage: Storage;
  readonly navigator: { readonly locks?: LockManager };
  readonly performance: Pick<Performance, 'getEntriesByType'>;
}

/** Which person a tab is: LASTING, or a number of its own. It outlives a reload. */
const TAB = 'flatlands.tab';
const LASTING = 'lasting';
const LOCK = 'flatlands.person';
/** A page before that has not gone yet may hold the lock for a moment; so long a tab that may be a copy waits, in ms … */
const COPY_MS = 1000;
/** … and one that was reloaded, which surely is no copy. A busy machine takes its time to end the page before. */
const RELOAD_MS = 10_000;

/**
 * Settles which person this tab is, and gives what is remembered of them. The browser's own person, who is the same
 * after a restart, is one tab's at a time: a lock that lasts as long as the page says whose. Any other tab is a person
 * of its own for as long as it lives. Where there are no locks, tabs keep to what they were and share what is lasting.
 */
export async function claimPerson(scope: IdentityScope): Promise<Memory> {
  const lasting = attempt(() => scope.localStorage);
  const tab = attempt(() => scope.sessionStorage);
  const locks = scope.navigator.locks;
  if (locks === undefined || lasting === undefined || tab === undefined) {
    return new Memory([tab, lasting].filter((place) => place !== undefined));
  }
  const patience = wasReloaded(scope) ? RELOAD_MS : COPY_MS;
  const before = attempt(() => tab.getItem(TAB)) ?? undefined;
  if (before !== undefined && before !== LASTING && (await hold(locks, lockOf(before), patience))) {
    return new Memory([tab]);
  }
  // A tab that was another person until a copy of it came does not become the browser's own.
  const mayBeLasting = before === undefined || before === LASTING;
  if (mayBeLasting && (await hold(locks, LOCK, before === LASTING ? patience : 0))) {
    attempt(() => tab.setItem(TAB, LASTING));
    return new Memory([lasting]);
  }
  return ownPerson(locks, tab);
}

/** Somebody new, for this tab alone; what a copied tab brought along is the other one's. */
async function ownPerson(locks: LockManager, tab: Storage): Promise<Memory> {
  const number = crypto.randomUUID();
  const memory = new Memory([tab]);
  memory.forget();
  attempt(() => tab.setItem(TAB, number));
  await hold(locks, lockOf(number), 0);
  return memory;
}

const lockOf = (number: string): string => `${LOCK}.${number}`;

function wasReloaded({ performance }: IdentityScope): boolean {
  return performance.getEntriesByType('navigation').some((entry) => 'type' in entry && entry.type === 'reload');
}

/** Takes a lock until the page is gone, waiting for it at most so long; returns whether it is held. */
function hold(locks: LockManager, name: string, waitMs: number): Promise<boolean> {
  const options: LockOptions = waitMs === 0 ? { ifAvailable: true } : { signal: AbortSignal.timeout(waitMs) };
  return new Promise((resolve) => {
    locks
      .request(name, options, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise<never>(() => undefined);
      })
      // Waited in vain, or locks are forbidden here.
      .catch(() => resolve(false));
  });
}
