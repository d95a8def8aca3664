// PURE. The look of a drill's report: readable on a telephone, on a screen and on paper, in light and dark.

export const REPORT_STYLE = `
:root { --ink: #17211d; --soft: #55635d; --line: #d7dfdb; --paper: #ffffff; --ground: #f3f6f4; --accent: #1b6e53; --then: #c02648; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 17px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 880px; margin: 0 auto; padding: 32px 20px 48px; }
h1 { font-size: 2.1rem; line-height: 1.15; margin: 0 0 12px; }
h2 { font-size: 1.3rem; margin: 0 0 12px; }
.en { display: block; color: var(--soft); font-size: 0.82em; font-weight: 400; }
h1 .en { font-size: 0.5em; margin-top: 4px; }
.kicker { margin: 0 0 8px; color: var(--accent); font-weight: 600; }
.lead { font-size: 1.08rem; margin: 0 0 24px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 20px; margin: 0 0 20px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 16px; }
.figure strong { display: block; font-size: 1.9rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.figure.main strong { color: var(--accent); font-size: 2.6rem; }
.note { color: var(--soft); font-size: 0.9rem; margin: 12px 0 0; }
svg { width: 100%; max-width: 660px; height: auto; display: block; margin: 0 auto; }
.legend { list-style: none; margin: 12px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 20px; justify-content: center; }
.legend svg { display: inline-block; width: 34px; height: 8px; margin: 0 8px 2px 0; background: none; }
svg text { font: 13.5px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.grid { stroke: var(--line); stroke-width: 1; }
.tick { fill: var(--soft); }
.curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.then { stroke: var(--then); stroke-width: 2.5; }
svg .then-label { fill: var(--then); font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92rem; }
th { text-align: left; vertical-align: bottom; padding: 0 12px 8px 0; font-size: 0.85rem; }
th span { display: block; color: var(--soft); font-weight: 400; }
td:first-child { white-space: nowrap; }
td { border-top: 1px solid var(--line); padding: 8px 12px 8px 0; vertical-align: top; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: 0.9rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 20px 12px 32px; }
  section { padding: 16px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { border-top: 1px solid var(--line); padding: 10px 0; }
  td, td:first-child { white-space: normal; }
  td { border: 0; padding: 2px 0; display: flex; justify-content: space-between; gap: 16px; text-align: right; }
  td::before { content: attr(data-label); color: var(--soft); text-align: left; flex: 0 1 60%; }
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8efec; --soft: #a3b1ab; --line: #33403b; --paper: #18211d; --ground: #0f1613; --accent: #6fd3ae; --then: #ff7b96; }
  section > svg { background: #f7f9f8; border-radius: 8px; }
  .legend .curve { filter: brightness(1.7); }
  svg .tick { fill: #55635d; }
  svg .grid { stroke: #d7dfdb; }
  svg .then { stroke: #c02648; }
  svg .then-label { fill: #c02648; }
}
@media print { body { background: none; } section { break-inside: avoid; } }
`;
