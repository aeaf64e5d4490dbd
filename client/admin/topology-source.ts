import type { Topology } from '../../shared/topology.ts';

/** What came of asking. */
export type Answer =
  | { readonly kind: 'topology'; readonly topology: Topology }
  /** The token is not the right one. */
  | { readonly kind: 'denied'; readonly sentence: string }
  /** Nothing for now; the next question may be answered. */
  | { readonly kind: 'failed'; readonly sentence: string };

/** A server that is there answers within a second. */
const PATIENCE_MS = 5000;

/** Asks the server that the page came from how all nodes are. */
export async function askTopology(token: string): Promise<Answer> {
  try {
    const response = await fetch('/admin/api/topology', {
      headers: { authorization: `Bearer ${token}` },
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body = (await response.json()) as Topology & { readonly error?: string };
    if (response.ok) return { kind: 'topology', topology: body };
    const sentence = body.error ?? `The server answered ${response.status}.`;
    return { kind: response.status === 401 ? 'denied' : 'failed', sentence };
  } catch {
    return { kind: 'failed', sentence: 'This server does not answer: what you see is the last that it said.' };
  }
}
