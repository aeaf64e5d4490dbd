/** Strokes of the icons, in a box of 24 by 24. */
const PATHS = {
  chat: 'M4 5h16v11H11l-4.5 4v-4H4z',
  build: 'M3 20h18M4 20v-5h7v5M11 20v-5h8v5M7 15v-5h9v5M10 10V5h8v5',
  emote: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9.5v.5M15 9.5v.5M8 14c1 1.8 2.4 2.6 4 2.6s3-.8 4-2.6',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 1 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 1 0 5.7 5.7L12 17.7',
  home: 'M4 11.5 12 4.5l8 7M6.5 10v9.5h11V10M10.5 19.5v-5h3v5',
  eraser:
    'M9 20h11M5.5 16.5 4 15a2 2 0 0 1 0-2.8L12.7 3.6a2 2 0 0 1 2.8 0l4.9 4.9a2 2 0 0 1 0 2.8L12 20H9zM8.5 8 16 15.5',
  undo: 'M8 5 4 9l4 4M4.5 9H14a5 5 0 0 1 0 10H9',
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M4 12h15M13 6l6 6-6 6',
  arrow: 'M12 4v16M5.5 10.5 12 4l6.5 6.5',
  menu: 'M4 6.5h16M4 12h16M4 17.5h16',
  map: 'M3.5 6.5 9 4l6 2.5L20.5 4v13.5L15 20l-6-2.5L3.5 20zM9 4v13.5M15 6.5V20',
  grid: 'M4 4h16v16H4zM12 4v16M4 12h16',
  pulse: 'M3 12.5h4l2.5-7 4.5 13 2.5-6H21',
  look: 'M12 21s6.5-5.6 6.5-11a6.5 6.5 0 0 0-13 0c0 5.4 6.5 11 6.5 11zM12 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z',
  gear: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM9 14.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M12 16.8v.2',
} as const;

export type IconName = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';

/** A drawing of lines in the colour of the text around it. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
