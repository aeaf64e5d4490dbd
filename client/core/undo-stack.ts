import type { AskedEdit, OwnEdit } from './requests.ts';

/** Edits that can be taken back; the oldest stays for good beyond that. */
const MAX_EDITS = 50;

const isSameTile = (a: { tileX: number; tileY: number }, b: { tileX: number; tileY: number }): boolean =>
  a.tileX === b.tileX && a.tileY === b.tileY;

/**
 * One's own edits that still stand, newest last. What somebody else has set since is not one's own any more; what one
 * has set over oneself comes back into reach when the edit above it is taken back.
 */
export class UndoStack {
  #edits: OwnEdit[] = [];

  /** The next one to take back. */
  get top(): OwnEdit | undefined {
    return this.#edits.at(-1);
  }

  /** An edit is asked to be taken back: it is no longer here unless it is put back. */
  take(edit: OwnEdit): void {
    this.#edits = this.#edits.filter((other) => other !== edit);
  }

  /** Nobody can say whether this edit was taken back: it may still be. */
  putBack(edit: OwnEdit): void {
    this.#push(edit);
  }

  /** The server has granted an edit. */
  granted({ tileX, tileY, kind, undoes }: AskedEdit, revision: number, before: number): void {
    if (undoes === undefined) {
      if (kind !== before) this.#push({ tileX, tileY, kind, before, revision });
      return;
    }
    // What shows again is the edit below, if it was one's own; the square knows it by the new revision.
    const below = this.#edits.findLastIndex((edit) => isSameTile(edit, undoes));
    const edit = this.#edits[below];
    if (edit === undefined) return;
    if (edit.kind === kind) this.#edits[below] = { ...edit, revision };
    else this.#edits = this.#edits.filter((other) => !isSameTile(other, undoes));
  }

  /** A tile has been set, by somebody else or in a session whose answers were lost. */
  overtaken(tileX: number, tileY: number, revision: number): void {
    const top = this.#edits.findLast((edit) => isSameTile(edit, { tileX, tileY }));
    if (top === undefined || top.revision >= revision) return;
    this.#edits = this.#edits.filter((edit) => !isSameTile(edit, { tileX, tileY }));
  }

  /** A square has been told afresh: edits that do not show in it have been overtaken. */
  compare(kindAt: (tileX: number, tileY: number) => number | undefined): void {
    const gone = this.#edits.filter((edit, index) => {
      const isCovered = this.#edits.findLastIndex((other) => isSameTile(other, edit)) > index;
      const kind = kindAt(edit.tileX, edit.tileY);
      return !isCovered && kind !== undefined && kind !== edit.kind;
    });
    if (gone.length > 0) this.#edits = this.#edits.filter((edit) => !gone.some((other) => isSameTile(edit, other)));
  }

  clear(): void {
    this.#edits = [];
  }

  #push(edit: OwnEdit): void {
    this.#edits.push(edit);
    if (this.#edits.length > MAX_EDITS) this.#edits.shift();
  }
}
