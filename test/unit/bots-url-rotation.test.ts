import { describe, expect, it } from 'vitest';
import { UrlRotation } from '../../client/bots/url-rotation.ts';

const fail = (rotation: UrlRotation, times: number): string => {
  for (let i = 0; i < times; i++) rotation.failed();
  return rotation.url;
};

describe('where a bot connects', () => {
  it('is its own server, which the bots take in turn', () => {
    const urls = [0, 1, 2, 3].map((first) => new UrlRotation(['a', 'b', 'c'], first).url);
    expect(urls).toEqual(['a', 'b', 'c', 'a']);
  });

  it('is the next one after three attempts in a row that failed, and the first after the last', () => {
    const rotation = new UrlRotation(['a', 'b'], 0);
    expect(fail(rotation, 2)).toBe('a');
    expect(fail(rotation, 1)).toBe('b');
    expect(fail(rotation, 2)).toBe('b');
    expect(fail(rotation, 1)).toBe('a');
  });

  it('stays the same when an attempt between them succeeds', () => {
    const rotation = new UrlRotation(['a', 'b'], 1);
    expect(fail(rotation, 2)).toBe('b');
    rotation.succeeded();
    expect(fail(rotation, 2)).toBe('b');
  });

  it('is the next one at once when the server asks for that', () => {
    const rotation = new UrlRotation(['a', 'b'], 0);
    fail(rotation, 2);
    rotation.next();
    expect(rotation.url).toBe('b');
    expect(fail(rotation, 2), 'what failed before counts no more').toBe('b');
  });

  it('stays the same when there is no other', () => {
    expect(fail(new UrlRotation(['a'], 0), 10)).toBe('a');
  });
});
