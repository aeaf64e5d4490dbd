import { envelope, type Part, type Recipe } from './recipes.ts';

const NOISE_S = 1;
/** How narrow a band of noise is. */
const NOISE_Q = 0.9;
/** The loudest that ever goes out, whatever plays at once. */
const CEILING = 0.85;
/** Up to here nothing is bent. */
const KNEE = 0.5;
const CURVE_POINTS = 1025;
/** Sounds ahead of now are on time; those at now would be late by the time they are planned. */
const LEAD_S = 0.005;

/** Where recipes become sound; works alike live and rendered. */
export class Synth {
  readonly #context: BaseAudioContext;
  readonly #volume: GainNode;
  readonly #noise: AudioBuffer;
  #volumeSet: number | undefined;

  /** @param random from [0, 1): what noise is made of */
  constructor(context: BaseAudioContext, random: () => number) {
    this.#context = context;
    this.#noise = noiseOf(context, random);
    this.#volume = context.createGain();
    const compressor = context.createDynamicsCompressor();
    compressor.threshold.value = -14;
    compressor.ratio.value = 6;
    compressor.attack.value = 0.002;
    compressor.release.value = 0.12;
    // Whatever gets past the compressor before it has noticed is bent below the ceiling.
    const shaper = context.createWaveShaper();
    shaper.curve = ceilingCurve();
    this.#volume.connect(compressor).connect(shaper).connect(context.destination);
  }

  /** @param volume 0 to 1 as the ear has it */
  setVolume(volume: number): void {
    // Asked for at every key: what is planned for a gain is kept in a list.
    if (volume === this.#volumeSet) return;
    this.#volumeSet = volume;
    this.#volume.gain.setTargetAtTime(volume * volume, this.#context.currentTime, 0.02);
  }

  /**
   * Plays a recipe now.
   * @param loudness 0 to 1
   */
  play({ parts }: Recipe, loudness: number): void {
    const startS = this.#context.currentTime + LEAD_S;
    for (const part of parts) this.#playPart(part, startS, loudness);
  }

  #playPart(part: Part, startS: number, loudness: number): void {
    const context = this.#context;
    const { source, pitch, end } = part.kind === 'noise' ? this.#noisy() : this.#tonal(part.kind);
    const fromS = startS + part.atS;
    const untilS = fromS + part.lastsS;
    pitch.setValueAtTime(part.hz, fromS);
    pitch.exponentialRampToValueAtTime(part.toHz, untilS);
    const gain = context.createGain();
    const [start, top, last] = envelope(part);
    gain.gain.setValueAtTime(start.level * loudness, startS + start.atS);
    gain.gain.linearRampToValueAtTime(top.level * loudness, startS + top.atS);
    gain.gain.exponentialRampToValueAtTime(last.level * loudness, startS + last.atS);
    end.connect(gain).connect(this.#volume);
    source.start(fromS);
    source.stop(untilS);
    // Else it would hang on the volume, silent, until the collector comes by.
    source.onended = () => gain.disconnect();
  }

  #tonal(type: OscillatorType): Voice {
    const source = this.#context.createOscillator();
    source.type = type;
    return { source, pitch: source.frequency, end: source };
  }

  #noisy(): Voice {
    const source = this.#context.createBufferSource();
    source.buffer = this.#noise;
    source.loop = true;
    const band = this.#context.createBiquadFilter();
    band.type = 'bandpass';
    band.Q.value = NOISE_Q;
    source.connect(band);
    return { source, pitch: band.frequency, end: band };
  }
}

interface Voice {
  readonly source: AudioScheduledSourceNode;
  readonly pitch: AudioParam;
  /** Where it comes out. */
  readonly end: AudioNode;
}

function noiseOf(context: BaseAudioContext, random: () => number): AudioBuffer {
  const buffer = context.createBuffer(1, Math.round(context.sampleRate * NOISE_S), context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = 2 * random() - 1;
  return buffer;
}

/** Straight up to the knee, then bent towards the ceiling, which it does not pass. */
function ceilingCurve(): Float32Array<ArrayBuffer> {
  const curve = new Float32Array(CURVE_POINTS);
  for (let i = 0; i < CURVE_POINTS; i++) {
    const x = (2 * i) / (CURVE_POINTS - 1) - 1;
    const over = Math.max(0, Math.abs(x) - KNEE);
    const room = CEILING - KNEE;
    curve[i] = Math.sign(x) * (Math.min(Math.abs(x), KNEE) + room * Math.tanh(over / room));
  }
  return curve;
}
