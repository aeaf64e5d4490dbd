import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Player } from '../../server/world/player.ts';
import { REWIND_TICKS } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';

const BEGIN = 1000;
const EAST = 0;

const playerAt = (x: number, y: number): Player =>
  new Player({ id: 1, generation: 1, name: 'Ada', look: 0, profileVersion: 1 }, x, y, BEGIN);

describe('where a player was (M2)', () => {
  it('somebody who has not walked was where they are', () => {
    const player = playerAt(70, -80);
    for (let tick = BEGIN - REWIND_TICKS; tick < BEGIN + 20; tick++) {
      player.remember(tick);
      expect([player.xAt(tick), player.yAt(tick)]).toEqual([70, -80]);
    }
  });

  it('whatever they do, every place of the rewind window is known, also beyond 32 bits and after a rest', () => {
    const deed = fc.record({
      ticks: fc.integer({ min: 1, max: 20 }),
      walks: fc.boolean(),
      dx: fc.integer({ min: -51, max: 51 }),
    });
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 30 }), fc.constantFrom(0, 2 ** 40), (deeds, origin) => {
        const player = playerAt(origin, origin + 7);
        const places = new Map([[BEGIN, origin]]);
        let tick = BEGIN;
        for (const { ticks, walks, dx } of deeds) {
          player.turn(tick, walks ? EAST : STANDING);
          for (let i = 0; i < ticks; i++) {
            tick++;
            if (walks) {
              player.x += dx;
              player.y += dx;
              player.remember(tick);
            }
            places.set(tick, player.x);
            if (tick - player.motion.tick > REWIND_TICKS) player.rest();
            for (let t = Math.max(BEGIN, tick - REWIND_TICKS); t <= tick; t++) {
              const x = places.get(t) as number;
              expect([player.xAt(t), player.yAt(t)]).toEqual([x, x + 7]);
              expect([player.xAt(t), player.yAt(t)]).toEqual([x, x + 7]);
            }
          }
        }
        if (player.heading === STANDING) return;
        player.rewind(tick - 1);
        const x = places.get(tick - 1) as number;
        expect([player.x, player.y]).toEqual([x, x + 7]);
      }),
    );
  });
});
