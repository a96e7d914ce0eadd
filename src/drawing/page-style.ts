/** The style sheet of the page around a drawing: by day, by night, on paper. */
import { drawingStyle, pageColours } from './palette.ts';

const page = `
*{box-sizing:border-box}
html{color-scheme:light dark;background:var(--page);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
body{margin:0 auto;padding:20px 24px 48px;max-width:2400px}
h1{font-size:22px;margin:0 0 2px}h2{font-size:17px;margin:28px 0 8px}h3{font-size:13px;margin:14px 0 4px}
p{margin:0 0 8px}.dim,.facts,dt{color:var(--dim)}
.verdict{font-weight:600}.verdict.error{color:var(--error)}.verdict.good{color:var(--ready)}
.tools{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:14px 0 10px}
.tools svg{height:20px;width:auto;max-width:100%}
input,button{font:inherit;color:inherit;background:var(--box);border:1px solid var(--border);border-radius:6px;padding:4px 10px}
button{cursor:pointer}button:hover{border-color:var(--dim)}
:focus-visible{outline:3px solid var(--focus);outline-offset:1px}
#search{width:15em}#found{color:var(--dim);min-width:4.5em}.tools .tools{margin:0}
.stage{display:grid;grid-template-columns:minmax(0,1fr) 300px;gap:16px;align-items:start}
.frame{overflow:auto;max-height:78vh;border:1px solid var(--border);border-radius:8px}
.frame svg{display:block;max-width:none}
.wide{overflow-x:auto}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:10px 0;padding:0;font-size:13px;color:var(--dim)}
.legend svg{vertical-align:-1px}
#details{border:1px solid var(--border);border-radius:8px;padding:12px 14px;max-height:78vh;overflow:auto;position:sticky;top:8px;overflow-wrap:anywhere}
#details h2{margin:0 0 2px}#details .title{font-size:14px}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;margin:8px 0;font-size:13.5px}dd{margin:0}
.links{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:5px}.links button{padding:1px 7px;font-size:13px;max-width:260px;overflow:hidden;text-overflow:ellipsis}
.problem{border-left:3px solid var(--border);padding:2px 0 2px 9px;margin:8px 0;font-size:13.5px}
.problem.error{border-color:var(--error)}.problem.warning{border-color:var(--critical)}
.problem strong,.problem span,.problem em{display:block}.problem em{color:var(--dim)}
ol.problems{list-style:none;margin:0;padding:0;max-width:110ch}ol.problems li{overflow-wrap:anywhere}
.place{font:12.5px ui-monospace,Menlo,Consolas,monospace;color:var(--dim)}
summary{cursor:pointer;font-weight:600;margin:12px 0 4px;width:max-content}
.go{padding:0 6px;font-size:12.5px;margin:2px 4px 0 0}
table{border-collapse:collapse;width:100%;font-size:13.5px}th{text-align:left;color:var(--dim);font-weight:600}
th,td{padding:3px 10px 3px 0;border-bottom:1px solid var(--faint);vertical-align:top}td{overflow-wrap:anywhere}th{white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap}
.has-script .t-box{cursor:pointer}.t-box:focus{outline:none}
.t-box.is-current .t-frame{stroke:var(--focus);stroke-width:3}
.has-focus .t-box:not(.is-related){opacity:.28}.has-focus .t-line{opacity:.12}
.has-focus .t-line.is-related{opacity:.75}.has-focus .t-line.is-near{opacity:1;stroke-width:2.4}
.has-search .t-box:not(.is-match):not(.is-current){opacity:.2}.has-search .t-box.is-match .t-frame{stroke:var(--focus);stroke-width:2.2}
.script-only{display:none}.has-script .script-only{display:flex}.has-script aside.script-only{display:block}
@media (max-width:900px){.stage{grid-template-columns:1fr}#details{position:static}}
@media print{.script-only,#details{display:none!important}body{padding:0;max-width:none}.stage{display:block}
.frame{max-height:none;overflow:visible;border:0}.frame svg{width:100%!important;height:auto!important}.wide{overflow:visible}
.has-focus .t-box,.has-focus .t-line,.has-search .t-box{opacity:1!important}
tr,li{break-inside:avoid}.go{display:none}}
`;

export const pageStyle = `${pageColours}${page}${drawingStyle}`;
