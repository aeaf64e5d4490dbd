import { describe, expect, it } from 'vitest';
import { Heartbeat } from '../../client/core/heartbeat.ts';
import { SyncedClock } from '../../shared/synced-clock.ts';

/** What a heartbeat says when it is looked at at these times; each time the client has come up to this frame. */
function saidAt(looks: readonly (readonly [now: number, frame: number])[]): string[] {
  const heartbeat = new Heartbeat(new SyncedClock(() => 0));
  heartbeat.restart(0);
  heartbeat.numbered(0);
  return looks.flatMap(([now, frame]) => {
    const alive = heartbeat.due(now, frame);
    if (alive === undefined) return [];
    heartbeat.numbered(now);
    return `${now}: ${frame}${alive.nonce === null ? '' : ', and asks for the time'}`;
  });
}

/** The quick questions of the beginning are over. */
const BEGINNING = [250, 500, 750].map((now) => [now, 0] as const);
const AFTER = BEGINNING.length;

describe('Heartbeat', () => {
  it('asks for the time four times, then says once a second how far it has come, and asks every 5 s', () => {
    const looks = Array.from({ length: 28 }, (_, i) => [i * 250, i] as const);
    expect(saidAt(looks)).toEqual([
      '250: 1, and asks for the time',
      '500: 2, and asks for the time',
      '750: 3, and asks for the time',
      '1750: 7',
      '2750: 11',
      '3750: 15',
      '4750: 19',
      '5750: 23, and asks for the time',
      '6750: 27',
    ]);
  });

  it('says again, once what waited has come, when it was away', () => {
    const looks = [
      ...BEGINNING,
      [1000, 10],
      // Away for three seconds: the first look is before the frames that have come meanwhile.
      [4000, 10],
      [4016, 40],
      [4100, 40],
      [4116, 41],
      [4500, 45],
    ] as const;
    expect(saidAt(looks).slice(AFTER)).toEqual(['4000: 10', '4100: 40']);
  });

  it('is heard all the same when it is never looked at more often than once a second', () => {
    const looks = [...BEGINNING, ...[2000, 3000, 4000].map((now) => [now, now / 100] as const)];
    expect(saidAt(looks).slice(AFTER)).toEqual(['2000: 20', '3000: 30', '4000: 40']);
  });
});
