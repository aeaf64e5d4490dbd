import { describe, expect, it } from 'vitest';
import { NoticeBoard } from '../../server/notice-board.ts';

describe('a notice board', () => {
  it('shows whoever comes the last word on everything, and all that is new', () => {
    const board = new NoticeBoard();
    board.post('revert', 1);
    board.post('audit', 'a');
    board.post('revert', 2);
    const seen: string[] = [];
    const stop = board.watch(({ topic, value }) => seen.push(`${topic} ${value}`));
    expect(seen).toEqual(['audit a', 'revert 2']);
    board.post('audit', 'b');
    expect(seen.at(-1)).toBe('audit b');
    expect(board.watchers).toBe(1);
    stop();
    board.post('audit', 'c');
    expect([seen.length, board.watchers]).toEqual([3, 0]);
  });

  it('has room for a hundred topics, and forgets the one that was spoken of longest ago', () => {
    const board = new NoticeBoard();
    for (let i = 0; i < 100; i++) board.post(`topic ${i}`, i);
    board.post('topic 0', 'again');
    board.post('one more', 1);
    const topics: string[] = [];
    board.watch(({ topic }) => topics.push(topic));
    expect([topics.length, topics.at(0), topics.at(-2), topics.at(-1)]).toEqual([
      100,
      'topic 2',
      'topic 0',
      'one more',
    ]);
  });

  it('is full when a hundred look on', () => {
    const board = new NoticeBoard();
    const stops = Array.from({ length: 100 }, () => board.watch(() => undefined));
    expect(board.isFull).toBe(true);
    stops[0]?.();
    expect(board.isFull).toBe(false);
  });
});
