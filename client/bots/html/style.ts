/** All of a report page's looks. Colours are told apart by people who see few of them, on light and on dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f4; --card: #ffffff; --ink: #1d2530; --quiet: #5c6672; --line: #dfe3e0;
  --c1: #1c64c8; --c2: #c2410c; --c3: #4d7c0f; --bad: #b91c1c; --good: #15803d; --warn: #92580a;
  --bad-back: #fdecec; --good-back: #e8f6ec; --warn-back: #fdf3dd;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --card: #1d232a; --ink: #e4e8ec; --quiet: #9aa5b1; --line: #333c46;
    --c1: #6aa9ff; --c2: #fb9a5b; --c3: #a3d55d; --bad: #ff8b8b; --good: #6fdc93; --warn: #f3c169;
    --bad-back: #3b2023; --good-back: #17301f; --warn-back: #37290f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 20px 16px 48px; }
h1 { font-size: 24px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 32px 0 10px; }
p { margin: 6px 0; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); font-weight: 400; }
.verdict, .warning { padding: 10px 14px; border-radius: 8px; margin: 12px 0; border-left: 5px solid; }
.verdict b { font-size: 17px; }
.passed { background: var(--good-back); border-color: var(--good); }
.passed b { color: var(--good); }
.failed { background: var(--bad-back); border-color: var(--bad); }
.failed b { color: var(--bad); }
.warning { background: var(--warn-back); border-color: var(--warn); }
.verdict ul { margin: 4px 0 0; padding-left: 20px; }
.numbers { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px; margin: 0; }
.numbers div, figure { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.numbers div { padding: 8px 12px; }
.numbers dt { color: var(--quiet); font-size: 13px; }
.numbers dd { margin: 0; font-size: 19px; font-weight: 600; font-variant-numeric: tabular-nums; }
.numbers small { display: block; font-size: 13px; font-weight: 400; color: var(--quiet); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 12px; }
figure { margin: 0; padding: 10px 12px; }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 14px; margin-bottom: 6px; }
figcaption b { width: 100%; }
.heat figcaption { display: block; margin: 8px 0 0; color: var(--quiet); }
.key i { display: inline-block; width: 18px; height: 0; border-top: 3px solid; vertical-align: middle; margin-right: 5px; }
.key i.dashed { border-top-style: dashed; }
i.c1 { border-color: var(--c1); } i.c2 { border-color: var(--c2); } i.c3 { border-color: var(--c3); }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 12px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.grid { stroke: var(--line); stroke-width: 1; }
.curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
.curve.c1 { stroke: var(--c1); } .curve.c2 { stroke: var(--c2); } .curve.c3 { stroke: var(--c3); }
.curve.dashed { stroke-dasharray: 5 4; }
.moment line { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 3; }
svg .moment text { font-size: 10px; }
.mark { fill: var(--bad); stroke: var(--card); stroke-width: 0.6; }
.band { fill: var(--warn); fill-opacity: 0.13; }
.ground { fill: var(--page); }
.hot { fill: var(--bad); }
.scroll { overflow-x: auto; margin: 8px 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 6px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
.word { min-width: 4.5em; }
.word:last-child:nth-child(n+4) { min-width: 17em; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.worse { color: var(--bad); font-weight: 600; }
@media (max-width: 600px) {
  main { padding: 16px 10px 40px; }
  th, td { padding: 5px 6px; }
  table { font-size: 13px; }
  svg text { font-size: 14.5px; }
  .numbers { grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 8px; }
}
`;
