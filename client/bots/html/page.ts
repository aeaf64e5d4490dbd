import { type Content, html, Markup } from './markup.ts';
import { STYLE } from './style.ts';

/** A page that stands on its own: it may load nothing and run nothing, and says so to the browser. */
export function page(title: string, content: Content): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`.text;
}

/** A table with a heading, or the sentence where it has no rows. The first so many columns are words, the rest numbers. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Content[])[],
  { words = 1, otherwise = 'None.' }: { readonly words?: number; readonly otherwise?: string } = {},
): Markup {
  if (rows.length === 0) return html`<p class="quiet">${otherwise}</p>`;
  const side = (column: number): string => (column < words ? 'word' : 'number');
  return html`<div class="scroll"><table>
<thead><tr>${headings.map((heading, i) => html`<th class="${side(i)}">${heading}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td class="${side(i)}">${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
}

export const section = (heading: string, content: Content): Markup => html`<section><h2>${heading}</h2>
${content}</section>
`;
