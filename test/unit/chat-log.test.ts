import { describe, expect, it } from 'vitest';
import { ChatLog } from '../../client/core/chat-log.ts';
import { LookAlikes } from '../../client/core/look-alikes.ts';
import type { Line, Lines, Whisper } from '../../shared/protocol.ts';

const OWN = 1;

/** A log whose local time of day is `at.nowMs`. */
function logged(muted: number[] = []): { log: ChatLog; at: { nowMs: number } } {
  const at = { nowMs: 0 };
  const log = new ChatLog({ timeOfDay: () => at.nowMs, lookAlikes: new LookAlikes(), muted });
  return { log, at };
}

const line = (id: number, some: Partial<Line> = {}): Line => ({
  id,
  player: 2,
  name: 'Eve',
  text: `line ${id}`,
  atMs: id * 1000,
  ...some,
});

const told = (isHistory: boolean, lines: readonly Line[], sx = 0): Lines => ({
  type: 'lines',
  sx,
  sy: 0,
  isHistory,
  lines,
});

const whisper = (some: Partial<Whisper> = {}): Whisper => ({
  type: 'whisper',
  from: 2,
  fromName: 'Eve',
  to: OWN,
  toName: 'Ada',
  text: 'psst',
  ...some,
});

const textsOf = (log: ChatLog): string[] => log.entries.map(({ text }) => text);

describe('the chat log', () => {
  it('has a line once that comes live and as history, whichever comes first', () => {
    const { log } = logged();
    log.told(told(false, [line(3)]), OWN);
    log.told(told(true, [line(1), line(2), line(3)]), OWN);
    log.told(told(false, [line(2), line(4)]), OWN);
    expect(textsOf(log)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
    expect(log.entries.map(({ isHistory }) => isHistory)).toEqual([true, true, false, false]);
  });

  it('lines of two squares with the same number are two', () => {
    const { log } = logged();
    log.told(told(false, [line(1)], 0), OWN);
    log.told(told(false, [line(1)], 1), OWN);
    expect(log.entries).toHaveLength(2);
    expect(new Set(log.entries.map(({ key }) => key)).size).toBe(2);
  });

  it('the history of a square one comes back to adds only what is new, and says so by its version', () => {
    const { log } = logged();
    log.told(told(true, [line(1), line(2)]), OWN);
    const { version } = log;
    log.told(told(true, [line(1), line(2)]), OWN);
    expect(log.version).toBe(version);
    log.told(told(true, [line(1), line(2), line(3)]), OWN);
    expect(log.version).toBe(version + 1);
    expect(textsOf(log)).toEqual(['line 1', 'line 2', 'line 3']);
  });

  it('is in order of time, and of arrival where that is the same', () => {
    const { log } = logged();
    log.told(told(false, [line(1, { atMs: 500, text: 'a' })], 0), OWN);
    log.told(told(true, [line(1, { atMs: 100, text: 'b' }), line(2, { atMs: 500, text: 'c' })], 1), OWN);
    log.told(told(false, [line(2, { atMs: 300, text: 'd' })], 0), OWN);
    expect(textsOf(log)).toEqual(['b', 'd', 'a', 'c']);
  });

  it('says what a line is by how it begins, and what is one’s own', () => {
    const { log } = logged();
    log.told(
      told(false, [
        line(1, { text: 'hello' }),
        line(2, { text: '/me waves', player: OWN, name: 'Ada' }),
        line(3, { text: '/roll 2d6: 3 + 4 = 7' }),
      ]),
      OWN,
    );
    expect(log.entries).toMatchObject([
      { kind: 'said', text: 'hello', player: 2, name: 'Eve', isOwn: false, atMs: 1000 },
      { kind: 'me', text: 'waves', isOwn: true },
      { kind: 'roll', text: '2d6: 3 + 4 = 7' },
    ]);
  });

  it('whispers and notices come last, at the server’s time as far as it is known', () => {
    const { log, at } = logged();
    at.nowMs = 50_000;
    log.told(told(false, [line(1, { atMs: 90_000 })]), OWN);
    at.nowMs = 52_000;
    log.whispered(whisper(), OWN);
    log.whispered(whisper({ from: OWN, fromName: 'Ada', to: 2, toName: 'Eve', text: 'what?' }), OWN);
    at.nowMs = 40_000;
    log.notice('No such command.');
    expect(log.entries.slice(1)).toMatchObject([
      { kind: 'whisper', player: 2, name: 'Eve', text: 'psst', isOwn: false, atMs: 92_000 },
      { kind: 'whisper', player: OWN, name: 'Ada', text: 'what?', isOwn: true, to: 'Eve', atMs: 92_000 },
      { kind: 'notice', player: 0, name: '', text: 'No such command.', atMs: 92_000 },
    ]);
    expect(log.entries[1]?.to).toBeUndefined();
    expect(new Set(log.entries.map(({ key }) => key)).size).toBe(4);
  });

  it('shows nothing of whoever is muted, also of before, and all of it again afterwards', () => {
    const { log } = logged([9]);
    log.told(told(false, [line(1), line(2, { player: 3, name: 'Bob' }), line(3, { player: 9, name: 'Mal' })]), OWN);
    log.whispered(whisper(), OWN);
    expect(textsOf(log)).toEqual(['line 1', 'line 2', 'psst']);
    const { version } = log;
    log.mute(2);
    log.told(told(false, [line(4)]), OWN);
    expect(textsOf(log)).toEqual(['line 2']);
    expect(log.version).toBeGreaterThan(version);
    expect([...log.muted]).toEqual([9, 2]);
    expect([log.isMuted(2), log.isMuted(3)]).toEqual([true, false]);
    log.unmute(2);
    log.unmute(9);
    expect(textsOf(log)).toEqual(['line 1', 'line 2', 'line 3', 'psst', 'line 4']);
  });

  it('what one said to somebody who is muted stays', () => {
    const { log } = logged([2]);
    log.whispered(whisper({ from: OWN, fromName: 'Ada', to: 2, toName: 'Eve', text: 'bye' }), OWN);
    expect(textsOf(log)).toEqual(['bye']);
  });

  it('keeps the newest, and of what was muted the least', () => {
    const { log } = logged([3]);
    log.told(told(false, [line(1, { player: 3 }), line(2)]), OWN);
    log.told(
      told(
        false,
        Array.from({ length: 299 }, (_, index) => line(index + 3)),
      ),
      OWN,
    );
    expect(log.entries).toHaveLength(300);
    expect(textsOf(log)[0]).toBe('line 2');
    log.told(told(false, [line(1000)]), OWN);
    expect(log.entries).toHaveLength(300);
    expect(textsOf(log)[0]).toBe('line 3');
    // History from before all that has no room.
    log.told(told(true, [line(1), line(2)]), OWN);
    expect(textsOf(log)[0]).toBe('line 3');
    log.unmute(3);
    expect(log.entries).toHaveLength(300);
  });

  it('is a new array when something has changed, and else the same one', () => {
    const { log } = logged();
    log.notice('one');
    const { entries } = log;
    expect(log.entries).toBe(entries);
    log.notice('two');
    expect(log.entries).not.toBe(entries);
    expect(entries).toHaveLength(1);
  });

  it('forgets another world', () => {
    const { log } = logged();
    log.told(told(false, [line(1)]), OWN);
    log.clear();
    expect(log.entries).toEqual([]);
    log.told(told(true, [line(1)]), OWN);
    expect(log.entries).toHaveLength(1);
  });

  it('tells people apart whose names look alike, also to whom one whispered', () => {
    const { log } = logged();
    log.told(told(false, [line(1, { name: 'Eve' }), line(2, { player: 3, name: 'Еvе' })]), OWN);
    log.whispered(whisper({ from: OWN, fromName: 'Ada', to: 4, toName: 'EVE' }), OWN);
    log.told(told(false, [line(3, { name: 'Eve', atMs: 10_000_000 })]), OWN);
    expect(log.entries.map(({ name, to }) => to ?? name)).toEqual(['Eve', 'Еvе#3', 'EVE#4', 'Eve']);
  });
});
