/** The rules that only pages of reports need, on top of those of every page. */
export const reportStyle = `
body{max-width:1240px;overflow-wrap:anywhere}
.tiles{list-style:none;display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:10px;margin:16px 0;padding:0}
.tiles li{border:1px solid var(--border);border-radius:8px;padding:10px 14px;background:var(--band)}
.tiles b{display:block;font-size:22px;line-height:1.2;font-variant-numeric:tabular-nums}.tiles span{color:var(--dim);font-size:13px}
.numbers{grid-template-columns:max-content 1fr;gap:5px 18px;font-size:14.5px;max-width:110ch}
.attention .problem{padding:4px 0 4px 12px;margin:12px 0}.attention h3{font-size:15px;margin:0 0 4px;overflow-wrap:anywhere}
.attention p{margin:0 0 4px;overflow-wrap:anywhere}.attention ul{margin:0;padding-left:18px}
.state{font-weight:600;color:var(--error);display:inline!important}
code{font:13px ui-monospace,Menlo,Consolas,monospace;background:var(--band);border:1px solid var(--faint);border-radius:4px;padding:1px 5px;overflow-wrap:anywhere}
.steps{list-style:none;padding:0;margin:0}.steps li{margin:0 0 10px}
.wide th,.wide th.number{white-space:normal;overflow-wrap:normal}td{font-variant-numeric:tabular-nums}.wide td{white-space:nowrap}.wide td:last-child:not(.number){white-space:normal;min-width:14em}
.frame svg{min-width:100%;height:auto}
@media (max-width:600px){body{padding:14px 14px 40px}.numbers{grid-template-columns:1fr;gap:0}.numbers dd{margin:0 0 8px}}
`;
