import { type Screen, ToldScreen } from './input/told-screen.ts';
import { pinchedZoom } from './input/zoom.ts';
import { MAX_ZOOM, type PreferenceStore } from './preferences.ts';
import type { Scene } from './view/scene.ts';

export interface ViewportOptions {
  readonly scene: Scene;
  /** What the scene fills. */
  readonly parent: HTMLElement;
  readonly preferences: PreferenceStore;
  /** What the page's address asks for, until somebody zooms: CSS pixels to a pixel of the art. */
  readonly zoom: number | undefined;
  /** The window has another size or shape: what was pressed is somewhere else now. */
  readonly changed: () => void;
}

/** Fields that a touch screen has a keyboard for. */
const FIELDS = 'textarea, input:not([type="range"], [type="radio"], [type="checkbox"])';
/** What a keyboard leaves of the window is less by at least this, in CSS pixels; a browser's own bars are smaller. */
const MIN_KEYBOARD = 120;

/** The real screen: its size, density and zoom, however it is turned and whatever covers it. */
export class Viewport {
  readonly #options: ViewportOptions;
  readonly #told: ToldScreen;
  readonly #touched = matchMedia('(hover: none) and (pointer: coarse)');
  readonly #stops: (() => void)[] = [];
  #zoom: number | undefined;
  /** The zoom when two fingers came down. */
  #pinchedFrom = 1;
  /** What the scene was last fitted to. */
  #fitted = '';
  #size = '';

  constructor(options: ViewportOptions) {
    const { scene, parent, preferences, zoom } = options;
    this.#options = options;
    this.#zoom = zoom;
    const refit = (): void => this.#fit();
    let preferred = preferences.current.zoom;
    this.#stops.push(
      preferences.watch((wanted) => {
        // The slider in the settings zooms as well.
        if (wanted.zoom !== preferred) this.#zoom = undefined;
        preferred = wanted.zoom;
        scene.setStyle(wanted);
        this.#fitted = '';
        refit();
      }),
    );
    this.#told = new ToldScreen(scene.camera.screenTiles);
    const watch = new ResizeObserver(refit);
    watch.observe(parent);
    window.addEventListener('resize', refit);
    // Browsers that lay a keyboard over the page tell only here.
    window.visualViewport?.addEventListener('resize', refit);
    window.visualViewport?.addEventListener('scroll', refit);
    document.addEventListener('focusout', refit);
    this.#stops.push(this.#watchDensity(refit), () => {
      watch.disconnect();
      window.removeEventListener('resize', refit);
      window.visualViewport?.removeEventListener('resize', refit);
      window.visualViewport?.removeEventListener('scroll', refit);
      document.removeEventListener('focusout', refit);
    });
  }

  /** Device pixels to a CSS pixel. */
  get density(): number {
    return window.devicePixelRatio || 1;
  }

  /** The screen that the server is to know. */
  get told(): Screen {
    return this.#told.current;
  }

  /** Whether somebody writes with a keyboard that is on the screen itself. */
  get isTyping(): boolean {
    return this.#touched.matches && document.activeElement?.matches(FIELDS) === true;
  }

  /** To be called every frame; returns the screen that the server is to know. */
  update(nowMs: number): Screen {
    return this.#told.update(this.#options.scene.camera.screenTiles, this.isTyping, nowMs);
  }

  /** In whole steps; 0 goes back to what suits the window. */
  zoomBy(steps: number): void {
    if (steps === 0) this.#zoomTo(0);
    for (let step = 0; step < Math.abs(steps); step++) {
      const zoom = this.#options.scene.camera.zoomBy(steps > 0 ? 1 : -1);
      if (zoom === undefined) return;
      this.#zoomTo(zoom);
    }
  }

  pinchBegan(): void {
    this.#pinchedFrom = this.#options.scene.camera.zoom;
  }

  /** @param factor how many times further apart the fingers are than when they began */
  pinched(factor: number): void {
    const { camera } = this.#options.scene;
    const wanted = pinchedZoom(this.#pinchedFrom, factor, camera.zoom);
    if (wanted === undefined) return;
    const step = wanted > camera.zoom ? 1 : -1;
    // Also here only as far as there is anything else to see.
    while (step * (wanted - camera.zoom) > 0) {
      const zoom = camera.zoomBy(step);
      if (zoom === undefined || step * (zoom - wanted) > 0) return;
      this.#zoomTo(zoom);
    }
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #zoomTo(zoom: number): void {
    // Whoever zooms wants something else than the link they came by.
    this.#zoom = undefined;
    this.#options.preferences.change({ zoom: Math.min(MAX_ZOOM, zoom) });
  }

  #fit(): void {
    const { scene, parent, preferences, changed } = this.#options;
    this.#makeRoomForKeyboard();
    const { clientWidth: width, clientHeight: height } = parent;
    const { isTyping, density } = this;
    const wanted = this.#zoom ?? (preferences.current.zoom || undefined);
    // A keyboard that comes and goes is no reason to see everything larger or smaller.
    const zoom = wanted ?? (isTyping ? scene.camera.zoom : undefined);
    const size = `${width} ${height} ${density}`;
    const fitted = `${size} ${zoom}`;
    if (fitted === this.#fitted) return;
    this.#fitted = fitted;
    scene.fit(width, height, density, zoom);
    if (size === this.#size) return;
    const isFirst = this.#size === '';
    this.#size = size;
    if (!isFirst) changed();
  }

  /** Where a keyboard covers the page instead of shrinking it, the page shrinks by itself. */
  #makeRoomForKeyboard(): void {
    const { style } = this.#options.parent;
    const seen = window.visualViewport;
    const covered = seen === null || Math.abs(seen.scale - 1) > 0.01 ? 0 : window.innerHeight - seen.height;
    const isCovered = this.isTyping && covered >= MIN_KEYBOARD;
    style.height = isCovered ? `${seen?.height}px` : '';
    style.top = isCovered ? `${seen?.offsetTop}px` : '';
  }

  /** Another screen, or the page's own zoom. A query is for one density, so every change needs a new one. */
  #watchDensity(changed: () => void): () => void {
    let query: MediaQueryList;
    const arm = (): void => {
      query = matchMedia(`(resolution: ${this.density}dppx)`);
      query.addEventListener('change', next, { once: true });
    };
    const next = (): void => {
      arm();
      changed();
    };
    arm();
    return () => query.removeEventListener('change', next);
  }
}
