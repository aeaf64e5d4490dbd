import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { encodeClientMessage } from '../../shared/client-codec.ts';
import { CLOSE } from '../../shared/closing.ts';
import { subjects } from '../bench/codec/samples.ts';
import { BusyNode } from '../bench/inbound/busy-node.ts';
import { measureInProcess, STAGES } from '../bench/inbound/in-process.ts';

describe('the node of the inbound benchmark', () => {
  it('finds that everybody walks as they said, when they were heard', async () => {
    const busy = await BusyNode.start(9);
    for (let i = 0; i < 5; i++) {
      await busy.flush();
      const inputs = busy.nextInputs();
      busy.sessions.forEach((session, index) => {
        const input = inputs[index];
        if (input !== undefined) session.receive(encodeClientMessage(input));
      });
      expect(() => busy.assertApplied()).not.toThrow();
    }
  });

  it('finds that somebody was not heard', async () => {
    const busy = await BusyNode.start(9);
    const [first, ...others] = busy.nextInputs();
    expect(first).toBeDefined();
    for (const [i, input] of others.entries()) busy.sessions[i + 1]?.receive(encodeClientMessage(input));
    expect(() => busy.assertApplied()).toThrow('A joined player said 1');
  });

  it('throws what a session was closed with', async () => {
    const busy = await BusyNode.start(2);
    busy.sessions[0]?.receive(Uint8Array.of(0xc1));
    await expect(busy.flush()).rejects.toThrow(`closed with ${CLOSE.malformed.code}`);
  });

  it('comes to a figure for every stage', async () => {
    const costs = await measureInProcess({ sessions: 20, rounds: 2, turnsPerRound: 2, warmUpTurns: 1 });
    expect([...costs.keys()]).toEqual(STAGES);
    for (const [stage, { micros, bytes }] of costs) {
      expect(Number.isFinite(micros) && micros >= 0, stage).toBe(true);
      expect(Number.isFinite(bytes), stage).toBe(true);
    }
  });
});

describe('the samples of the codec benchmark', () => {
  it.each(subjects().map((subject) => [subject.name, subject] as const))(
    'come out of every form as they went in, and smallest out of ours: %s',
    (_name, { value, forms }) => {
      const sizes = forms.map(({ encode, decode }) => {
        const bytes = encode();
        expect(isDeepStrictEqual(decode(bytes), value)).toBe(true);
        return bytes.length;
      });
      expect(forms[0]?.name).toBe('ours');
      expect(sizes[0]).toBe(Math.min(...sizes));
    },
  );
});
