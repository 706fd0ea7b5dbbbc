/// The style sheet of a dashboard.
enum DashboardStyle {
  static let text = """
    :root{color-scheme:light dark;--bg:#fcfbf8;--ink:#1f2328;--soft-ink:#5a6068;--rule:#dfdcd4;--track:#ebe8e1;--accent:#2f5d8c;
    --s0:#35679a;--s1:#c8752b;--s2:#4b8b66;--s3:#9a4f74;--s4:#7461a8;--s5:#84772a;--s6:#2f8791;--s7:#8b8f94;
    --ok:#4b8b66;--warn:#b17f0c;--soft:#a0589c;--hard:#b93a32}
    @media (prefers-color-scheme:dark){:root{--bg:#16181b;--ink:#e8e6e1;--soft-ink:#a3a8af;--rule:#33373d;--track:#292d32;--accent:#8db8e2;
    --s0:#6f9fd0;--s1:#dd9650;--s2:#74b48f;--s3:#c983a3;--s4:#a293d2;--s5:#b8ab5c;--s6:#62b4be;--s7:#858b93;
    --ok:#74b48f;--warn:#d9a93b;--soft:#c98bc5;--hard:#e2736a}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:76rem;padding:2.5rem clamp(1rem,4vw,3rem) 4rem;background:var(--bg);color:var(--ink);
    font:16px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
    header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem 1.25rem;border-bottom:2px solid var(--ink);padding-bottom:.6rem}
    h1{font-size:1.9rem;line-height:1.15;letter-spacing:-.02em;font-weight:700;margin:0}
    header p{margin:0;color:var(--soft-ink)}
    h2{font-size:1.2rem;letter-spacing:-.01em;margin:3rem 0 1rem;font-weight:650}
    section.words ul{list-style:none;margin:1.5rem 0 0;padding:0;max-width:46rem;font-size:1.1rem;line-height:1.5}
    section.words li{margin:0 0 .4rem}
    .figures{display:flex;flex-wrap:wrap;gap:1rem 2rem;margin:2rem 0 0;padding:1.2rem 0;
    border-top:1px solid var(--rule);border-bottom:1px solid var(--rule)}
    .figures div{flex:1 1 auto}
    .figures dt{color:var(--soft-ink);font-size:.875rem}
    .figures dd{margin:.1rem 0 0;font-size:1.75rem;line-height:1.2;letter-spacing:-.02em;font-weight:600;overflow-wrap:anywhere}
    table{border-collapse:collapse;width:100%;font-size:.9rem}
    th,td{text-align:left;padding:.4rem .9rem .4rem 0;vertical-align:middle;border-bottom:1px solid var(--rule);font-weight:400}
    thead th{color:var(--soft-ink);font-size:.8rem;white-space:nowrap}
    tbody th,tfoot th,tfoot td{font-weight:600}
    tfoot th,tfoot td{border-bottom:0}
    th,td{overflow-wrap:anywhere}
    .n{text-align:right;white-space:nowrap}
    th.n:last-child,td.n:last-child{padding-right:0}
    .budgets td,#calls td:first-child{white-space:nowrap}
    .budgets tbody th{min-width:7rem}
    .budgets td:nth-child(2){white-space:normal;min-width:9rem}
    #calls td:nth-child(4){min-width:7.5rem}
    .budgets th.wide{white-space:normal}
    .flow{overflow-x:auto}
    .wide{width:40%;min-width:9rem}
    .small{display:block;font-size:.8rem;color:var(--soft-ink);line-height:1.3}
    .note,.none{color:var(--soft-ink);font-size:.875rem;margin:.6rem 0 0}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));gap:2.2rem 3rem}
    figure{margin:0;min-width:0}
    figcaption{font-weight:600;margin-bottom:.35rem}
    svg{display:block;width:100%;height:auto}
    .charts figure>svg{max-width:40rem}
    svg.bar{height:.7rem}
    svg.budget{height:1rem}
    svg.key{flex:none;width:.7rem;height:.7rem;margin-right:.4rem}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1rem;margin:0 0 .4rem;padding:0;font-size:.825rem;color:var(--soft-ink)}
    .legend li{display:flex;align-items:baseline;max-width:100%}
    .legend bdi{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-width:18rem}
    .grid{stroke:var(--rule);stroke-width:1}
    .axis{fill:var(--soft-ink);font-size:10px}
    .end{text-anchor:end}
    .middle{text-anchor:middle}
    .track{fill:var(--track)}
    .tick{stroke:var(--ink);stroke-width:1.5;vector-effect:non-scaling-stroke}
    .s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}.s5{fill:var(--s5)}.s6{fill:var(--s6)}.s7{fill:var(--s7)}
    rect.ok{fill:var(--ok)}rect.warn{fill:var(--warn)}rect.soft{fill:var(--soft)}rect.hard{fill:var(--hard)}rect.held{opacity:.45}
    figure svg[role=img] rect{shape-rendering:crispEdges}
    .phase{display:inline-flex;align-items:center;white-space:nowrap}
    .phase::before{content:"";width:.55rem;height:.55rem;border-radius:50%;margin-right:.45rem;background:var(--s7);flex:none}
    .phase.ok::before{background:var(--ok)}.phase.warn::before{background:var(--warn)}.phase.soft::before{background:var(--soft)}
    .phase.hard::before{background:var(--hard)}
    .rank th{width:9rem;min-width:5.5rem;font-weight:400}
    .rank td,.rank th{border-bottom:0;padding-top:.22rem;padding-bottom:.22rem}
    details{margin-top:.4rem;font-size:.875rem}
    details tbody th{min-width:6.5rem}
    summary{cursor:pointer;color:var(--accent);width:max-content}
    .scroll{overflow:auto;max-height:18rem}
    .scroll.tall{max-height:40rem}
    .scroll thead th{position:sticky;top:0;background:var(--bg);z-index:1;box-shadow:inset 0 -1px var(--rule)}
    .scroll tfoot :is(th,td){position:sticky;bottom:0;background:var(--bg);box-shadow:inset 0 1px var(--rule)}
    .filter{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1rem;margin-bottom:.8rem;font-size:.95rem}
    input{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--soft-ink);border-radius:.3rem;padding:.35rem .6rem;width:min(100%,20rem)}
    output{color:var(--soft-ink)}
    th button{font:inherit;color:inherit;background:none;border:0;padding:.15rem 0;cursor:pointer}
    th button::after{content:"";display:inline-block;width:1em;text-align:center}
    th[aria-sort=ascending] button,th[aria-sort=descending] button{color:var(--ink);font-weight:600}
    th[aria-sort=ascending] button::after{content:"↑"}
    th[aria-sort=descending] button::after{content:"↓"}
    tr.sum td:first-child{font-style:italic}
    .paper{display:none}
    .narrow{display:none}
    @media screen and (max-width:44rem){
    .axis{font-size:12px}
    .narrow{display:inline}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1rem 1.5rem}
    .figures dd.long{font-size:1.2rem;line-height:1.75}
    .budgets,.budgets tbody{display:block}
    .budgets thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .budgets tr{display:grid;grid-template-columns:1fr auto;gap:.1rem 1rem;padding:.8rem 0;border-bottom:1px solid var(--rule)}
    .budgets tbody th,.budgets td{border:0;padding:0;min-width:0;white-space:normal}
    .budgets td.n{order:1}.budgets td:nth-child(2){order:2}.budgets td:nth-child(5){order:3}
    .budgets td.wide{order:4;grid-column:1/-1;width:auto;padding:.25rem 0 .1rem}
    .budgets td:nth-child(6),.budgets td[colspan]{order:5;grid-column:1/-1;color:var(--soft-ink);font-size:.8rem}
    .rank .wide{width:auto;min-width:3rem}
    .rank .n{white-space:normal}
    .rank th{width:auto;min-width:5rem}
    #calls td:nth-child(n+2):nth-child(-n+4){min-width:6.5rem}}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    footer{margin-top:3.5rem;border-top:1px solid var(--rule);color:var(--soft-ink);font-size:.85rem;max-width:none}
    [hidden]{display:none!important}
    @media (prefers-reduced-motion:no-preference){summary,th button{transition:color .15s}}
    @media print{:root{color-scheme:light;--bg:#fff;--ink:#000;--soft-ink:#444;--rule:#ccc;--track:#eee}
    body{max-width:none;padding:0;font-size:10pt}
    .filter,details{display:none}
    .paper{display:block}
    .scroll,.flow{overflow:visible;max-height:none}
    #calls tbody tr:nth-child(n+61 of :not([hidden])){display:none}
    #calls{font-size:7.5pt}
    #calls th,#calls td{padding-right:.5rem}
    #calls td:nth-child(2),#calls td:nth-child(3){min-width:5.5rem}
    #calls td:nth-child(4){min-width:0}
    .rank{font-size:8pt}
    .rank th{width:auto;min-width:6rem}
    .rank .wide{width:30%;min-width:3rem}
    .charts{grid-template-columns:1fr 1fr}
    figure,.figures,tr{break-inside:avoid}
    h2{break-after:avoid}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}

    """
}
