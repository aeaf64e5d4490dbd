import { linear } from '../../client/bots/html/axis.ts';

/** From numbers to places on a line, by their logarithms: from 100 to 200 is as far as from 200 to 400. All above 0. */
export const logarithmic = (from: number, to: number, start: number, end: number) => {
  const place = linear(Math.log(from), Math.log(to), start, end);
  return (value: number): number => place(Math.log(value));
};
