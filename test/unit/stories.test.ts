import { describe, expect, test } from 'vitest';
import { storyOf } from '../../client/ui/stories.ts';
import { CLOSE } from '../../shared/closing.ts';

const FIRST = { hasJoined: false, isOnline: true, hasReloaded: false, before: undefined };

describe('what is said of the end of a session', () => {
  test.each(Object.entries(CLOSE))('%s has words of its own, and a button that helps', (_name, { code, reconnect }) => {
    const story = storyOf(code, 'what the server said', FIRST);
    expect(story.detail).not.toBe('what the server said');
    expect(story.title).not.toBe(storyOf(1006, '', FIRST).title);
    // Where the page comes back by itself, the button only makes it sooner.
    if (reconnect) expect([story.button, story.action]).toEqual(['Try now', 'reconnect']);
    else expect(story.button).not.toBe('Try now');
  });

  test('whoever was sent away is told why, where somebody has said so', () => {
    const kicked = (sentence: string): string => storyOf(CLOSE.kicked.code, sentence, FIRST).detail;
    expect(kicked(CLOSE.kicked.sentence)).not.toContain('They say');
    expect(kicked(`${CLOSE.kicked.sentence} (spam (lots))`)).toContain('They say: “spam (lots)”.');
    const banned = storyOf(CLOSE.banned.code, `${CLOSE.banned.sentence} (until 12:00)`, FIRST);
    expect(banned.detail).toContain('until 12:00');
  });

  test('another version is mended by reloading, and if it was not, that is said', () => {
    const { code, sentence } = CLOSE.version;
    const before = storyOf(code, sentence, FIRST);
    const after = storyOf(code, sentence, { ...FIRST, hasReloaded: true });
    expect([before.action, after.action]).toEqual(['reload', 'reload']);
    expect(after.title).not.toBe(before.title);
    expect(after.detail).toContain('did not help');
  });

  test('a server that has its hands full lets one in by itself, as a full one does, and for another reason', () => {
    const [busy, full] = [CLOSE.busy, CLOSE.full].map(({ code }) => storyOf(code, '', FIRST));
    expect(busy?.title).not.toBe(full?.title);
    for (const story of [busy, full]) expect(story?.detail).toContain('this page goes on trying');
    // It is the server's trouble, whatever this machine's network is like.
    expect(storyOf(CLOSE.busy.code, '', { ...FIRST, isOnline: false })).toBe(busy);
  });

  test('a server that went down by its own word is down until something else is heard of it', () => {
    const down = storyOf(CLOSE.goingAway.code, '', { ...FIRST, hasJoined: true });
    const refused = { ...FIRST, hasJoined: true, before: down };
    expect(storyOf(1006, 'The connection was lost.', refused)).toBe(down);
    expect(storyOf(CLOSE.full.code, '', refused).title).toBe('The server is full');
    const full = storyOf(CLOSE.full.code, '', refused);
    expect(storyOf(1006, 'The connection was lost.', { ...refused, before: full }).title).toBe('Connection lost');
  });

  test('a broken line is not the fault of a server that this machine cannot reach', () => {
    const lost = 'The connection was lost.';
    expect(storyOf(1006, lost, FIRST)).toMatchObject({
      title: 'No connection yet',
      detail: 'The server does not answer.',
    });
    expect(storyOf(1006, lost, { ...FIRST, hasJoined: true })).toMatchObject({ title: 'Connection lost', detail: '' });
    expect(storyOf(1006, 'The server has fallen silent.', { ...FIRST, hasJoined: true }).detail).toContain('silent');
    expect(storyOf(1006, lost, { ...FIRST, isOnline: false }).title).toBe('You are offline');
    expect(storyOf(CLOSE.full.code, '', { ...FIRST, isOnline: false }).title).toBe('The server is full');
  });
});
