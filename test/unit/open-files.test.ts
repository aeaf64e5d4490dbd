import { describe, expect, it } from 'vitest';
import { assertOpenFiles, maxOpenFiles } from '../bench/open-files.ts';

const limits = (soft: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft}                 1048576              files     \n`;

describe('how many files may be open', () => {
  it('is read from what the kernel says of this process', () => {
    expect(maxOpenFiles(limits('1024'))).toBe(1024);
    expect(maxOpenFiles(limits('unlimited'))).toBe(Number.POSITIVE_INFINITY);
    expect(maxOpenFiles()).toBeGreaterThan(0);
  });

  it('too few are said, with what to do about it, before anything is measured', () => {
    expect(() => assertOpenFiles(900, 1024)).not.toThrow();
    expect(() => assertOpenFiles(5000, 1024)).toThrow(
      '5000 connections take 5100 open files, and a process may have 1024: raise it, as with "ulimit -n 5100".',
    );
  });
});
