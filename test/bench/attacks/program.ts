/** The process of the attackers, so that what they use of the processor is not the server's. */
import { obey } from '../fan-out/pinned-program.ts';
import { ATTACKS } from './attacks.ts';
import type { AttackOrders } from './orders.ts';
import { Tries } from './tries.ts';

let ending = new AbortController();

obey<AttackOrders>({
  attack: async ({ name, target }) => {
    const attack = ATTACKS.find((one) => one.name === name);
    if (attack === undefined) throw new Error(`There is no attack "${name}".`);
    ending = new AbortController();
    const tries = new Tries(target, ending.signal);
    await attack.run(tries);
    await tries.end();
    return tries.gains;
  },
  stop: () => {
    ending.abort();
    return null;
  },
});
