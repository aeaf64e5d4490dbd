import type { Deed, SeenEdit, SeenLine } from './things.ts';

/** Requests waited for at once; the oldest counts as one whose outcome nobody knows. */
const MAX_OPEN = 256;
/** Requests remembered whose outcome nobody knows, and which may yet turn out to have been granted. */
const MAX_UNCERTAIN = 64;

/** One participant's requests whose edit or line has no place yet. */
export class RequestBook {
  /** By `n`, and in that order: not answered. */
  readonly #open = new Map<number, Deed>();
  /** The connection ended before the answer came, or the answer came and nobody was told. */
  #uncertain: Deed[] = [];
  /** Lines that were granted, before anybody heard them. */
  readonly #unheard = new Set<Deed>();

  /** The request that has waited longest. */
  get oldest(): Deed | undefined {
    const [oldest] = this.#open.values();
    return oldest;
  }

  get unheard(): Iterable<Deed> {
    return this.#unheard;
  }

  ask(deed: Deed): void {
    this.#open.set(deed.n, deed);
    const { oldest } = this;
    if (this.#open.size <= MAX_OPEN || oldest === undefined) return;
    this.#open.delete(oldest.n);
    this.doubt(oldest);
  }

  /** The request of that number has been answered; undefined when none such is open. */
  answer(n: number): Deed | undefined {
    const deed = this.#open.get(n);
    this.#open.delete(n);
    return deed;
  }

  /** A line was granted that nobody has heard yet. */
  awaitHearing(deed: Deed): void {
    this.#unheard.add(deed);
  }

  /** Nobody will ever know for sure what became of it, but it may turn up. */
  doubt(deed: Deed): void {
    this.#unheard.delete(deed);
    this.#uncertain.push(deed);
    if (this.#uncertain.length > MAX_UNCERTAIN) this.#uncertain.shift();
  }

  /** Takes out those requests that are not answered, and returns them. */
  withdraw(test: (deed: Deed) => boolean = () => true): Deed[] {
    const withdrawn = [...this.#open.values()].filter(test);
    for (const deed of withdrawn) {
      this.#open.delete(deed.n);
      this.doubt(deed);
    }
    return withdrawn;
  }

  /** The request that an edit came from. It is not looked for among those that already have a place. */
  findEdit(key: string, { player, tile, kind }: SeenEdit): Deed | undefined {
    return this.#find(
      ({ act, player: author, square }) =>
        act.type === 'edit' &&
        square === undefined &&
        author === player &&
        act.tile === tile &&
        act.kind === kind &&
        `${act.sx},${act.sy}` === key,
    );
  }

  /** The request that a line came from. */
  findLine({ player, text }: SeenLine): Deed | undefined {
    return this.#find(
      ({ act, player: author, square }) =>
        act.type === 'line' && square === undefined && author === player && act.text === text,
    );
  }

  #find(test: (deed: Deed) => boolean): Deed | undefined {
    for (const deed of this.#open.values()) if (test(deed)) return deed;
    for (const deed of this.#unheard) {
      if (!test(deed)) continue;
      this.#unheard.delete(deed);
      return deed;
    }
    const at = this.#uncertain.findIndex(test);
    return at < 0 ? undefined : this.#uncertain.splice(at, 1)[0];
  }
}
