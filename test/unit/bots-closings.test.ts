import { describe, expect, it } from 'vitest';
import { closingsBy } from '../../client/bots/closing-counts.ts';
import { tableOf } from '../../client/bots/table.ts';
import { CLOSE } from '../../shared/closing.ts';
import { sampleReport } from './sample-report.ts';

const closing = ({ code, sentence }: { code: number; sentence: string }) => ({ code, reason: sentence });

describe('how connections ended', () => {
  it('is told apart by whether the player had joined, with the name of the code', () => {
    const bots = [
      { wasJoined: false, closings: [closing(CLOSE.full)] },
      { wasJoined: false, closings: [closing(CLOSE.full)] },
      { wasJoined: true, closings: [closing(CLOSE.goingAway)] },
      { wasJoined: true, closings: [] },
    ];
    expect(closingsBy(bots)).toEqual({
      refused: [{ code: 4005, name: 'full', reason: CLOSE.full.sentence, count: 2 }],
      dropped: [{ code: 1001, name: 'goingAway', reason: CLOSE.goingAway.sentence, count: 1 }],
    });
  });

  it('was a refusal where a newcomer was told to come again, and did', () => {
    const bots = [{ wasJoined: true, closings: [closing(CLOSE.busy)] }];
    expect(closingsBy(bots)).toMatchObject({ refused: [{ name: 'busy', count: 1 }], dropped: [] });
  });

  it('has a sentence where the server gave none', () => {
    const bots = [
      { wasJoined: true, closings: [{ code: 1006, reason: '' }] },
      { wasJoined: true, closings: [{ code: CLOSE.slow.code, reason: '' }] },
      { wasJoined: false, closings: [{ code: 4999, reason: '' }] },
    ];
    const { refused, dropped } = closingsBy(bots);
    expect(dropped).toEqual([
      { code: 1006, name: null, reason: 'The connection ended without a word.', count: 1 },
      { code: 4004, name: 'slow', reason: CLOSE.slow.sentence, count: 1 },
    ]);
    expect(refused).toEqual([{ code: 4999, name: null, reason: 'The server gave no reason.', count: 1 }]);
  });

  it('stands in the table, each with its code and sentence', () => {
    const by = closingsBy([
      { wasJoined: false, closings: [closing(CLOSE.full)] },
      { wasJoined: true, closings: [{ code: 1006, reason: '' }] },
    ]);
    const text = tableOf(sampleReport({ closingsBy: by }));
    expect(text).toContain(`1 × refused with 4005 (full): ${CLOSE.full.sentence}`);
    expect(text).toContain('1 × dropped with 1006: The connection ended without a word.');
  });
});
