import { describe, expect, it } from 'vitest';
import { LookAlikes, skeletonOf } from '../../client/core/look-alikes.ts';

describe('names look alike', () => {
  it.each([
    ['Ada', 'ada'],
    ['Ada', 'Аdа'],
    ['Ada', 'Ádä'],
    ['Ada', 'Ａｄａ'],
    ['Ada', 'A\u200Bd a'],
    ['Nora', 'Νоrа'],
    ['Harry', 'Ηarry'],
    ['Tom', 'Τοм'],
    ['Ilya', 'llya'],
    ['Will', 'W1||'],
    ['Bob', 'B0b'],
    ['Emma', 'Ernma'],
    ['Lars', 'Łars'],
    ['José', 'Jose'],
    ['Миша', 'миша'],
    ['𝓐𝓭𝓪', 'Ada'],
  ])('%s and %s', (one, other) => {
    expect(skeletonOf(one)).toBe(skeletonOf(other));
  });

  it.each([
    ['Ada', 'Adam'],
    ['Ada', 'Ida'],
    ['Guest 12', 'Guest 13'],
    ['Миша', 'Маша'],
    ['雪', '雨'],
    ['🐱', '🐶'],
  ])('%s and %s do not', (one, other) => {
    expect(skeletonOf(one)).not.toBe(skeletonOf(other));
  });
});

describe('people whose names look alike', () => {
  it('the first is shown by the name, those after with their id, and so it stays', () => {
    const alikes = new LookAlikes();
    expect(alikes.shownAs(5, 'Ada')).toBe('Ada');
    expect(alikes.shownAs(6, 'Аda')).toBe('Аda#6');
    expect(alikes.shownAs(5, 'Ada')).toBe('Ada');
    expect(alikes.shownAs(6, 'Аda')).toBe('Аda#6');
    expect(alikes.shownAs(6, 'Bob')).toBe('Bob');
  });

  it('one’s own name is one’s own, whoever came first', () => {
    const alikes = new LookAlikes();
    expect(alikes.shownAs(5, 'Ada')).toBe('Ada');
    alikes.claim(1, 'ADA');
    expect(alikes.shownAs(5, 'Ada')).toBe('Ada#5');
    expect(alikes.shownAs(1, 'ADA')).toBe('ADA');
  });

  it('does not remember everybody for ever', () => {
    const alikes = new LookAlikes();
    alikes.shownAs(1, 'Ada');
    for (let id = 2; id < 5000; id++) alikes.shownAs(id, `Somebody ${'x'.repeat(id % 71)}${'y'.repeat(id % 73)}`);
    expect(alikes.shownAs(5000, 'Ada')).toBe('Ada');
  });
});
