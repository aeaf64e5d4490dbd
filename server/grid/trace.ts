import type { Traced } from '../../shared/protocol.ts';

/** An input that is followed, as its own node tells of it. World times in ms, as in `Traced`. */
export type Trace = Pick<Traced, 'id' | 'player' | 'sentMs' | 'readMs' | 'flushedMs'>;

/** The same where somebody is told of it. */
export type ShownTrace = Omit<Traced, 'type' | 'writtenMs'>;
