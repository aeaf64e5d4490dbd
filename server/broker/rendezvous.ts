/** Chooses one of several servers for a key: an index into the list that the chooser was made for. */
export type Choose = (key: string) => number;

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1996): every server gets a score for the key, the highest wins. Who
 * asks needs to know nothing but the servers' names; their order does not matter, and when one is added or taken
 * away only the keys it gains or held move.
 */
export function rendezvous(servers: readonly string[]): Choose {
  if (servers.length === 0) throw new Error('There is no server to choose.');
  const seeds = servers.map((name) => mix(fnv1a(name)));
  return (key) => {
    const hash = fnv1a(key);
    let best = 0;
    let bestScore = -1;
    for (let i = 0; i < seeds.length; i++) {
      const score = mix(hash ^ (seeds[i] as number));
      const wins = score > bestScore || (score === bestScore && (servers[i] as string) < (servers[best] as string));
      if (!wins) continue;
      best = i;
      bestScore = score;
    }
    return best;
  };
}

/** FNV-1a over UTF-16 units, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The finalizer of MurmurHash3: neighbouring hashes come out far apart. */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
