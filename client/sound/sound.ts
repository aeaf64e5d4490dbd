import { MAX_VOLUME, type PreferenceStore } from '../preferences.ts';
import { lengthOf, loudnessAt, recipeOf, type SoundDetail, type SoundName } from './recipes.ts';
import { Synth } from './synth.ts';
import { Voices } from './voices.ts';

/** What browsers count as being asked by a person to make a sound. */
const GESTURES = ['pointerup', 'click', 'keydown'] as const;

/** Plays short sounds, made in code; silent until somebody wants to hear them. */
export class Sound {
  readonly #preferences: PreferenceStore;
  readonly #voices = new Voices();
  readonly #random: () => number;
  /** Made when it is first wanted: a browser that has one keeps a thread at work for it. */
  #playing: { readonly context: AudioContext; readonly synth: Synth } | undefined;
  #hasGesture = false;
  readonly stop: () => void;

  /** @param random from [0, 1) */
  constructor(preferences: PreferenceStore, random: () => number) {
    this.#preferences = preferences;
    this.#random = random;
    const gesture = (): void => {
      this.#hasGesture = true;
      this.#settle();
    };
    const settle = (): void => this.#settle();
    for (const type of GESTURES) window.addEventListener(type, gesture, { capture: true, passive: true });
    document.addEventListener('visibilitychange', settle);
    const unwatch = preferences.watch(settle);
    this.stop = () => {
      for (const type of GESTURES) window.removeEventListener(type, gesture, { capture: true });
      document.removeEventListener('visibilitychange', settle);
      unwatch();
      void this.#playing?.context.close();
      this.#playing = undefined;
    };
  }

  /** Whether anything that is played now can be heard. */
  get isOn(): boolean {
    return this.#playing?.context.state === 'running';
  }

  /** @param distance how far away it is, in tiles; 0 for one's own */
  play(name: SoundName, distance = 0, detail: SoundDetail = {}): void {
    if (this.#playing === undefined || !this.isOn) return;
    const { context, synth } = this.#playing;
    const recipe = recipeOf(name, detail, this.#random);
    const loudness = loudnessAt(distance, recipe.reachTiles);
    if (loudness <= 0) return;
    if (this.#voices.admit(name, context.currentTime, lengthOf(recipe), recipe.gapS, distance === 0)) {
      synth.play(recipe, loudness);
    }
  }

  /** Runs while there is somebody to hear it, and only once the browser lets it. */
  #settle(): void {
    const { volume } = this.#preferences.current;
    const isWanted = volume > 0 && !document.hidden;
    if (isWanted && this.#hasGesture) this.#playing ??= this.#start();
    const playing = this.#playing;
    if (playing === undefined) return;
    const { context, synth } = playing;
    synth.setVolume(volume / MAX_VOLUME);
    if (isWanted === (context.state === 'running')) return;
    // Refused where the browser wants another gesture first; that one tries again.
    (isWanted ? context.resume() : context.suspend()).catch(() => undefined);
  }

  #start(): { readonly context: AudioContext; readonly synth: Synth } {
    const context = new AudioContext({ latencyHint: 'interactive' });
    return { context, synth: new Synth(context, this.#random) };
  }
}
