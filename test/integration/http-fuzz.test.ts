import { expect, it } from 'vitest';
import { ADMIN_TOKEN, AdminClient } from '../helpers/admin-client.ts';
import { handshakeInput, httpInput } from '../helpers/http-mutations.ts';
import { tryInput } from '../helpers/input-lane.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { startTestApp } from '../helpers/test-app.ts';

const SEED = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const INPUTS = 4000;
const LANES = 32;

// `npm run bench -- fuzz` sends a hundred thousand of them.
it(`${INPUTS} malformed requests and handshakes are refused, and harm nobody (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const app = await startTestApp({ adminToken: ADMIN_TOKEN, adminWrites: true, trustedProxies: ['127.0.0.1'] });
  const { client } = await RawClient.join(app.url);
  const statuses = new Map<number, number>();
  const faults: string[] = [];
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent++ < INPUTS) {
      const bytes = random() < 0.5 ? httpInput(random) : handshakeInput(random);
      const { status = 0, answer } = await tryInput(app.port, bytes);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 500 || answer.includes('root:'))
        faults.push(`${status} of ${bytes.toString('latin1').slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(faults).toEqual([]);
  // They got as far as there is to get.
  for (const status of [101, 200, 400, 401, 403, 404, 426, 431])
    expect(statuses.get(status), `${status}`).toBeGreaterThan(0);
  expect(client.ending).toBeUndefined();
  expect((await new AdminClient(app).get('/rules')).body.rules, 'and lay nothing down').toEqual([]);
}, 60_000);
