/** The report's style sheet: light and dark by the reader's setting, and always light on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1c1e21; --muted: #5c626b; --rule: #dfe2e6; --accent: #2456a6; --warn: #8a5200;
  --lift: none; --lift-open: none; --hole: var(--card); --band: 0.13;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #121417; --card: #1b1e23; --ink: #e8eaed; --muted: #a2a9b4; --rule: #343a43; --accent: #86b3ff; --warn: #f0b35c;
    --lift: brightness(1.35) saturate(0.95); --lift-open: brightness(2.4) saturate(0.9); --hole: none; --band: 0.3;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif;
}
main { max-width: 1120px; margin: 0 auto; padding: 40px 32px 64px; }
header .kicker { color: var(--muted); font-size: 13px; letter-spacing: 0.02em; margin: 0 0 4px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0 0 4px; }
h3 { font-size: 14px; margin: 10px 0 2px; }
p { margin: 0 0 8px; }
.meta, .hint { color: var(--muted); font-size: 13.5px; }
.hint { max-width: 100ch; margin-bottom: 14px; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 22px 24px; margin-top: 20px; }
.finding { border-left: 4px solid var(--accent); }
.finding p { font-size: 18px; line-height: 1.5; margin: 0; max-width: 84ch; text-wrap: pretty; }
.hint.few { color: var(--warn); }
.finding p + p { font-size: 15px; color: var(--muted); margin-top: 8px; }
.finding .hint { font-size: 13.5px; color: var(--muted); margin: 0 0 6px; }
.finding .hint.few { color: var(--warn); }
.finding .stated { font-size: 15px; color: var(--ink); margin: 12px 0 4px; }
.finding h3 { margin-top: 14px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--muted); vertical-align: bottom; }
th, td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--rule); }
tbody tr:last-child td { border-bottom: 0; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; }
td.number, .whole { white-space: nowrap; }
/* As wide as it is, to a point: a long name would push all numbers out of sight. */
.name { display: block; width: max-content; max-width: 34ch; white-space: normal; }
.member { padding-left: 1.2em; }
.configs { max-height: 420px; overflow: auto; }
.headline td { font-weight: 600; }
.range, .small { color: var(--muted); font-size: 13px; font-weight: 400; }
.dot { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 9px; }
.notation { white-space: nowrap; }
.notation sub, .notation sup { font-size: 0.72em; line-height: 0; }
code, pre { font: 13px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
pre { margin: 0; overflow-x: auto; padding: 14px 16px; border-radius: 8px; background: var(--page); border: 1px solid var(--rule); }
details { margin-top: 14px; }
summary { cursor: pointer; font-weight: 600; }
details pre { margin-top: 12px; }
svg { display: block; width: 100%; height: auto; }
.figure svg { max-width: 1000px; margin: 0 auto; fill: var(--ink); }
.figure .muted { fill: var(--muted); }
.figure .rule { stroke: var(--rule); }
.figure .axis { stroke: var(--muted); }
.figure .bands path { fill-opacity: var(--band); }
.figure .ink { fill: var(--ink); }
.figure .line { stroke: var(--ink); }
.figure .paper { fill: none; }
.figure .curves, .figure .colour, .dot { filter: var(--lift); }
.figure .open { fill: var(--hole); filter: var(--lift-open); }
.forests { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 24px 40px; }
.forest { font-size: 12px; max-width: 520px; }
.forest text { fill: var(--ink); }
.forest .muted { fill: var(--muted); }
.forest .strong { font-weight: 600; }
.forest .rule { stroke: var(--rule); }
.forest .zero { stroke: var(--muted); stroke-dasharray: 4 3; }
.forest .seed { fill: var(--muted); }
.forest .interval { stroke: var(--accent); stroke-width: 2.5; }
.forest .mean { fill: var(--accent); }
footer { color: var(--muted); font-size: 13px; margin-top: 24px; }
@media (max-width: 640px) { main { padding: 20px 14px 40px; } section { padding: 16px; } }
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 20pt; }
  h2, h3, .hint { break-after: avoid; }
  section { border: 0; border-radius: 0; padding: 0; margin-top: 16pt; break-inside: avoid; }
  section.long { break-inside: auto; }
  tr { break-inside: avoid; }
  .finding { border-left: 3pt solid var(--accent); padding-left: 10pt; }
  .finding p { font-size: 12pt; }
.finding p + p { font-size: 10pt; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  th, .range, .small, code { font-size: 7.5pt; }
  th, td { padding: 3pt 6pt 3pt 0; }
  .forests { grid-template-columns: 1fr 1fr; }
  .forests > div { break-inside: avoid; }
  pre { font-size: 8pt; white-space: pre-wrap; border: 0; padding: 0; }
  .config, .configs { columns: 2; }
  .configs { max-height: none; }
  .whole { white-space: normal; }
  .name { width: auto; max-width: none; }
  .hint { max-width: none; }
  summary { list-style: none; }
}
`;
