// PURE. The look of the status page: readable on a telephone, on a screen and on paper, in light and dark.

export const PAGE_STYLE = `:root { color-scheme: light dark; --ink: #17211d; --soft: #4d5b55; --line: #d3dcd7; --paper: #ffffff; --ground: #f1f5f3; --link: #135c44; --open: #176b4d; --disturbed: #8a5300; --card-only: #8a5300; --closed: #b3123a; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1.06rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 1180px; margin: 0 auto; padding: 16px; }
header { display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: baseline; justify-content: space-between; }
h1 { font-size: 1.35rem; margin: 0; }
h1 span { font-weight: 400; }
h1 span[lang=en] { color: var(--soft); font-size: 0.8em; }
h2 { font-size: 1.2rem; line-height: 1.25; margin: 0 0 12px; text-wrap: balance; }
h3 { font-size: 1rem; line-height: 1.35; margin: 0; }
p, ul, ol, dl, dd { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: var(--link); }
nav a { display: inline-block; padding: 6px 8px; }
main { display: grid; gap: 16px; padding-top: 0; }
.language { display: grid; gap: 16px; align-content: start; scroll-margin-top: 8px; min-width: 0; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 18px 16px; }
.now { border-top: 8px solid var(--tone); }
.now h2 { font-size: 1.55rem; line-height: 1.2; margin: 4px 0 12px; }
.label { font-weight: 700; color: var(--tone); }
.open { --tone: var(--open); } .disturbed { --tone: var(--disturbed); } .card-only { --tone: var(--card-only); } .closed { --tone: var(--closed); }
dl { display: grid; gap: 4px; }
dl div { display: flex; flex-wrap: wrap; gap: 0 12px; }
dt { color: var(--soft); min-width: 11em; }
dd { font-weight: 600; }
.late { color: var(--soft); margin-top: 8px; }
.rows li { border-top: 1px solid var(--line); padding: 12px 0 12px 14px; border-left: 4px solid var(--tone); border-top-left-radius: 0; }
.rows li:first-child { border-top: 0; }
.rows .state { margin: 2px 0 4px; color: var(--soft); }
.rows .state strong { color: var(--tone); }
.said li { border-top: 1px solid var(--line); padding: 10px 0; }
.said li:first-child { border-top: 0; padding-top: 0; }
.at { color: var(--soft); font-size: 0.94rem; }
details { border-top: 1px solid var(--line); padding: 10px 0; }
details:first-of-type { border-top: 0; }
summary { cursor: pointer; }
summary span { color: var(--soft); display: block; }
details .said { margin: 12px 0 0 16px; }
.never { color: var(--soft); padding: 0 4px; }
footer { color: var(--soft); font-size: 0.94rem; }
footer ul { display: flex; flex-wrap: wrap; gap: 6px 24px; }
footer li span { font-style: italic; }
.digest { margin-top: 10px; font-size: 0.8rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
@media (min-width: 1000px) { main { grid-template-columns: 1fr 1fr; } }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8efec; --soft: #aab8b2; --line: #35423d; --paper: #18211d; --ground: #0e1512; --link: #7fd8b6; --open: #6fd3ae; --disturbed: #f2b45c; --card-only: #f2b45c; --closed: #ff8aa2; }
}
@media print { body { background: none; } section { break-inside: avoid; } }
`;
