import { expect, it } from 'vitest';
import { STANDING } from '../../shared/motion.ts';
import { Seat } from '../helpers/seat.ts';
import { Stage } from '../helpers/stage.ts';

const EAST = 0;
const SOUTH = 64;

it('what is said before the welcome is done after it, each as it was said (P-HELLO-1)', async () => {
  const stage = await Stage.start();
  const seat = new Seat(stage.node, () => stage.tick, stage.terrain.blocked);
  seat.hello({ at: [0, 0] });
  seat.turn(EAST, stage.tick + 1);
  seat.turn(SOUTH, stage.tick + 2);
  seat.say({ type: 'alive', frame: 0, nonce: 7 });
  seat.turn(STANDING, stage.tick + 2);
  expect(seat.frames, 'nothing has been answered yet').toEqual([]);
  await stage.until('the inputs were answered', () => seat.of('own').some(({ n }) => n === 3));
  await stage.until('the question was answered', () => seat.of('pong').length > 0);
  expect(seat.of('pong')).toMatchObject([{ nonce: 7 }]);
  // A tick eastwards, and then neither south nor on.
  const [middle, step] = [128, 51];
  expect(seat.own).toMatchObject({ n: 3, x: middle + step, y: middle, heading: STANDING });
  expect(seat.ending).toBeUndefined();
});

it('messages that come one after the other in a session are each taken for what they are', async () => {
  const stage = await Stage.start();
  const seat = await stage.join({ at: [0, 0] });
  seat.turn(EAST);
  seat.say({ type: 'alive', frame: stage.tick, nonce: 1 });
  seat.turn(SOUTH);
  seat.say({ type: 'alive', frame: stage.tick, nonce: null });
  await stage.until('both inputs were answered', () => seat.own.n === 2);
  expect(seat.own.heading).toBe(SOUTH);
  expect(seat.of('pong')).toMatchObject([{ nonce: 1 }]);
});
